import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import type { Shell } from '../../../hdl-gen/ir/shell.ts';
import type { ShellInstance } from '../replay/instances.ts';
import type { Rows } from '../replay/record.ts';
import type { BitProgram } from './bit-program.ts';
import { bitsOfNetlist } from './bits-of-netlist.ts';
import { type ToggleCounter, type ToggleCounts, toggleCounter } from './count-toggles.ts';
import type { TogglePlan } from './toggle-plan.ts';

/** The bits of a module alone, with clock gates or without. */
export function shellBits(shell: Shell, hasClockGates = false): BitProgram {
  return bitsOfNetlist(elaborate(shell.design, { names: false, isChecked: true }), hasClockGates);
}

/** Bits of one column, a word of 32 rows each. */
function transposed(rows: Rows, column: number, width: number): Int32Array {
  const words = Math.ceil(rows.length / 32);
  const bits = new Int32Array(width * words);
  for (let at = 0; at < rows.length; at++) {
    const value = rows[at]![column]!;
    const [place, one] = [at >> 5, 1 << (at & 31)];
    for (let from = 0; from < width; from += 32) {
      let word = Number(BigInt.asUintN(32, from === 0 ? value : value >> BigInt(from)));
      // Nothing behind the width: a number below 0 has ones up to the end of the word.
      const end = Math.min(width, from + 32);
      for (let bit = from; bit < end && word !== 0; bit++, word >>>= 1) {
        if ((word & 1) === 1) bits[bit * words + place]! |= one;
      }
    }
  }
  return bits;
}

/** What an instance counts in the clocks of a window after its first one, from the recorded values of its inputs and registers. */
export function windowCounter(
  { sources }: BitProgram,
  count: ToggleCounter,
  { path, shell }: ShellInstance,
  columns: ReadonlyMap<string, number>,
): (rows: Rows) => ToggleCounts {
  const names = new Map(shell.inputs.map(({ port, name }) => [port, name]));
  const places = new Map(
    [...sources].map(([source, { length }]) => [
      source,
      { column: columns.get(path + (names.get(source) ?? source)), width: length },
    ]),
  );
  return (rows) => {
    const streams = (source: string): Int32Array => {
      const { column, width } = places.get(source)!;
      // The reset rests while a design works.
      return column === undefined
        ? new Int32Array(width * Math.ceil(rows.length / 32))
        : transposed(rows, column, width);
    };
    return count(streams, rows.length - 1);
  };
}

/** As `windowCounter`, once. */
export function windowToggles(
  plan: TogglePlan,
  instance: ShellInstance,
  columns: ReadonlyMap<string, number>,
  rows: Rows,
): ToggleCounts {
  return windowCounter(plan.program, toggleCounter(plan), instance, columns)(rows);
}
