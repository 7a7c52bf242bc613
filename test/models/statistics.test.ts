import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accumulatorRanges, signedBits } from '../../models/accumulator.ts';
import type { FullyConnected, Graph } from '../../models/graph.ts';
import { graphTotals, layerStatistics } from '../../models/statistics.ts';
import { graphOf } from '../support/model-description.ts';
import { randomChain } from '../support/random-graph.ts';
import { smallModel } from './import/small-model.ts';

function oneLayer(weights: number[], bias: number[], weightZeroPoint: number, zeroPoint: number): Graph {
  const layer: FullyConnected = {
    kind: 'fullyConnected',
    name: 'fully_connected_0',
    input: 0,
    output: 1,
    weights: Int8Array.from(weights),
    bias: Int32Array.from(bias),
    weightZeroPoint,
    requantize: { multiplier: Int32Array.of(1073741824, 1500000000), shift: Int32Array.of(-3, -9) },
    clamp: { min: -128, max: 127 },
  };
  const tensor = (id: number, width: number) => ({ id, name: `t${id}`, shape: [1, width], scale: 0.5, zeroPoint });
  const tensors = new Map([
    [0, tensor(0, weights.length / bias.length)],
    [1, tensor(1, bias.length)],
  ]);
  return { name: 'one', tensors, layers: [layer], inputs: [0], outputs: [1], profile: 'tflite-reference' };
}

describe('layerStatistics', () => {
  test('of a layer computed by hand', () => {
    const graph = oneLayer([3, 0, -2, 5, 1, 1], [100, -700], 1, -10);
    // Inputs less zero point: -118 to 137. Weights less 1: [2, -1, -3] and [4, 0, 0].
    const [statistics] = layerStatistics(graph);
    expect(statistics).toEqual({
      name: 'fully_connected_0',
      kind: 'fullyConnected',
      inputShape: [1, 3],
      inputShapes: [[1, 3]],
      outputShape: [1, 2],
      inputScale: 0.5,
      inputZeroPoint: -10,
      outputScale: 0.5,
      outputZeroPoint: -10,
      macs: 6,
      parameters: 8,
      weights: {
        count: 6,
        range: { min: -2, max: 5 },
        zeros: 2,
        channels: 2,
        deadChannels: 0,
        bits: 8,
        // 2 = 10, -1, -3 = -101, 4 = 100: one, one, two and one digits.
        csdDigits: 5,
        csdDigitsPerWeight: 5 / 4,
        powersOfTwo: 3,
        accumulator: { min: 4 * -118 - 700, max: 2 * 137 + 4 * 118 + 100 },
        accumulatorBits: 12,
      },
      multiplier: { min: 1073741824, max: 1500000000 },
      shift: { min: -9, max: -3 },
    });
  });

  test('of the small model: counts of every kind', () => {
    const graph = graphOf(smallModel());
    const list = layerStatistics(graph).map(({ name, macs, parameters }) => [name, macs, parameters]);
    expect(list).toEqual([
      ['conv2d_0', 5 * 4 * 3 * 8, 27],
      ['depthwise_conv2d_1', 3 * 2 * 6 * 9, 60],
      ['average_pool2d_2', 0, 0],
      ['reshape_3', 0, 0],
      ['fully_connected_4', 30, 35],
      ['softmax_5', 0, 0],
    ]);
    expect(graphTotals(graph)).toEqual({ macs: 480 + 324 + 30, parameters: 122 });
  });
});

describe('accumulators', () => {
  test('signedBits is the smallest word', () => {
    expect(signedBits({ min: 0, max: 0 })).toBe(1);
    expect(signedBits({ min: -1, max: 0 })).toBe(1);
    expect(signedBits({ min: 0, max: 1 })).toBe(2);
    expect(signedBits({ min: -128, max: 127 })).toBe(8);
    expect(signedBits({ min: -129, max: 127 })).toBe(9);
    expect(signedBits({ min: -(2 ** 31), max: 2 ** 31 - 1 })).toBe(32);
    expect(signedBits({ min: 0, max: 2 ** 31 })).toBe(33);
  });

  test('the extreme inputs reach the bounds of every channel, for each kind of layer', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(randomChain({ weightZeroPoint: true, groups: true, maxLayers: 1 }), (graph) => {
        const layer = graph.layers[0]!;
        if (!('bias' in layer)) return;
        kinds.add(layer.kind);
        const zero = graph.tensors.get(0)!.zeroPoint;
        const weightZero = layer.kind === 'fullyConnected' ? layer.weightZeroPoint : 0;
        const channels = layer.bias.length;
        const taps = layer.weights.length / channels;
        const ranges = accumulatorRanges(layer, { zeroPoint: zero });
        for (const [channel, { min, max }] of ranges.entries()) {
          let lowest = Math.min(0, layer.bias[channel]!);
          let highest = Math.max(0, layer.bias[channel]!);
          for (let tap = 0; tap < taps; tap += 1) {
            const at = layer.kind === 'depthwiseConv2d' ? tap * channels + channel : channel * taps + tap;
            const products = [-128, 127].map((x) => (layer.weights[at]! - weightZero) * (x - zero));
            lowest += Math.min(...products);
            highest += Math.max(...products);
          }
          expect([min, max]).toEqual([lowest, highest]);
        }
      }),
      { numRuns: 300 },
    );
    expect([...kinds].sort()).toEqual(['conv2d', 'depthwiseConv2d', 'fullyConnected']);
  });
});
