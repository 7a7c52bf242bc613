import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Accelerator, Schedule } from '../../../hdl-gen/arch/architecture.ts';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { plan } from '../../../hdl-gen/arch/stream/stream.ts';
import { noPauses, type Pauses } from '../../../hdl-gen/emit/pause.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { simulateCycles } from '../../../sim/cycle/cycles.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { runStream } from '../../../sim/rtl/stream.ts';
import { Fault } from '../../../specs/fault.ts';
import { randomCase } from '../../support/random-accelerator.ts';
import { randomRequest } from '../../support/random-folding.ts';
import { averagePool, conv3x3, dense, designOf, networkOf } from '../../support/small-networks.ts';

/** The clocks worked out by hand hold for the model and for the circuit. */
function expectClocks(accelerator: Accelerator, firstIn: number[], outputClocks: number[]): void {
  const { inputBytes, outputBytes, schedule } = accelerator;
  const frames = firstIn.length;
  const cycles = simulateCycles(schedule, { frames });
  expect({ firstIn: cycles.firstIn, outputs: [...cycles.outputClocks] }).toEqual({ firstIn, outputs: outputClocks });
  const input = new Int8Array(frames * inputBytes).fill(5);
  const simulator = createSimulator(elaborate(accelerator.design));
  const run = runStream(simulator, { input, inputBytes, outputBytes, frames, maxClocks: 10_000 });
  expect({ firstIn: run.firstIn, outputs: [...run.outputCycles] }).toEqual({ firstIn, outputs: outputClocks });
}

describe('clocks worked out by hand', () => {
  test('one dense layer, 1 x 1', () => {
    // Clock 0 takes the byte; the pass reads it in clock 1. Nine clocks later its result enters the output FIFO (10: operand,
    // product, sum, drain, five of the requantizer) and two more bring it to the FIFO's output (12).
    // With room for two pixels a byte enters every clock and a result leaves every clock.
    const accelerator = buildAccelerator(
      networkOf([1, 1], dense(1, 1)),
      designOf({ fully_connected_0: { pe: 1, simd: 1 } }),
    );
    expectClocks(accelerator, [0, 1, 2, 3], [12, 13, 14, 15]);
  });

  test('one dense layer, 3 inputs two at a time, 2 outputs one after the other', () => {
    // Bytes in 0, 1, 2: the first word is there from clock 2 on, the second from 3 on. First pass reads in 2 and 3: FIFO in 12,
    // out in 14. Second pass reads in 4 and 5: out in 16. The next frame's bytes arrive in 3, 4, 5, but its passes wait for the
    // engine: 6 and 8, out in 18 and 20.
    const accelerator = buildAccelerator(
      networkOf([1, 3], dense(3, 2)),
      designOf({ fully_connected_0: { pe: 1, simd: 2 } }),
    );
    expectClocks(accelerator, [0, 3], [14, 16, 18, 20]);
  });

  test('one dense layer with three lanes for four outputs: an uneven second pass', () => {
    // One input: a pass reads one operand but drains three results, so passes start three clocks apart: 1 and 4.
    // Results of the first pass enter the FIFO in 10, 11, 12, of the second (one lane) in 13. The next frame starts at 7.
    const accelerator = buildAccelerator(
      networkOf([1, 1], dense(1, 4)),
      designOf({ fully_connected_0: { pe: 3, simd: 1 } }),
    );
    expectClocks(accelerator, [0, 1], [12, 13, 14, 15, 18, 19, 20, 21]);
  });

  test('a 3 x 3 convolution with SAME padding on a 4 x 4 map, one product at a time', () => {
    // The first window needs pixel 5 (row 1, column 1), taken in clock 5, so its nine reads run from 6 to 14; the result
    // enters the FIFO in 14 + 9 = 23 and leaves in 25. Every later window is complete before the engine is free: 16 windows
    // at a distance of 9, the last byte in 25 + 15 * 9 = 160.
    // The buffer holds 12 pixels. The next image's first pixel (16) has room when pixel 4 is free: when window (2, 2), the
    // eleventh, becomes current, at 6 + 10 * 9 = 96. Its pixel 5 waits for pixel 9 to be free, at the last window (6 + 15 * 9 =
    // 141), so its first window may start at 142; the engine is free at 150: the second image follows without a gap.
    const accelerator = buildAccelerator(
      networkOf([1, 4, 4, 1], conv3x3(1, 1)),
      designOf({ conv2d_0: { pe: 1, simd: 1 } }),
    );
    const outputs = Array.from({ length: 32 }, (_, index) => 25 + 9 * index);
    expect(outputs[15]).toBe(160);
    expectClocks(accelerator, [0, 96], outputs);
  });

  test('a global pool over two pixels of two channels', () => {
    // Bytes in clocks 0 to 3, those of the last pixel in 2 and 3; five clocks to the FIFO, two to its output: 9 and 10.
    // Nothing is buffered, so the next image enters at once.
    const accelerator = buildAccelerator(networkOf([1, 2, 1, 2], averagePool(2, 1)), designOf({}));
    expect(accelerator.schedule.stages[0]!.kind).toBe('globalPool');
    expectClocks(accelerator, [0, 4], [9, 10, 13, 14]);
  });

  test('two engines in a row', () => {
    // The first gives its bytes in 12 and 13 (pe 2: FIFO in 10 and 11). The second takes them there, reads both in 14 (two at
    // a time), FIFO in 23, out in 25. The first engine's passes are two clocks apart because two results drain.
    const accelerator = buildAccelerator(
      networkOf([1, 1], dense(1, 2), dense(2, 1)),
      designOf({ fully_connected_0: { pe: 2, simd: 1 }, fully_connected_1: { pe: 1, simd: 2 } }),
    );
    expectClocks(accelerator, [0, 1, 2], [25, 27, 29]);
  });
});

const schedules: fc.Arbitrary<{ schedule: Schedule; pauses: { input: Pauses; output: Pauses }; frames: number }> =
  randomCase.map(({ graph, seed, pauses, frames }) => ({
    schedule: plan(graph, randomRequest(graph, seed)).schedule,
    pauses,
    frames,
  }));

const bytesOf = (shape: { height: number; width: number; channels: number }) =>
  shape.height * shape.width * shape.channels;

describe('properties', () => {
  test('later frames change nothing about earlier ones', () => {
    fc.assert(
      fc.property(schedules, ({ schedule, pauses, frames }) => {
        const few = simulateCycles(schedule, { frames, pauses });
        const many = simulateCycles(schedule, { frames: frames + 3, pauses });
        expect(many.firstIn.slice(0, frames)).toEqual(few.firstIn);
        expect(many.lastOut.slice(0, frames)).toEqual(few.lastOut);
        expect(many.outputClocks.slice(0, few.outputClocks.length)).toEqual(few.outputClocks);
      }),
      { numRuns: 200 },
    );
  });

  test('pauses only delay, on either side alone and together; none is the default', () => {
    fc.assert(
      fc.property(schedules, ({ schedule, pauses, frames }) => {
        const { input, output } = pauses;
        const free = simulateCycles(schedule, { frames });
        expect(simulateCycles(schedule, { frames, pauses: { input: noPauses, output: noPauses } })).toEqual(free);
        const both = simulateCycles(schedule, { frames, pauses });
        for (const alone of [
          { input, output: noPauses },
          { input: noPauses, output },
        ]) {
          const one = simulateCycles(schedule, { frames, pauses: alone });
          for (const [index, clock] of free.outputClocks.entries()) {
            expect(one.outputClocks[index]).toBeGreaterThanOrEqual(clock);
            expect(both.outputClocks[index]).toBeGreaterThanOrEqual(one.outputClocks[index]!);
          }
        }
        for (const [frame, clock] of free.firstIn.entries()) expect(both.firstIn[frame]).toBeGreaterThanOrEqual(clock);
      }),
      { numRuns: 150 },
    );
  });

  test('every byte leaves once, one a clock, after its frame began', () => {
    fc.assert(
      fc.property(schedules, ({ schedule, pauses, frames }) => {
        const { firstIn, lastOut, outputClocks } = simulateCycles(schedule, { frames, pauses });
        const outputBytes = bytesOf(schedule.stages.at(-1)!.output);
        expect(outputClocks).toHaveLength(frames * outputBytes);
        expect(outputClocks.slice(1).every((clock, index) => clock > outputClocks[index]!)).toBe(true);
        expect(firstIn).toHaveLength(frames);
        expect(lastOut).toEqual(firstIn.map((_, frame) => outputClocks[(frame + 1) * outputBytes - 1]));
        for (const [frame, clock] of firstIn.entries()) {
          expect(outputClocks[frame * outputBytes]).toBeGreaterThan(clock);
          if (frame > 0) expect(clock).toBeGreaterThanOrEqual(firstIn[frame - 1]! + bytesOf(schedule.stages[0]!.input));
        }
      }),
      { numRuns: 150 },
    );
  });
});

test('a buffer that cannot hold one window is reported, not waited for', () => {
  const { schedule } = plan(networkOf([1, 4, 4, 1], conv3x3(1, 1)), designOf({ conv2d_0: { pe: 1, simd: 1 } }));
  const [stage] = schedule.stages;
  if (stage?.timing !== 'window') throw new TypeError('a convolution has a window');
  const run = (bufferPixels: number) => simulateCycles({ stages: [{ ...stage, bufferPixels }] }, { frames: 1 });
  // 11 pixels hold the largest window, see the window's test.
  expect(run(11).lastOut).toHaveLength(1);
  let fault: unknown;
  try {
    run(10);
  } catch (error) {
    fault = error;
  }
  expect(fault).toBeInstanceOf(Fault);
  // Windows (0, 0) to (1, 0) fit; (1, 1) needs pixels 0 to 10.
  expect((fault as Fault).message).toBe(
    'cycle model, output byte 5: no stage can take a byte or start a pass; report this plan: buffers or FIFOs are too small, which the planner must never allow [CYCLE_DEADLOCK]',
  );
  expect((fault as Fault).kind).toBe('internal');
});
