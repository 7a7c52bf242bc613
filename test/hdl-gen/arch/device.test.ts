import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import { deviceOf } from '../../../hdl-gen/arch/device.ts';
import { emitVerilog } from '../../../hdl-gen/emit/verilog.ts';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { simulateCycles } from '../../../sim/cycle/cycles.ts';
import { createSimulator } from '../../../sim/rtl/simulator.ts';
import { runStream } from '../../../sim/rtl/stream.ts';
import type { BlockDevice, DesignRequest, StreamParameters, Target } from '../../../specs/design.ts';
import { type BatchItem, runBatch } from '../../support/bench-batch.ts';
import { batchItem, type RandomCase, randomCase, randomWideCase } from '../../support/random-accelerator.ts';
import { conv3x3, dense, designOf, networkOf } from '../../support/small-networks.ts';
import { needTool } from '../../support/tools.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;
const runs = exhaustive ? 400 : 10;
const devices = ['ice40', 'ecp5', 'xc7'] as const satisfies readonly BlockDevice[];

/** The dense layer's weights are 520 words of 144 bits: 8 more than blocks of 256 or of 512 words hold. */
const network = networkOf([1, 20, 26, 3], conv3x3(3, 3), dense(1560, 6));
const foldingsOf = (prefix: string) => ({
  [`${prefix}conv2d_0`]: { pe: 1, simd: 3 },
  [`${prefix}fully_connected_1`]: { pe: 6, simd: 3 },
});
const cut: RandomCase = {
  graph: network,
  seed: 3,
  frames: 2,
  pauses: { input: { seed: 5, probability: 60 }, output: { seed: 9, probability: 90 } },
};
const cutItem = (device: BlockDevice, prefix = '') =>
  batchItem(cut, prefix, { foldings: foldingsOf(prefix), widths: {}, device });

function expectExact({ accelerator, input, expected, frames, pauses, maxClocks }: BatchItem): void {
  const { inputBytes, outputBytes, schedule } = accelerator;
  const simulator = createSimulator(elaborate(accelerator.design));
  const run = runStream(simulator, { input, inputBytes, outputBytes, frames, pauses, maxClocks });
  expect([...run.outputs]).toEqual([...expected]);
  expect([...run.outputCycles]).toEqual([...simulateCycles(schedule, { frames, pauses }).outputClocks]);
}

describe.each(devices)('%s', (device) => {
  test(`${runs} random networks: bytes equal the reference, clocks equal the cycle model`, () => {
    fc.assert(
      fc.property(fc.oneof(randomCase, randomWideCase), (drawn) => {
        const item = batchItem(drawn, '', { device });
        expectExact(item);
        const memories = item.accelerator.design.modules.flatMap((module) => module.memories);
        expect(memories.filter(({ style }) => style === undefined)).toEqual([]);
      }),
      { numRuns: runs, seed: exhaustive ? Date.now() : 20261122 },
    );
  });

  test('weights that are cut into two memories: bytes equal the reference', () => {
    const item = cutItem(device);
    const { memories } = item.accelerator.design.modules.find(({ name }) => name === 'fully_connected_1')!;
    expect(memories.map(({ name, depth, style }) => [name, depth, style])).toEqual([
      ['weights_0', 512, 'block'],
      ['weights_1', 8, 'distributed'],
    ]);
    expectExact(item);
  });
});

const drawn = fc.sample(randomCase, { numRuns: exhaustive ? 30 : 1, seed: 20261123 });
for (const name of ['verilator', 'iverilog'] as const) {
  // The text of one device has what another's has: cut tables, and attributes of every style between the two tools.
  for (const device of exhaustive ? devices : ([name === 'verilator' ? 'ecp5' : 'ice40'] as const)) {
    await needTool(
      name,
      `${name}, ${device}: no byte differs, every frame at the cycle model's clock`,
      async (tool) => {
        const items = [
          cutItem(device, 'cut_'),
          ...drawn.map((each, index) => batchItem(each, `n${index}_`, { device })),
        ];
        const expected = items.map(({ accelerator, frames, pauses }) => {
          const { firstIn, lastOut } = simulateCycles(accelerator.schedule, { frames, pauses });
          return { firstIn, lastOut, mismatches: 0 };
        });
        expect(await runBatch(tool, items)).toEqual(expected);
      },
    );
  }
}

const request = (parameters: StreamParameters, target?: Target): DesignRequest => ({
  ...designOf(foldingsOf('')),
  parameters: { ...designOf(foldingsOf('')).parameters, ...parameters },
  ...(target === undefined ? {} : { target }),
});

test('without a device no memory says what it is made of, and nothing is cut', () => {
  const { design } = buildAccelerator(network, request({}));
  const memories = design.modules.flatMap((module) => module.memories);
  expect(memories.filter(({ style }) => style !== undefined)).toEqual([]);
  const text = emitVerilog(design)
    .files.map(({ text }) => text)
    .join('');
  expect(text).not.toMatch(/ram_?style|romstyle|weights_1/);
  expect(text).toContain('(* rom_style = "block" *)');
});

test('a goal that counts what a device has is a design for it; two devices are refused', () => {
  expect(deviceOf(request({}, { blockRam: 9, device: 'ecp5' }))).toBe('ecp5');
  expect(deviceOf(request({}, { lut: 900, device: 'ecp5' }))).toBe('ecp5');
  expect(deviceOf(request({ device: 'xc7' }))).toBe('xc7');
  expect(deviceOf(request({ device: 'xc7' }, { blockRam: 9, device: 'xc7' }))).toBe('xc7');
  expect(deviceOf(request({}))).toBeUndefined();
  const goals: Target[] = [
    { blockRam: 9, device: 'ice40' },
    { lut: 9000, device: 'ice40' },
  ];
  for (const target of goals) {
    expect(() => buildAccelerator(network, request({ device: 'xc7' }, target))).toThrow(
      '/parameters/device: the design is for xc7, and its goal counts what ice40 has; name the same device, or leave out the one under /parameters [DESIGN_TWO_DEVICES]',
    );
  }
});
