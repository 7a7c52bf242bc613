import { expect } from 'vitest';
import { Counter } from '../../../examples/counter.ts';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { module } from '../../../hdl-gen/lang/module.ts';
import { uint } from '../../../hdl-gen/lang/types.ts';
import { replay } from '../../../scripts/testing/replay.ts';
import { bench, clocks } from '../../../sim/bench/index.ts';
import { needTool } from '../../support/tools.ts';

const run = bench(Counter({ size: 6 }), function* (dut) {
  dut.set({ enable: true });
  yield* clocks(8);
  dut.reset();
  yield* clocks(4);
});
const good = emitVerilog(run.design).files.map(({ name, text }) => ({ file: name, text }));

for (const name of ['iverilog', 'verilator'] as const) {
  await needTool(name, `${name}: a text that differs is caught at its first clock, by name and value`, async (tool) => {
    const wrong = good.map(({ file, text }) => ({ file, text: text.replace("count + 3'd1", "count + 3'd3") }));
    expect(wrong).not.toEqual(good);
    const { mismatches, compared } = await replay(tool, [run], { verilog: wrong });
    expect(mismatches[0]).toEqual({ top: 'counter_6', clock: 1, output: 'count', expected: '1', found: '3' });
    expect(compared).toBe(2 * 12);
  });
}

await needTool('iverilog', 'a reset in the middle is replayed, too', async (tool) => {
  expect((await replay(tool, [run])).mismatches).toEqual([]);
  const deaf = good.map(({ file, text }) => ({ file, text: text.replace('if (rst)', "if (rst && count == 3'bx)") }));
  expect((await replay(tool, [run], { verilog: deaf })).mismatches.length).toBeGreaterThan(0);
});

await needTool('iverilog', 'a text that Icarus refuses', async (tool) => {
  const broken = [{ file: 'counter_6.v', text: 'module counter_6 (' }];
  await expect(replay(tool, [run], { verilog: broken })).rejects.toThrow('[TOOL_FAILED]');
});

await needTool('iverilog', 'two modules of one name', async (tool) => {
  const other = (width: number) =>
    bench(
      module('same', { in: { a: uint(width) }, out: { z: uint(width) } }, ({ a }) => ({ z: a })),
      function* () {
        yield;
      },
    );
  await expect((async () => replay(tool, [other(2), other(3)]))()).rejects.toThrow(
    'same.v: two recordings of one replay have different modules of this name; replay them one by one [REPLAY_FILES]',
  );
});
