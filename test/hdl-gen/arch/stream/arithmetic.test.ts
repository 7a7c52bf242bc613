import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { emitVerilog } from '../../../../hdl-gen/emit/verilog.ts';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import { simulateCycles } from '../../../../sim/cycle/cycles.ts';
import { createSimulator } from '../../../../sim/rtl/simulator.ts';
import { runStream } from '../../../../sim/rtl/stream.ts';
import type { StreamParameters } from '../../../../specs/design.ts';
import { runBatch } from '../../../support/bench-batch.ts';
import { batchItem, type RandomCase, randomCase } from '../../../support/random-accelerator.ts';
import { conv3x3, dense, designOf, networkOf } from '../../../support/small-networks.ts';
import { needTool } from '../../../support/tools.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;
const runs = exhaustive ? 200 : 6;

const styles = fc.record({
  arithmetic: fc.constantFrom<NonNullable<StreamParameters['arithmetic']>>('plain', 'fused', 'booth'),
  clockGating: fc.boolean(),
  operandIsolation: fc.boolean(),
});

test(`${runs} random networks x arithmetic x clock gating x operand isolation: bytes equal the reference, clocks the cycle model`, () => {
  fc.assert(
    fc.property(randomCase, styles, (drawn, style) => {
      const { accelerator, input, expected, frames, pauses, maxClocks } = batchItem(drawn, '', style);
      const { inputBytes, outputBytes, schedule } = accelerator;
      const simulator = createSimulator(elaborate(accelerator.design));
      const run = runStream(simulator, { input, inputBytes, outputBytes, frames, pauses, maxClocks });
      expect([...run.outputs]).toEqual([...expected]);
      expect([...run.outputCycles]).toEqual([...simulateCycles(schedule, { frames, pauses }).outputClocks]);
      expect(schedule).toEqual(batchItem(drawn, '').accelerator.schedule);
    }),
    { numRuns: runs, seed: 20261122 },
  );
});

const network = networkOf([1, 4, 4, 2], conv3x3(2, 4), dense(64, 5));
const folding = { conv2d_0: { pe: 2, simd: 2 }, fully_connected_1: { pe: 1, simd: 4 } };

function textOf(parameters: StreamParameters): string {
  const request = designOf(folding);
  const { design } = buildAccelerator(network, { ...request, parameters: { ...request.parameters, ...parameters } });
  return emitVerilog(design)
    .files.map(({ text }) => text)
    .join('\n');
}

test('a design that says plain, or nothing, is the same text; any other differs', () => {
  const plain = textOf({});
  expect(textOf({ arithmetic: 'plain', clockGating: false, operandIsolation: false })).toBe(plain);
  for (const other of [{ arithmetic: 'fused' }, { arithmetic: 'booth' }, { clockGating: true }] as const)
    expect(textOf(other)).not.toBe(plain);
});

const fixed: RandomCase = {
  graph: network,
  seed: 3,
  frames: 2,
  pauses: { input: { seed: 5, probability: 60 }, output: { seed: 9, probability: 90 } },
};
for (const name of ['verilator', 'iverilog'] as const) {
  await needTool(name, `${name}: no byte differs, every frame at the cycle model's clock`, async (tool) => {
    const items = [
      batchItem(fixed, 'fused_', { arithmetic: 'fused', operandIsolation: true }),
      batchItem(fixed, 'booth_', { arithmetic: 'booth', clockGating: true }),
    ];
    const { firstIn, lastOut } = simulateCycles(items[0]!.accelerator.schedule, fixed);
    expect(await runBatch(tool, items)).toEqual(items.map(() => ({ firstIn, lastOut, mismatches: 0 })));
  });
}
