import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import type { Pauses } from '../../../../hdl-gen/emit/pause.ts';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import type { Graph, Tensor } from '../../../../models/graph.ts';
import { runReference } from '../../../../models/reference.ts';
import { simulateCycles } from '../../../../sim/cycle/cycles.ts';
import { createSimulator } from '../../../../sim/rtl/simulator.ts';
import { runStream } from '../../../../sim/rtl/stream.ts';
import { seededRandom } from '../../../support/random.ts';
import { randomInputs } from '../../../support/random-graph.ts';
import { mean, pad, resize, slice, smaller, transpose, withConstants } from '../../../support/random-moving.ts';
import { finished, Sketch } from '../../../support/random-network.ts';
import { designOf } from '../../../support/small-networks.ts';
import { needTool } from '../../../support/tools.ts';
import { lint } from '../../../support/verilog.ts';

type Make = (sketch: Sketch, input: Tensor) => Tensor;

/** One such layer on an input of random shape. */
function only(seed: number, make: Make, rank: number, most: number): Graph {
  const sketch = new Sketch(seededRandom(seed));
  const shape = Array.from({ length: rank }, (_, d) => (rank === 4 && d === 0 ? 1 : sketch.random.integer(1, most)));
  const input = sketch.tensor(shape);
  return finished(sketch, `only ${seed}`, input, make(sketch, input));
}

/** The widest case of every kind, and all shapes of it: bytes against the reference, clocks against the cycle model. */
const kinds: Record<string, { readonly make: Make; readonly ranks: readonly number[] }> = {
  pad: { make: (sketch, input) => pad(sketch, input, 3), ranks: [1, 2, 3, 4] },
  slice: { make: (sketch, input) => slice(sketch, input), ranks: [1, 2, 3, 4, 5] },
  'slice backwards': { make: (sketch, input) => slice(sketch, input, true), ranks: [1, 2, 4] },
  transpose: { make: (sketch, input) => transpose(sketch, input, 0), ranks: [2, 3, 4, 5] },
  resize: {
    make: (sketch, input) => resize(sketch, input, sketch.random.integer(1, 11), sketch.random.integer(1, 11)),
    ranks: [4],
  },
  mean: { make: (sketch, input) => mean(sketch, input, 0), ranks: [1, 2, 3, 4] },
  'concatenation with constants': {
    make: (sketch, input) => withConstants(sketch, [input], sketch.random.integer(0, input.shape.length - 1)),
    ranks: [1, 2, 3, 4],
  },
  'concatenation of constants and one tensor twice': {
    make: (sketch, input) => withConstants(sketch, [input, input], sketch.random.integer(0, input.shape.length - 1)),
    ranks: [1, 3],
  },
  'a smaller operand': {
    make: (sketch, input) => sketch.elementwise(input, smaller(sketch, input)),
    ranks: [4],
  },
  'two operands, each repeated over the other': {
    make: (sketch, input) => sketch.elementwise(smaller(sketch, input), smaller(sketch, input)),
    ranks: [4],
  },
};

const pauses: fc.Arbitrary<Pauses> = fc.record({
  seed: fc.integer({ min: 1, max: 0x7fffffff }),
  probability: fc.constantFrom(0, 0, 60, 200),
});

describe("layers that move bytes, alone: every byte the reference's, every clock the cycle model's", () => {
  for (const [name, { make, ranks }] of Object.entries(kinds)) {
    test(name, () => {
      fc.assert(
        fc.property(
          fc.nat(),
          fc.constantFrom(...ranks),
          fc.integer({ min: 1, max: 3 }),
          fc.record({ input: pauses, output: pauses }),
          (seed, rank, frames, paused) => {
            const graph = only(seed, make, rank, 8 - rank);
            fc.pre(graph.layers.length > 0);
            const accelerator = buildAccelerator(graph, designOf({}));
            const { inputBytes, outputBytes, schedule } = accelerator;
            const input = randomInputs(graph, frames, seed);
            const cycles = simulateCycles(schedule, { frames, pauses: paused });
            const maxClocks = cycles.lastOut.at(-1)! + 100;
            const simulator = createSimulator(elaborate(accelerator.design));
            const run = runStream(simulator, { input, inputBytes, outputBytes, frames, maxClocks, pauses: paused });
            const expected = Array.from({ length: frames }, (_, frame) => [
              ...runReference(graph, input.slice(frame * inputBytes, (frame + 1) * inputBytes)).output,
            ]).flat();
            expect([...run.outputs]).toEqual(expected);
            expect([...run.outputCycles]).toEqual([...cycles.outputClocks]);
            expect(run.firstIn).toEqual(cycles.firstIn);
          },
        ),
        { numRuns: 40 },
      );
    });
  }
});

describe('lint is silent', async () => {
  const designs = Object.values(kinds).flatMap(({ make, ranks }) =>
    [1, 2].map((seed) => buildAccelerator(only(seed, make, ranks.at(-1)!, 4), designOf({})).design),
  );
  await needTool('verilator', 'Verilator -Wall', async ({ path }) => {
    for (const design of designs) expect(await lint(design, { verilator: path })).toBe('');
  });
  await needTool('iverilog', 'Icarus -Wall', async ({ path }) => {
    for (const design of designs) expect(await lint(design, { iverilog: path })).toBe('');
  });
});
