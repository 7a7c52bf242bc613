import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { replay } from '../../../scripts/testing/replay.ts';
import type { BenchRun } from '../../../sim/bench/index.ts';
import { counterBench, fifoBench, firBench, matrixBench, uartBench } from '../../examples/benches.ts';
import { needTool } from '../../support/tools.ts';
import { yosys } from '../../support/yosys.ts';
import { arbiterBench, type Sides, throughBlocks } from '../library/stream/benches.ts';

const sides: Sides = { up: 100, down: 100, seed: 3 };

/** Blocks of which test/golden/handwritten has one of the same ports and clocks. */
const blocks: readonly (readonly [string, () => BenchRun])[] = [
  ['counter_12', counterBench],
  ['fifo_5', fifoBench],
  ['fir_3_n5_8_n5_3_x8', firBench],
  ['matrix_3x3', matrixBench],
  ['uart_4', uartBench],
  ['register_slice_u8', () => throughBlocks['register slice']!(sides)],
  ['skid_buffer_u8', () => throughBlocks['skid buffer']!(sides)],
  ['queue_5_u8', () => throughBlocks['queue of 5']!(sides)],
  ['arbiter_3_u8', () => arbiterBench(sides)],
  ['widener_3_u8', () => throughBlocks['widener of 3']!(sides)],
];

function handwritten(name: string): { readonly file: string; readonly text: string } {
  const file = `${name}.v`;
  return { file, text: readFileSync(new URL(`../../golden/handwritten/${file}`, import.meta.url), 'utf8') };
}

/** Generic gates and flip-flops after `synth`, the hierarchy dissolved. */
async function cellsOf(
  top: string,
  files: readonly { readonly name: string; readonly text: string }[],
): Promise<number> {
  const said = await yosys({ top, files, images: [] }, `synth -flatten -top ${top}; stat`);
  return Number([...said.matchAll(/Number of cells:\s+(\d+)/g)].at(-1)![1]);
}

/** Its synthesis takes as long as that of all others together. */
const large = new Set(['matrix_3x3']);
const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';

for (const [name, run] of blocks) {
  await needTool('iverilog', `${name}: what is written by hand does the same at every clock`, async (tool) => {
    const { file, text } = handwritten(name);
    const { mismatches, compared } = await replay(tool, [run()], { verilog: [{ file, text }] });
    expect(mismatches).toEqual([]);
    expect(compared).toBeGreaterThan(200);
  });

  const skipped = large.has(name) && !exhaustive;
  const title = `${name}: at most 2 % more cells than written by hand`;
  test.skipIf(skipped)(skipped ? `${title}: skipped, runs with JOULESMITH_EXHAUSTIVE=1` : title, async () => {
    const { file, text } = handwritten(name);
    const ours = await cellsOf(name, emitVerilog(run().design).files);
    const theirs = await cellsOf(name, [{ name: file, text }]);
    expect(ours).toBeLessThanOrEqual(theirs * 1.02);
  });
}
