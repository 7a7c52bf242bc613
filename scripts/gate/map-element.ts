import { emitVerilog } from '../../hdl-gen/emit/verilog.ts';
import { design } from '../../hdl-gen/lang/module.ts';
import { MacElement, type MacElementParameters } from '../../hdl-gen/library/arithmetic/mac-element.ts';
import type { Library } from '../../sim/cost/gate/liberty/library.ts';
import type { GateNetlist } from '../../sim/cost/gate/netlist.ts';
import { readMappedNetlist } from '../../sim/cost/gate/read-netlist.ts';
import { mapToLibrary } from './map.ts';
import type { CellTechnology } from './technologies.ts';

export interface LibraryFolder {
  readonly folder: string;
  readonly technology: CellTechnology;
  readonly libraries: readonly Library[];
}

/** A multiply-accumulate element as gates of a library. */
export async function mapElement(where: LibraryFolder, parameters: MacElementParameters): Promise<GateNetlist> {
  const { files, top } = emitVerilog(design(MacElement(parameters)), { sourceLines: false });
  const verilog = files.map(({ text }) => text).join('\n');
  return readMappedNetlist(await mapToLibrary({ ...where, verilog, top }), where.libraries);
}
