import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { simulateCycles } from '../../../sim/cycle/cycles.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { runStream } from '../../../sim/rtl/stream.ts';
import { runBatch } from '../../support/bench-batch.ts';
import { withPowersOfTwo } from '../../support/power-of-two.ts';
import { batchItem, type RandomCase, randomCase } from '../../support/random-accelerator.ts';
import { needTool } from '../../support/tools.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;
const seed = Number(process.env.JOULESMITH_SEED ?? (exhaustive ? Date.now() : 20261122));

for (const profile of ['power-of-two', 'tflite-reference'] as const) {
  const cases: fc.Arbitrary<RandomCase> = randomCase.map((drawn) => ({
    ...drawn,
    graph: withPowersOfTwo(drawn.graph, profile),
  }));
  const runs = exhaustive ? 600 : 60;

  test(`${runs} random networks whose factors are powers of two, ${profile}: bytes equal the reference, clocks equal the cycle model (seed ${seed})`, () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const { accelerator, input, expected, frames, pauses, maxClocks } = batchItem(drawn, '');
        const { inputBytes, outputBytes, schedule } = accelerator;
        const simulator = createSimulator(elaborate(accelerator.design));
        const run = runStream(simulator, { input, inputBytes, outputBytes, frames, pauses, maxClocks });
        expect([...run.outputs]).toEqual([...expected]);
        const cycles = simulateCycles(schedule, { frames, pauses });
        expect({ firstIn: run.firstIn, lastOut: run.lastOut }).toEqual({
          firstIn: cycles.firstIn,
          lastOut: cycles.lastOut,
        });
        expect([...run.outputCycles]).toEqual([...cycles.outputClocks]);
      }),
      { numRuns: runs, seed },
    );
  });

  const sampled = exhaustive ? 60 : 8;
  const items = fc
    .sample(cases, { numRuns: sampled, seed: seed + 1 })
    .map((drawn, index) => batchItem(drawn, `n${index}_`));
  for (const name of ['iverilog', 'verilator'] as const) {
    await needTool(
      name,
      `${sampled} random networks whose factors are powers of two, ${profile}, in ${name}: no byte differs, every frame at the cycle model's clock (seed ${seed + 1})`,
      async (tool) => {
        const runs = await runBatch(tool, items);
        for (const [index, { accelerator, frames, pauses }] of items.entries()) {
          const { firstIn, lastOut } = simulateCycles(accelerator.schedule, { frames, pauses });
          expect({ index, ...runs[index] }).toEqual({ index, firstIn, lastOut, mismatches: 0 });
        }
      },
    );
  }
}
