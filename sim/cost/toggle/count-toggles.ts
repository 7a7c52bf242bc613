import { bitOp } from './bit-program.ts';
import { bitResult, settle } from './settle.ts';
import type { TogglePlan } from './toggle-plan.ts';

/** Transitions of each node of the program, over all clocks: those that settled values ask for, and the rest. */
export interface ToggleCounts {
  readonly clocks: number;
  readonly wanted: Float64Array;
  readonly glitches: Float64Array;
}

function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * Simulates `clocks` clocks after the first one, 32 at once, with unit delays. `streams` gives each source's bits: words
 * of 32 clocks, the earliest in the lowest bit.
 */
export function countToggles(
  plan: TogglePlan,
  streams: (source: string) => readonly Int32Array[],
  clocks: number,
): ToggleCounts {
  const { program, row, words, flips, short } = plan;
  const { op, sources } = program;
  const nodes = op.length;
  const wanted = new Float64Array(nodes);
  const all = new Float64Array(nodes);
  const values = new Int32Array(words);
  const settled = new Int32Array(nodes);
  const carried = new Int32Array(nodes);
  const read = [...sources].flatMap(([name, own]) => {
    const bits = streams(name);
    return own.map((node, bit) => ({ node, stream: bits[bit]! }));
  });
  const blocks = Math.ceil((clocks + 1) / 32);
  for (let block = 0; block < blocks; block++) {
    for (const { node, stream } of read) settled[node] = stream[block]!;
    settle(program, settled);
    // The first clock is only what the second one changes; behind the last there is nothing.
    const left = clocks + 1 - 32 * block;
    const mask = (left >= 32 ? -1 : (1 << left) - 1) & (block === 0 ? ~1 : -1);
    for (let node = 1; node < nodes; node++) {
      const now = settled[node]!;
      const before = (now << 1) | carried[node]!;
      carried[node] = now >>> 31;
      values[row[node]!] = before;
      wanted[node]! += ones((now ^ before) & mask);
      if (op[node] === bitOp.source) values[row[node]! + 1] = now;
    }
    for (let node = 1; node < nodes; node++) {
      const first = plan.start[node]!;
      const steps = plan.start[node + 1]! - first;
      if (steps === 0) continue;
      const place = row[node]! + 1;
      const own = op[node]!;
      for (let at = 0; at < steps; at++) {
        const step = first + at;
        values[place + at] = bitResult(
          own,
          values[plan.a[step]!]! ^ flips[3 * step]!,
          values[plan.b[step]!]! ^ flips[3 * step + 1]!,
          values[plan.c[step]!]! ^ flips[3 * step + 2]!,
        );
      }
      let transitions = 0;
      let before = values[place - 1]!;
      for (let at = 0; at < steps; at++) {
        const value = values[place + at]!;
        let passing = 0;
        for (let next = short[first + at]!; next > 0; next--) passing |= value ^ values[place + at + next]!;
        const shown = (passing & before) | (~passing & value);
        values[place + at] = shown;
        const changed = (shown ^ before) & mask;
        if (changed !== 0) transitions += ones(changed);
        before = shown;
      }
      all[node]! += transitions;
    }
  }
  const glitches = all.map((count, node) => (op[node] === bitOp.source ? 0 : count - wanted[node]!));
  return { clocks, wanted, glitches };
}
