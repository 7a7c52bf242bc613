import { describe, expect, test } from 'vitest';
import { runFuzzBatch } from '../support/fuzz-batch.ts';
import { differencesOfBatch, expectedFor, failureText, smallestFailure } from '../support/fuzz-failure.ts';
import { recipeOf } from '../support/fuzz-module.ts';
import { type Expected, firstDifference } from '../support/fuzz-run.ts';
import { needTool } from '../support/tools.ts';

const count = Number(process.env.JOULESMITH_FUZZ_COUNT ?? (process.env.JOULESMITH_EXHAUSTIVE === '1' ? 5000 : 200));
/** JOULESMITH_FUZZ_SEED starts at other seeds than those of every run, JOULESMITH_FUZZ_COUNT sets their number. */
const first = Number(process.env.JOULESMITH_FUZZ_SEED ?? 1);
/** Designs per build of a tool. */
const batchSize = 100;

/** The designs of one batch; the tests of a batch follow each other. */
let last: { readonly from: number; readonly items: readonly Expected[] } = { from: 0, items: [] };
function batchFrom(from: number): readonly Expected[] {
  if (last.from !== from || last.items.length === 0) {
    const seeds = Array.from({ length: Math.min(batchSize, first + count - from) }, (_, index) => from + index);
    last = { from, items: seeds.map((seed) => expectedFor(recipeOf(seed))) };
  }
  return last.items;
}

describe('random designs: compiled simulator = BigInt evaluation = Icarus = Verilator at every clock', async () => {
  for (let from = first; from < first + count; from += batchSize) {
    const range = `seeds ${from} to ${Math.min(from + batchSize, first + count) - 1}`;

    test(`compiled simulator, ${range}`, async () => {
      for (const item of batchFrom(from)) {
        const recipe = recipeOf(item.seed);
        const difference = firstDifference(item, item.embedded.trace);
        if (difference !== null) {
          const smaller = await smallestFailure(recipe, (other) => firstDifference(other, other.embedded.trace));
          expect.fail(failureText(smaller ?? recipe, 'the compiled simulator', difference));
        }
        expect({ seed: item.seed, engine: item.embedded.engine }).toMatchObject({ engine: 'wasm' });
      }
    });

    for (const name of ['iverilog', 'verilator'] as const) {
      await needTool(name, `${name}, ${range}; its lint is silent`, async (tool) => {
        const items = batchFrom(from);
        const { said, traces } = await runFuzzBatch(tool, items);
        const [failed] = differencesOfBatch(items, traces);
        if (failed !== undefined) {
          const recipe = recipeOf(failed.seed);
          const smaller = await smallestFailure(recipe, async (other) => {
            const alone = await runFuzzBatch(tool, [other]);
            return firstDifference(other, alone.traces[0]!);
          });
          expect.fail(failureText(smaller ?? recipe, tool.name, failed.difference));
        }
        expect(said).toBe('');
      });
    }
  }
});
