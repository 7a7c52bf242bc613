import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Accelerator } from '../../../../hdl-gen/arch/architecture.ts';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { noPauses, type Pauses } from '../../../../hdl-gen/emit/pause.ts';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import type { Graph } from '../../../../models/graph.ts';
import { runReference } from '../../../../models/reference.ts';
import { simulateCycles } from '../../../../sim/cycle/cycles.ts';
import { createSimulator } from '../../../../sim/rtl/simulator.ts';
import { runStream, type StreamRun } from '../../../../sim/rtl/stream.ts';
import { graphOf, type LayerDescription } from '../../../support/model-description.ts';
import { randomInt8s, seededRandom } from '../../../support/random.ts';
import { averagePool, conv3x3, dense, depthwise2x2, designOf, networkOf } from '../../../support/small-networks.ts';

type BothPauses = { readonly input: Pauses; readonly output: Pauses };

const pauses: fc.Arbitrary<Pauses> = fc.record({
  seed: fc.integer({ min: 1, max: 0x7fffffff }),
  probability: fc.constantFrom(0, 60, 200),
});

/** Runs the circuit and holds it against the reference's bytes and the cycle model's clocks. */
function runChecked(accelerator: Accelerator, input: Int8Array, frames: number, paused?: BothPauses): StreamRun {
  const { graph, inputBytes, outputBytes, outputTensor, schedule } = accelerator;
  const both = paused === undefined ? {} : { pauses: paused };
  const cycles = simulateCycles(schedule, { frames, ...both });
  const maxClocks = cycles.lastOut.at(-1)! + 100;
  const run = runStream(createSimulator(elaborate(accelerator.design)), {
    input,
    inputBytes,
    outputBytes,
    frames,
    maxClocks,
    ...both,
  });
  const expected = Array.from({ length: frames }, (_, frame) => [
    ...runReference(graph, input.slice(frame * inputBytes, (frame + 1) * inputBytes), { capture: true }).tensors!.get(
      outputTensor,
    )!,
  ]).flat();
  expect([...run.outputs]).toEqual(expected);
  expect([...run.outputCycles]).toEqual([...cycles.outputClocks]);
  expect(run.firstIn).toEqual(cycles.firstIn);
  return run;
}

describe('the global pool', () => {
  const pool = (height: number, width: number, channels: number) =>
    buildAccelerator(networkOf([1, height, width, channels], averagePool(height, width)), designOf({}));

  test('maps of 1 to 30 pixels, 2 to 9 channels, extremes and noise, at any pace: bytes and clocks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 2, max: 9 }),
        fc.constantFrom('low', 'high', 'noise'),
        fc.integer(),
        fc.record({ input: pauses, output: pauses }),
        (height, width, channels, values, seed, paused) => {
          const accelerator = pool(height, width, channels);
          expect(accelerator.schedule.stages.map(({ kind }) => kind)).toEqual(['globalPool']);
          const frames = 4;
          const input = randomInt8s(seededRandom(seed), frames * accelerator.inputBytes);
          // The second image has all its bytes at one end of the range.
          if (values !== 'noise')
            input.fill(values === 'low' ? -128 : 127, accelerator.inputBytes, 2 * accelerator.inputBytes);
          runChecked(accelerator, input, frames, paused);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a sink that never takes lets in all but the bytes whose averages have no room', () => {
    const accelerator = pool(2, 2, 12);
    const { fifoDepth } = accelerator.schedule.stages[0]!;
    const simulator = createSimulator(elaborate(accelerator.design));
    simulator.reset();
    simulator.port('in_valid').write(1);
    simulator.port('out_ready').write(0);
    let taken = 0;
    for (let clock = 0; clock < 200; clock++) {
      simulator.cycle();
      taken += simulator.port('in_ready').read();
    }
    // Three pixels pass freely; of the last one as many bytes as the FIFO can keep.
    expect(taken).toBe(3 * 12 + fifoDepth);
  });

  test('129 pixels of -128: 127 times 129 would still fit in 15 bits, 128 times 129 does not', () => {
    const accelerator = pool(43, 3, 2);
    const run = runChecked(accelerator, new Int8Array(2 * accelerator.inputBytes).fill(-128), 2);
    expect([...run.outputs]).toEqual([-128, -128, -128, -128]);
  });

  test('one channel goes to the windowed engine: its sum would be read before it is written back', () => {
    const accelerator = pool(2, 2, 1);
    expect(accelerator.schedule.stages.map(({ kind }) => kind)).toEqual(['pool']);
    runChecked(accelerator, randomInt8s(seededRandom(1), 12), 3);
  });
});

describe('the windowed engine at its corners', () => {
  const one = { height: 1, width: 1 };
  const blank = (change: Partial<Extract<LayerDescription, { kind: 'conv2d' }>>): Graph =>
    graphOf({
      name: 'net',
      input: { shape: [1, 3, 3, 2], scale: 1, zeroPoint: -128 },
      layers: [
        {
          kind: 'conv2d',
          kernel: { height: 2, width: 2 },
          stride: one,
          dilation: one,
          padding: 'same',
          groups: 1,
          channels: 2,
          weights: new Int8Array(16),
          weightScales: [1 / 64],
          bias: null,
          activation: 'none',
          output: { scale: 1, zeroPoint: 0 },
          ...change,
        },
      ],
    });
  const folded = { conv2d_0: { pe: 2, simd: 1 } };

  test('a layer whose weights are all zero gives its bias, whatever the clamp', () => {
    for (const activation of ['none', 'relu', 'relu6', 'reluN1To1'] as const) {
      for (const bias of [null, Int32Array.of(0, 0), Int32Array.of(-1, 1), Int32Array.of(200, -3000)]) {
        const graph = blank({ activation, bias, output: { scale: 0.05, zeroPoint: -100 } });
        runChecked(buildAccelerator(graph, designOf(folded)), randomInt8s(seededRandom(3), 36), 2);
      }
    }
  });

  test('weights of 1 and of -128 alone, at the ends of the input range', () => {
    for (const weight of [1, -1, 127, -128]) {
      for (const value of [-128, 127]) {
        const graph = blank({ weights: new Int8Array(16).fill(weight) });
        runChecked(buildAccelerator(graph, designOf(folded)), new Int8Array(36).fill(value), 2);
      }
    }
  });

  test('passes with fewer results than lanes take just the room they need, against a sink that stops and goes', () => {
    const uneven = fc
      .record({
        inputs: fc.integer({ min: 1, max: 4 }),
        channels: fc.integer({ min: 2, max: 9 }),
        pe: fc.integer({ min: 2, max: 6 }),
      })
      .filter(({ channels, pe }) => pe < channels && channels % pe !== 0);
    fc.assert(
      fc.property(
        uneven,
        fc.integer({ min: 1, max: 0x7fffffff }),
        fc.constantFrom(40, 128, 200),
        (shape, seed, probability) => {
          const { inputs, channels, pe } = shape;
          const accelerator = buildAccelerator(
            networkOf([1, inputs], dense(inputs, channels)),
            designOf({ fully_connected_0: { pe, simd: inputs } }),
          );
          const frames = 12;
          const input = randomInt8s(seededRandom(seed), frames * inputs);
          runChecked(accelerator, input, frames, { input: noPauses, output: { seed, probability } });
        },
      ),
      { numRuns: 80 },
    );
  });

  test('a wide layer behind a full FIFO takes one byte a clock when the sink goes on', () => {
    const sizes = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(sizes, sizes, sizes, fc.integer({ min: 1, max: 0x7fffffff }), (first, second, third, seed) => {
        // Everything in parallel: bytes in and out are the bottleneck.
        const accelerator = buildAccelerator(
          networkOf([1, first], dense(first, second), dense(second, third)),
          designOf({
            fully_connected_0: { pe: second, simd: first },
            fully_connected_1: { pe: third, simd: second },
          }),
        );
        const frames = 16;
        const input = randomInt8s(seededRandom(seed), frames * first);
        runChecked(accelerator, input, frames, { input: noPauses, output: { seed, probability: 240 } });
      }),
      { numRuns: 60 },
    );
  });

  test('depthwise: every folding of 1 to 4 input channels with 1 to 4 outputs each', () => {
    for (let inputs = 1; inputs <= 4; inputs++) {
      for (let multiplier = 1; multiplier <= 4; multiplier++) {
        const graph = networkOf([1, 3, 2, inputs], depthwise2x2(inputs, multiplier));
        const input = randomInt8s(seededRandom(inputs), 2 * 6 * inputs);
        for (let pe = 1; pe <= inputs * multiplier; pe++) {
          if (pe > multiplier && pe % multiplier !== 0) continue;
          runChecked(buildAccelerator(graph, designOf({ depthwise_conv2d_0: { pe, simd: 1 } })), input, 2);
        }
      }
    }
  });

  test('dense: every folding of 3 inputs and 5 outputs', () => {
    const graph = networkOf([1, 3, 3, 3], conv3x3(3, 5));
    const input = randomInt8s(seededRandom(8), 2 * 27);
    for (let pe = 1; pe <= 5; pe++) {
      for (let simd = 1; simd <= 3; simd++)
        runChecked(buildAccelerator(graph, designOf({ conv2d_0: { pe, simd } })), input, 2);
    }
  });

  test('the hardware counters: clocks while busy, clocks that a byte waited on either side', () => {
    const accelerator = buildAccelerator(
      networkOf([1, 4, 4, 2], conv3x3(2, 3), averagePool(4, 4), dense(3, 2)),
      designOf({
        conv2d_0: { pe: 1, simd: 2 },
        fully_connected_2: { pe: 1, simd: 1 },
      }),
    );
    const paused = { input: { seed: 9, probability: 40 }, output: { seed: 5, probability: 128 } };
    const frames = 3;
    const { inputBytes, outputBytes } = accelerator;
    const simulator = createSimulator(elaborate(accelerator.design));
    const input = randomInt8s(seededRandom(2), frames * inputBytes);
    const run = runStream(simulator, { input, inputBytes, outputBytes, frames, pauses: paused, maxClocks: 5000 });
    // Frames overlap, so the circuit is busy from the first byte in to the last byte out.
    expect(run.counters.cycles).toBe(run.lastOut.at(-1)! - run.firstIn[0]! + 1);
    expect(run.counters.inputStalls).toBeGreaterThan(0);
    const still = runStream(simulator, { input, inputBytes, outputBytes, frames, maxClocks: 5000 });
    // A sink that is always ready never makes a byte wait.
    expect(still.counters.outputStalls).toBe(0);
    expect(still.counters.cycles).toBe(still.lastOut.at(-1)! - still.firstIn[0]! + 1);
    runChecked(accelerator, input, frames, paused);
  });
});
