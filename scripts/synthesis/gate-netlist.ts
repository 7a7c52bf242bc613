import type { Design } from '../../hdl-gen/ir/design.ts';
import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import type { ClockGate } from '../../sim/cost/gate/liberty/clock-gates.ts';
import { parseLiberty } from '../../sim/cost/gate/liberty/parse.ts';
import { netlistFromYosys } from '../../sim/synthesis/netlist/from-yosys.ts';
import { inPlainGates } from '../../sim/synthesis/netlist/plain-gates.ts';
import { readYosysModules, type YosysModule } from '../../sim/synthesis/netlist/yosys-json.ts';
import { type KeptPorts, outputFiles } from '../../sim/synthesis/script.ts';
import type { JobLimits, JobRunner } from '../tools/job.ts';
import { runSynthesis } from './job.ts';
import type { Library } from './libraries.ts';

/** What a design is mapped to; without libraries plain gates. */
export interface GateMapping {
  readonly libraries: readonly Library[];
  /** For a design that wants clock gates. */
  readonly clockGate: ClockGate | null;
  readonly clockHertz: number;
  /** The whole design as one netlist; otherwise every module is mapped once, and the netlist put together of them. */
  readonly flatten: boolean;
}

export const plainGates: GateMapping = { libraries: [], clockGate: null, clockHertz: 1e6, flatten: true };

/** Streams inside that shall be seen: ports of modules, and the names of the wires in the flat design. */
export interface Inside {
  readonly kept: readonly KeptPorts[];
  readonly probes: readonly string[];
}

export interface GateDesign {
  /** Gates of one bit; deep memories stay whole. */
  readonly netlist: Netlist;
  /** The modules as they were mapped, in simple gates. */
  readonly modules: Readonly<Record<string, YosysModule>>;
}

/** The design after mapping, put together and by module. Errors: SYNTH_* of docs/errors.md, those of reading Liberty. */
export async function gateDesign(
  design: Design,
  yosys: JobRunner,
  limits: JobLimits,
  mapping: GateMapping,
  { kept, probes }: Inside,
): Promise<GateDesign> {
  // Before Yosys, which may take minutes.
  const libraries = mapping.libraries.map((library) => parseLiberty(library.text, library.path));
  const target = mapping.libraries.length > 0 ? 'liberty' : 'generic';
  const request = { ...mapping, design, target, device: null, kept, flat: true } as const;
  const { done } = await runSynthesis(request, true, yosys, limits);
  const textOf = (file: string) => new TextDecoder().decode(done.files[file]);
  const netlist = netlistFromYosys(textOf(outputFiles.flat), design.top, { libraries, probes });
  const mapped = readYosysModules(textOf(outputFiles.netlist), design.top);
  const modules = Object.fromEntries(
    Object.entries(mapped).map(([name, module]) => [name, inPlainGates(module, libraries)]),
  );
  return { netlist, modules };
}

/** The design after mapping as gates of one bit, flat; deep memories stay whole. Errors: SYNTH_* of docs/errors.md, those of reading Liberty. */
export async function gateNetlist(
  design: Design,
  yosys: JobRunner,
  limits: JobLimits,
  mapping: GateMapping = plainGates,
  { kept, probes }: Inside = { kept: [], probes: [] },
): Promise<Netlist> {
  // Before Yosys, which may take minutes.
  const libraries = mapping.libraries.map((library) => parseLiberty(library.text, library.path));
  const toLibrary = mapping.libraries.length > 0;
  const target = toLibrary ? 'liberty' : 'generic';
  const { done } = await runSynthesis({ ...mapping, design, target, device: null, kept }, !toLibrary, yosys, limits);
  const text = new TextDecoder().decode(done.files[toLibrary ? outputFiles.flat : outputFiles.netlist]);
  return netlistFromYosys(text, design.top, { libraries, probes });
}
