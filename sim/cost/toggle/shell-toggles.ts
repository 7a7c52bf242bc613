import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import type { Shell } from '../../../hdl-gen/ir/shell.ts';
import type { ShellInstance } from '../replay/instances.ts';
import type { Rows } from '../replay/record.ts';
import type { BitProgram } from './bit-program.ts';
import { bitsOfNetlist } from './bits-of-netlist.ts';
import { countToggles, type ToggleCounts } from './count-toggles.ts';
import type { TogglePlan } from './toggle-plan.ts';

/** The bits of a module alone. */
export function shellBits(shell: Shell): BitProgram {
  return bitsOfNetlist(elaborate(shell.design, { names: false }));
}

/** Bits of one column, a word of 32 rows each. */
function transposed(rows: Rows, column: number, width: number): Int32Array[] {
  const bits = Array.from({ length: width }, () => new Int32Array(Math.ceil(rows.length / 32)));
  for (let from = 0; from < width; from += 32) {
    const count = Math.min(32, width - from);
    rows.forEach((row, at) => {
      let word = Number(BigInt.asUintN(32, row[column]! >> BigInt(from)));
      for (let bit = 0; bit < count && word !== 0; bit++, word >>>= 1) {
        if ((word & 1) === 1) bits[from + bit]![at >> 5]! |= 1 << (at & 31);
      }
    });
  }
  return bits;
}

/** What moves in an instance in the clocks of a window after its first one, from the recorded values of its inputs and registers. */
export function windowToggles(
  plan: TogglePlan,
  { path, shell }: ShellInstance,
  columns: ReadonlyMap<string, number>,
  rows: Rows,
): ToggleCounts {
  const names = new Map(shell.inputs.map(({ port, name }) => [port, name]));
  const { sources } = plan.program;
  const streams = (source: string): Int32Array[] => {
    const column = columns.get(path + (names.get(source) ?? source));
    // The reset rests while a design works.
    const width = sources.get(source)!.length;
    if (column === undefined) return Array.from({ length: width }, () => new Int32Array(Math.ceil(rows.length / 32)));
    return transposed(rows, column, width);
  };
  return countToggles(plan, streams, rows.length - 1);
}
