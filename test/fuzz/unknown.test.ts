import { describe, expect, test } from 'vitest';
import { runFuzzBatch } from '../support/fuzz-batch.ts';
import { expectedFor } from '../support/fuzz-failure.ts';
import { recipeOf } from '../support/fuzz-module.ts';
import { randomState, runChecked } from '../support/fuzz-unknown.ts';
import { needTool } from '../support/tools.ts';

const count = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 600 : 40;
/** Designs per build; seeds that no other test of random designs has. */
const batchSize = 40;
const first = 300_001;
/** So few that state which is loaded late is still unknown when the comparison begins. */
const resets = 1;

interface Counts {
  /** Bits that both know. */
  known: number;
  /** Bits that the check does not know and Icarus does. */
  unknown: number;
}

describe('random designs after one clock of reset: what the check calls known', async () => {
  for (let from = first; from < first + count; from += batchSize) {
    const title = `is known and equal in Icarus, which starts from random state, seeds ${from} to ${from + batchSize - 1}`;
    await needTool('iverilog', title, async (tool) => {
      const items = Array.from({ length: batchSize }, (_, index) => expectedFor(recipeOf(from + index)));
      const { traces } = await runFuzzBatch(tool, items, { resets, radix: 'b', begin: randomState });
      const counts: Counts = { known: 0, unknown: 0 };
      for (const [index, item] of items.entries()) {
        const found = traces[index]!;
        for (const [clock, word] of runChecked(item.design, item, resets).entries()) {
          // Icarus's word where the check calls a bit unknown, ours elsewhere.
          const allowed = [...word].map((digit, at) => (digit === 'x' ? found[clock]![at] : digit)).join('');
          expect({ seed: item.seed, clock, word: found[clock] }).toEqual({ seed: item.seed, clock, word: allowed });
          for (const digit of word) counts[digit === 'x' ? 'unknown' : 'known'] += 1;
        }
      }
      expect(counts.unknown).toBeGreaterThan(1000);
      expect(counts.known).toBeGreaterThan(counts.unknown);
    });
  }

  await needTool('iverilog', 'is never x in Icarus, which starts with everything unknown', async (tool) => {
    const items = Array.from({ length: batchSize }, (_, index) => expectedFor(recipeOf(first + index)));
    const { traces } = await runFuzzBatch(tool, items, { resets, radix: 'b' });
    let both = 0;
    for (const [index, item] of items.entries()) {
      for (const [clock, word] of runChecked(item.design, item, resets).entries()) {
        const places = [...traces[index]![clock]!].flatMap((digit, at) => (digit === 'x' ? [word[at]] : []));
        expect({ seed: item.seed, clock, places: new Set(places) }).toEqual({
          seed: item.seed,
          clock,
          places: new Set(places.length === 0 ? [] : ['x']),
        });
        both += places.length;
      }
    }
    expect(both).toBeGreaterThan(100);
  });
});

test('after a long reset, designs that give all state a value are known but for what the reset may have written', () => {
  const items = Array.from({ length: 10 }, (_, index) => expectedFor(recipeOf(first + 60 + index)));
  const bits = items.flatMap((item) => runChecked(item.design, item, 48).map((word) => [...word])).flat();
  expect(bits.filter((bit) => bit === 'x').length).toBeLessThan(bits.length / 10);
});
