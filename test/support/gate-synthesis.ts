import { mapToLibrary } from '../../scripts/gate/map.ts';
import { type CellTechnology, librariesOf } from './liberty.ts';

/** Maps Verilog to a technology of the shared folder and returns the parsed JSON netlist. */
export function mapped(folder: string, technology: CellTechnology, verilog: string, top: string): Promise<unknown> {
  return mapToLibrary({ folder, technology, libraries: librariesOf(folder, technology), verilog, top });
}
