import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../../hdl-gen/arch/build.ts';
import { stageClocks } from '../../../../hdl-gen/arch/stream/stage.ts';
import type { Graph } from '../../../../models/graph.ts';
import type { DesignRequest } from '../../../../specs/design.ts';
import { graphOf } from '../../../support/model-description.ts';
import { randomChain } from '../../../support/random-graph.ts';

const request = (parameters: DesignRequest['parameters']): DesignRequest => ({
  name: 'top',
  model: 'random',
  architecture: 'stream',
  parameters,
  clock: '100 MHz',
  technology: 'asap7',
});

const slowest = (stages: Parameters<typeof stageClocks>[0][]) => Math.max(...stages.map(stageClocks));

const geometry = { stride: { height: 1, width: 1 }, dilation: { height: 1, width: 1 }, activation: 'none' } as const;

function expectTrueOutlook(graph: Graph, multipliers: number): void {
  const { outlook, schedule } = buildAccelerator(graph, request({ multipliers }));
  const now = slowest([...schedule.stages]);
  const used = schedule.stages.reduce((sum, stage) => sum + stage.multipliers, 0);
  expect(outlook.unspent).toBe(multipliers - used);
  const { next } = outlook;
  if (next === null) {
    const most = buildAccelerator(graph, request({ multipliers: 1_000_000 }));
    expect(slowest([...most.schedule.stages])).toBe(now);
    return;
  }
  const then = buildAccelerator(graph, request({ multipliers: next.multipliers })).schedule.stages;
  expect(slowest([...then])).toBe(next.interval);
  expect(next.interval).toBeLessThan(now);
  const layer = then.find(({ name }) => name === next.layer)!;
  expect(stageClocks(layer)).toBe(next.interval);
  const wider = then.filter(({ name, multipliers }) => {
    return multipliers > schedule.stages.find((stage) => stage.name === name)!.multipliers;
  });
  expect(next.widened).toEqual(wider.map(({ name }) => name));
  expect(next.multipliers).toBeGreaterThan(multipliers);
  const less = buildAccelerator(graph, request({ multipliers: next.multipliers - 1 }));
  expect(slowest([...less.schedule.stages])).toBe(now);
}

test('the next step is what the planner makes of so many multipliers, and of none less', () => {
  fc.assert(fc.property(randomChain({ maxLayers: 4 }), fc.integer({ min: 4, max: 60 }), expectTrueOutlook), {
    numRuns: 30,
  });
});

test('the next step is as fast as its multipliers allow, not only a clock faster', () => {
  const numbers = (length: number) => Int8Array.from({ length }, (_, index) => (index % 7) + 1);
  const graph = graphOf({
    name: 'two',
    input: { shape: [1, 1, 1, 1], scale: 1 / 16, zeroPoint: 0 },
    layers: [
      {
        kind: 'depthwiseConv2d',
        kernel: { height: 1, width: 4 },
        padding: { top: 0, left: 1, bottom: 0, right: 2 },
        ...{ channels: 3, ...geometry, weights: numbers(12) },
        ...{ weightScales: [1 / 64], bias: null, output: { scale: 1 / 8, zeroPoint: 0 } },
      },
      {
        ...{ kind: 'fullyConnected', channels: 5, activation: 'none', weights: numbers(15), weightZeroPoint: 0 },
        ...{ weightScales: [1 / 64], bias: null, output: { scale: 1 / 8, zeroPoint: 0 } },
      },
    ],
  });
  // The fewest multipliers with which it is faster at all are enough for 6 clocks; a first plan with so many takes 8.
  expectTrueOutlook(graph, 4);
});

test('foldings that are fixed stay so in the next step, and nothing is unspent without a budget', () => {
  const conv = (channels: number, inputs: number) =>
    ({
      kind: 'conv2d',
      kernel: { height: 1, width: 1 },
      padding: 'valid',
      ...{ channels, groups: 1, ...geometry },
      weights: Int8Array.from({ length: channels * inputs }, (_, index) => (index % 7) + 1),
      ...{ weightScales: [1 / 64], bias: null, output: { scale: 1 / 8, zeroPoint: 0 } },
    }) as const;
  const graph = graphOf({
    name: 'two',
    input: { shape: [1, 2, 2, 4], scale: 1 / 16, zeroPoint: 0 },
    layers: [conv(8, 4), conv(6, 8)],
  });
  const first = { conv2d_0: { pe: 1, simd: 1 } };
  const held = buildAccelerator(graph, request({ foldings: { ...first, conv2d_1: { pe: 2, simd: 1 } } }));
  expect(held.outlook).toEqual({ unspent: null, next: null });
  const free = buildAccelerator(graph, request({ foldings: first, multipliers: 3 }));
  // The first layer takes 4 x 32 clocks whatever the second does, which takes 4 x 24 on two multipliers.
  expect(free.outlook).toEqual({ unspent: 0, next: null });
});
