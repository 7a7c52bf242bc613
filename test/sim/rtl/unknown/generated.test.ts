import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fifo } from '../../../../examples/fifo.ts';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import { uint } from '../../../../hdl-gen/lang/types.ts';
import { buildDesign, loadDesign } from '../../../../scripts/design.ts';
import { bench } from '../../../../sim/bench/index.ts';
import { createSimulator } from '../../../../sim/rtl/simulator.ts';
import { runStream } from '../../../../sim/rtl/stream.ts';
import { counterBench, firBench, matrixBench, uartBench } from '../../../examples/benches.ts';
import { streamBenches } from '../../../hdl-gen/library/stream/benches.ts';
import { needData } from '../../../support/data.ts';
import { randomInt8s, seededRandom } from '../../../support/random.ts';
import { batchItem, randomCase } from '../../../support/random-accelerator.ts';

/** One inference with pauses on both sides: checked, and as every other simulator computes it. */
function expectClean(name: string, data: string): void {
  const { design, inputBytes, outputBytes } = buildDesign(loadDesign(name, '.', { JOULESMITH_DATA: data }));
  const netlist = elaborate(design);
  const request = {
    input: randomInt8s(seededRandom(3), inputBytes),
    inputBytes,
    outputBytes,
    frames: 1,
    pauses: { input: { seed: 5, probability: 60 }, output: { seed: 9, probability: 60 } },
    maxClocks: 100_000,
  };
  const checked = runStream(createSimulator(netlist, { unknowns: 'check', source: design }), request);
  expect(checked).toEqual(runStream(createSimulator(netlist), request));
}

/** A network of the zoo needs no data; the simulator evaluates in BigInt, which takes seconds. */
const minutes = 300_000;

describe('one inference with pauses finds nothing that depends on never-written state', () => {
  test('digits-stream-8', () => expectClean('digits-stream-8', ''), minutes);
  needData('hello-world-stream-8', ['tflm_hello_world/hello_world_int8.tflite'], (folder) =>
    expectClean('hello-world-stream-8', folder),
  );

  test(
    'random networks, foldings and pauses',
    () => {
      const cases = fc.sample(randomCase, { numRuns: 12, seed: 31 });
      for (const drawn of cases) {
        const { accelerator, input, expected, frames, pauses, maxClocks } = batchItem(drawn, '');
        const { design, inputBytes, outputBytes } = accelerator;
        const simulator = createSimulator(elaborate(design), { unknowns: 'check', source: design });
        const run = runStream(simulator, { input, inputBytes, outputBytes, frames, pauses, maxClocks });
        expect([...run.outputs]).toEqual([...expected]);
      }
    },
    minutes,
  );
});

describe.each(Object.entries(streamBenches))('stream block: %s', (_, run) => {
  test.each([
    [0, 0],
    [100, 160],
    [200, 60],
  ])('pauses %i and %i: nothing depends on never-written state', (up, down) => {
    const sides = { up, down, seed: 11 };
    expect(run({ ...sides, unknowns: 'check' }).left).toEqual(run(sides).left);
  });
});

describe('examples', () => {
  test.each(Object.entries({ counterBench, firBench, matrixBench, uartBench }))('%s', (_, run) => {
    expect(run({ unknowns: 'check' }).trace).toEqual(run().trace);
  });

  test('a queue from its first pop on', () => {
    const [queue, found, expected]: number[][] = [[], [], []];
    bench(
      Fifo({ type: uint(8), depth: 3 }),
      function* (dut) {
        for (let clock = 0; clock < 40; clock++) {
          const [push, pop] = [clock % 2 === 0, clock % 3 === 2];
          dut.set({ push, data_in: clock, pop });
          yield;
          dut.set({ push: false, pop: false });
          yield;
          const full = queue!.length === 3;
          if (pop && queue!.length > 0) {
            expected!.push(queue!.shift()!);
            found!.push(dut.out.data_out as number);
          }
          if (push && !full) queue!.push(clock);
        }
      },
      { unknowns: 'check' },
    );
    expect(found!.length).toBe(13);
    expect(found).toEqual(expected);
  });
});
