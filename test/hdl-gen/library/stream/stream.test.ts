import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../../hdl-gen/emit/verilog.ts';
import { type UIntType, uint } from '../../../../hdl-gen/lang/types.ts';
import { Queue } from '../../../../hdl-gen/library/stream/queue.ts';
import { RegisterSlice } from '../../../../hdl-gen/library/stream/register-slice.ts';
import { SkidBuffer } from '../../../../hdl-gen/library/stream/skid-buffer.ts';
import type { StreamBlock } from '../../../../hdl-gen/library/stream/stream.ts';
import { replay } from '../../../../scripts/testing/replay.ts';
import { bench } from '../../../../sim/bench/index.ts';
import { needTool } from '../../../support/tools.ts';
import { lint } from '../../../support/verilog.ts';
import { arbiterBench, count, type Sides, streamBenches } from './benches.ts';

/** Out of 256: never, sometimes, mostly. */
const levels = [0, 100, 220];
const allSides: readonly Sides[] = levels.flatMap((up) =>
  levels.flatMap((down) => [1, 2].map((round) => ({ up, down, seed: 1000 * round + 10 * up + down + 1 }))),
);
const unpaused: Sides = { up: 0, down: 0, seed: 5 };

describe.each(Object.entries(streamBenches))('%s', (_, run) => {
  test.each(allSides)('nothing lost, doubled or out of order with pauses $up and $down, seed $seed', (sides) => {
    // The scoreboard throws at the first wrong item, the sink at a broken handshake.
    expect(run(sides).left.length).toBeGreaterThan(0);
  });
});

/** Items that leave, the clock of the first, and the clocks between two. */
const throughput: Readonly<Record<string, readonly [number, number, number]>> = {
  'register slice': [count, 1, 1],
  'skid buffer': [count, 0, 1],
  'skid buffer of records': [count, 0, 1],
  'queue of 1': [count, 2, 2],
  'queue of 2': [count, 2, 1],
  'queue of 5': [count, 2, 1],
  'widener of 2': [count / 2, 1, 2],
  'widener of 3': [count / 3, 2, 3],
  'narrower of 2': [count, 0, 1],
  'narrower of 3': [count, 0, 1],
  chain: [count / 2, 4, 2],
  fork: [count, 0, 1],
  join: [count, 0, 1],
  arbiter: [count, 0, 1],
};

test.each(Object.entries(throughput))(
  '%s without pauses: latency and clocks per item',
  (name, [items, first, step]) => {
    expect(streamBenches[name]!(unpaused).left).toEqual(Array.from({ length: items }, (_, at) => first + at * step));
  },
);

test.each<readonly [string, StreamBlock<UIntType, UIntType>, number]>([
  ['register slice', RegisterSlice(uint(8)), 1],
  ['skid buffer', SkidBuffer(uint(8)), 1],
  ['queue of 1', Queue(uint(8), 1), 2],
  ['queue of 2', Queue(uint(8), 2), 3],
  ['queue of 5', Queue(uint(8), 5), 6],
])('%s takes as many items as it has places while nobody takes them', (_, block, places) => {
  let taken = 0;
  bench(block, function* (dut) {
    dut.set({ up: { valid: true, data: 7 }, down: { ready: false } });
    for (let clock = 0; clock < 20; clock++) {
      yield;
      if (dut.out.up.ready) taken += 1;
    }
  });
  expect(taken).toBe(places);
});

test('the arbiter takes turns', () => {
  const { ways } = arbiterBench(unpaused);
  expect(ways).toEqual(Array.from({ length: count }, (_, at) => at % 3));
});

test('the arbiter serves a way that waits after at most one item of every other way', () => {
  for (const sides of allSides) {
    const { trace } = arbiterBench(sides);
    const signal = (name: string) => trace.values[trace.signals.findIndex((one) => one.name === name)]!;
    const takes = (way: number) =>
      signal(`up_${way}_ready`).map((ready, clock) => ready & signal(`up_${way}_valid`)[clock]!);
    for (const way of [0, 1, 2]) {
      const passed = new Map<number, number>();
      for (const [clock, valid] of signal(`up_${way}_valid`).entries()) {
        if (valid === 0n || takes(way)[clock] === 1n) passed.clear();
        else
          for (const other of [0, 1, 2])
            if (takes(other)[clock] === 1n) passed.set(other, (passed.get(other) ?? 0) + 1);
        expect(Math.max(0, ...passed.values())).toBeLessThanOrEqual(1);
      }
    }
  }
});

const paused: Sides = { up: 100, down: 100, seed: 77 };
const runs = () => Object.values(streamBenches).map((run) => run(paused));

/** Without the lines that say where in the sources something stands. */
const withoutPlaces = (text: string) => text.replaceAll(/^ *\/\/ [\w./-]+:\d+\n/gm, '');

test('the Verilog is what it was', async () => {
  for (const run of runs()) {
    for (const { name, text } of emitVerilog(run.design).files)
      await expect(withoutPlaces(text)).toMatchFileSnapshot(`../../../golden/verilog/stream/${name}`);
  }
});

await needTool('verilator', 'verilator -Wall is silent', async ({ path }) => {
  for (const { design } of runs()) expect(await lint(design, { verilator: path })).toBe('');
});

await needTool('iverilog', 'icarus -Wall is silent', async ({ path }) => {
  for (const { design } of runs()) expect(await lint(design, { iverilog: path })).toBe('');
});

for (const name of ['iverilog', 'verilator'] as const) {
  await needTool(name, `${name}: every output at every clock is that of the embedded simulator`, async (tool) => {
    expect((await replay(tool, runs())).mismatches).toEqual([]);
  });
}
