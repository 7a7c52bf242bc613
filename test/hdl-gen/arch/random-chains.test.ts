import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import type { Pauses } from '../../../hdl-gen/emit/pause.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { runReference } from '../../../models/reference.ts';
import { simulateCycles } from '../../../sim/cycle/cycles.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { runStream } from '../../../sim/rtl/stream.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { randomChain, randomInputs } from '../../support/random-graph.ts';

const pauses: fc.Arbitrary<Pauses> = fc.record({
  seed: fc.integer({ min: 1, max: 0x7fffffff }),
  probability: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 230 })),
});

const runs = process.env.JOULESMITH_EXHAUSTIVE ? 2000 : 150;

test(`${runs} random chains x random foldings x random pauses: bytes equal the reference, clocks equal the cycle model`, () => {
  fc.assert(
    fc.property(
      randomChain({ quantize: true, reshape: true, weightZeroPoint: true, explicitPadding: true, softmax: true }).filter(
        ({ layers }) => layers.some(({ kind }) => kind !== 'reshape' && kind !== 'softmax'),
      ),
      fc.integer(),
      pauses,
      pauses,
      fc.integer({ min: 1, max: 3 }),
      (graph, seed, input, output, frames) => {
        const accelerator = buildAccelerator(graph, randomRequest(graph, seed));
        const { inputBytes, outputBytes, outputTensor, schedule } = accelerator;
        const bytes = randomInputs(graph, frames, seed);
        const run = runStream(createSimulator(elaborate(accelerator.design)), {
          input: bytes,
          inputBytes,
          outputBytes,
          frames,
          pauses: { input, output },
          maxClocks: 5_000_000,
        });
        const expected = Array.from({ length: frames }, (_, frame) => {
          const sample = bytes.slice(frame * inputBytes, (frame + 1) * inputBytes);
          return [...runReference(graph, sample, { capture: true }).tensors!.get(outputTensor)!];
        }).flat();
        expect([...run.outputs]).toEqual(expected);
        const cycles = simulateCycles(schedule, { frames, pauses: { input, output } });
        expect({ firstIn: run.firstIn, lastOut: run.lastOut }).toEqual({ firstIn: cycles.firstIn, lastOut: cycles.lastOut });
        expect([...run.outputCycles!]).toEqual([...cycles.outputClocks]);
      },
    ),
    { numRuns: runs },
  );
});
