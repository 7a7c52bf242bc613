import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import { replay } from '../../../../scripts/testing/replay.ts';
import type { BenchRun } from '../../../../sim/bench/bench.ts';
import { type CycleResult, simulateCycles } from '../../../../sim/cycle/cycles.ts';
import { createSimulator } from '../../../../sim/rtl/simulator.ts';
import { runStream } from '../../../../sim/rtl/stream.ts';
import { runWrapped, type WrappedOptions } from '../../../support/axi-accelerator.ts';
import { batchItem, type RandomCase, randomCase } from '../../../support/random-accelerator.ts';
import { needTool } from '../../../support/tools.ts';
import { lint } from '../../../support/verilog.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;
const runs = exhaustive ? 500 : 40;
const seed = Number(process.env.JOULESMITH_SEED ?? (exhaustive ? Date.now() : 20261122));

/** Clocks with a frame inside, and those in which a byte enters that no output waits for, until the last byte left. */
function clocksInside({ firstIn, lastOut, inputClocks }: CycleResult): number {
  const inside = new Set<number>();
  for (const [frame, from] of firstIn.entries()) for (let at = from; at <= lastOut[frame]!; at++) inside.add(at);
  // What the model had no need to know is 0.
  for (const at of inputClocks) if (at > firstIn[0]! && at <= lastOut.at(-1)!) inside.add(at);
  return inside.size;
}

function checkCase(drawn: RandomCase, options: WrappedOptions): void {
  const item = batchItem(drawn, '');
  const { accelerator, input, frames, pauses, maxClocks } = item;
  const { inputBytes, outputBytes, schedule, design } = accelerator;
  // Every byte and register is compared in there.
  const { firstIn, lastOut, outputClocks, counters } = runWrapped(item, options);
  const cycles = simulateCycles(schedule, { frames, pauses });
  expect({ firstIn, lastOut, outputClocks }).toEqual({
    firstIn: cycles.firstIn,
    lastOut: cycles.lastOut,
    outputClocks: [...cycles.outputClocks],
  });
  const alone = createSimulator(elaborate(design));
  const bare = runStream(alone, { input, inputBytes, outputBytes, frames, pauses, maxClocks }).counters;
  expect(counters).toEqual({
    cycles: clocksInside(cycles),
    input_stalls: bare.inputStalls,
    output_stalls: cycles.outputClocks.reduce((sum, clock, at) => sum + clock - cycles.outputOffers[at]!, 0),
    frames_in: frames,
    frames_out: frames,
  });
  expect({ cycles: counters.cycles, stalls: counters.output_stalls }).toEqual({
    cycles: bare.cycles,
    stalls: bare.outputStalls,
  });
}

test(`${runs} random networks behind AXI: after stops, soft resets and wrong TLASTs at random, bytes are the reference's and clocks and counters the cycle model's (seed ${seed})`, () => {
  fc.assert(
    fc.property(randomCase, fc.nat(), fc.nat({ max: 600 }), (drawn, at, chaos) =>
      checkCase(drawn, { seed: at, chaos }),
    ),
    { numRuns: runs, seed },
  );
});

test(`${runs / 4} of them with a clock enable: the same in enabled clocks (seed ${seed + 1})`, () => {
  fc.assert(
    fc.property(randomCase, fc.nat(), fc.nat({ max: 300 }), (drawn, at, chaos) =>
      checkCase(drawn, { seed: at, chaos, clockEnable: true }),
    ),
    { numRuns: runs / 4, seed: seed + 1 },
  );
});

const replayed = (clockEnable: boolean): BenchRun[] =>
  fc.sample(randomCase, { numRuns: 2, seed: seed + 2 + Number(clockEnable) }).map((drawn, index) => {
    const options = { seed: index, chaos: 150, clockEnable, record: true };
    return runWrapped(batchItem(drawn, `w${index}_`), options).bench!;
  });

for (const name of ['iverilog', 'verilator'] as const) {
  for (const clockEnable of [false, true]) {
    const what = clockEnable ? 'wrapped networks with a clock enable' : 'wrapped networks';
    await needTool(name, `${name}: ${what} do the same at every clock, -Wall is silent`, async (tool) => {
      const all = replayed(clockEnable);
      expect((await replay(tool, all)).mismatches).toEqual([]);
      for (const run of all) expect(await lint(run.design, { [name]: tool.path })).toBe('');
    });
  }
}
