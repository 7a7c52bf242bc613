import type { ShellInstance } from '../replay/instances.ts';
import type { Rows } from '../replay/rows.ts';
import type { BitProgram } from './bit-program.ts';
import { type ToggleCounter, type ToggleCounts, toggleCounter } from './count-toggles.ts';
import type { TogglePlan } from './toggle-plan.ts';

/** Writes the bits of one column, a word of 32 rows each; behind the last row all bits stay what they are in it. */
function transpose({ length, start, words }: Rows, column: number, bits: Int32Array, width: number): void {
  const each = start[start.length - 1]!;
  const blocks = Math.ceil(length / 32);
  for (let low = 0; low < width; low += 32) {
    const high = Math.min(width, low + 32);
    const from = start[column]! + (low >> 5);
    for (let block = 0; block < blocks; block++) {
      const first = words[from + 32 * block * each]!;
      let moved = 0;
      const end = Math.min(length, 32 * (block + 1));
      for (let row = 32 * block + 1; row < end; row++) moved |= words[from + row * each]! ^ first;
      for (let bit = low; bit < high; bit++) {
        const at = bit - low;
        let word = -((first >>> at) & 1);
        if (((moved >>> at) & 1) === 1) {
          let last = 0;
          word = 0;
          for (let row = 32 * block; row < end; row++) {
            last = (words[from + row * each]! >>> at) & 1;
            word |= last << (row & 31);
          }
          if (last === 1 && (end & 31) !== 0) word |= -1 << (end & 31);
        }
        bits[bit * blocks + block] = word;
      }
    }
  }
}

/** What an instance counts in the clocks of a window after its first one, from the recorded values of its inputs and registers. */
export function windowCounter(
  { sources }: BitProgram,
  count: ToggleCounter,
  { path, shell }: ShellInstance,
  columns: ReadonlyMap<string, number>,
): (rows: Rows) => ToggleCounts {
  const names = new Map(shell.inputs.map(({ port, name }) => [port, name]));
  const places = [...sources].map(([source, { length: width }]) => ({
    source,
    column: columns.get(path + (names.get(source) ?? source)),
    width,
  }));
  /** Of each source, reused from window to window; the reset, which rests while a design works, stays 0. */
  let streams = new Map<string, Int32Array>();
  let blocks = 0;
  return (rows) => {
    if (blocks !== Math.ceil(rows.length / 32)) {
      blocks = Math.ceil(rows.length / 32);
      streams = new Map(places.map(({ source, width }) => [source, new Int32Array(width * blocks)]));
    }
    for (const { source, column, width } of places) {
      if (column !== undefined) transpose(rows, column, streams.get(source)!, width);
    }
    return count((source) => streams.get(source)!, rows.length - 1);
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
