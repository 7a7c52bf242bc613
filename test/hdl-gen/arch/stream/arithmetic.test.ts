import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { emitVerilog } from '../../../../hdl-gen/emit/verilog.ts';
import { elaborate } from '../../../../hdl-gen/ir/elaborate.ts';
import { laneOf } from '../../../../hdl-gen/library/arithmetic/lane-style.ts';
import { simulateCycles } from '../../../../sim/cycle/cycles.ts';
import { createSimulator } from '../../../../sim/rtl/simulator.ts';
import { runStream } from '../../../../sim/rtl/stream.ts';
import type { LaneForm, StreamParameters } from '../../../../specs/design.ts';
import { runBatch } from '../../../support/bench-batch.ts';
import { batchItem, type RandomCase, randomCase } from '../../../support/random-accelerator.ts';
import { conv3x3, dense, designOf, networkOf } from '../../../support/small-networks.ts';
import { needTool } from '../../../support/tools.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;
const runs = exhaustive ? 200 : 6;

const styles = fc.record({
  arithmetic: fc.constantFrom<LaneForm>('plain', 'split', 'fused', 'booth'),
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

test('every layer may have its own form; those that are not named have the one for gates', () => {
  const request = designOf(folding);
  const arithmetic = { fully_connected_1: 'booth' } as const;
  const build = (parameters: StreamParameters) =>
    buildAccelerator(network, { ...request, parameters: { ...request.parameters, ...parameters } });
  const { lanes, design } = build({ arithmetic, operandIsolation: true });
  const style = { clockGating: false, operandIsolation: true };
  expect(lanes()).toMatchObject([
    { stage: 'conv2d_0', count: 2, style: { ...style, form: 'split' } },
    { stage: 'fully_connected_1', count: 1, style: { ...style, form: 'booth' } },
  ]);
  const moduleOf = (stage: string) =>
    design.modules.find(({ name }) => name === stage)!.instances.find(({ name }) => name === 'lane_0')!.module;
  for (const { stage, shape, style } of lanes())
    expect(moduleOf(stage)).toBe(laneOf(shape, style).definition.module.name);
  expect(() => build({ arithmetic: { conv2d_1: 'fused' } })).toThrow(
    '/parameters/arithmetic/conv2d_1: the network has no such layer that multiplies; name one of conv2d_0, fully_connected_1 [ARITHMETIC_UNKNOWN_LAYER]',
  );
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
      batchItem(fixed, 'mixed_', { arithmetic: { mixed_fully_connected_1: 'booth' }, clockGating: true }),
    ];
    const { firstIn, lastOut } = simulateCycles(items[0]!.accelerator.schedule, fixed);
    expect(await runBatch(tool, items)).toEqual(items.map(() => ({ firstIn, lastOut, mismatches: 0 })));
  });
}
