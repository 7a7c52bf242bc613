import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csdDigits } from '../../models/csd.ts';
import type { Layer } from '../../models/graph.ts';
import { inputsOf } from '../../models/layer-ends.ts';
import { weightStatistics } from '../../models/weight-statistics.ts';
import { randomChain } from '../support/random-graph.ts';

type Weighted = Extract<Layer, { weights: Int8Array }>;

/** The weights of one output channel, less their zero point, by their documented order. */
function channelOf(layer: Weighted, channel: number): number[] {
  const channels = layer.bias.length;
  const taps = layer.weights.length / channels;
  const zero = layer.kind === 'fullyConnected' ? layer.weightZeroPoint : 0;
  return Array.from({ length: taps }, (_, tap) => {
    const at = layer.kind === 'depthwiseConv2d' ? tap * channels + channel : channel * taps + tap;
    return layer.weights[at]! - zero;
  });
}

/** The same layer with some of its channels at zero. */
function withDead(layer: Weighted, dead: ReadonlySet<number>): Weighted {
  const channels = layer.bias.length;
  const taps = layer.weights.length / channels;
  const zero = layer.kind === 'fullyConnected' ? layer.weightZeroPoint : 0;
  const weights = layer.weights.map((weight, at) => {
    const channel = layer.kind === 'depthwiseConv2d' ? at % channels : Math.floor(at / taps);
    return dead.has(channel) ? zero : weight;
  });
  return { ...layer, weights };
}

test('of random layers of every kind, with dead channels', () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(
      randomChain({ weightZeroPoint: true, groups: true, maxLayers: 1 }),
      fc.uniqueArray(fc.nat({ max: 5 })),
      (graph, picked) => {
        const given = graph.layers[0]!;
        if (!('weights' in given)) return;
        kinds.add(given.kind);
        const layer = withDead(given, new Set(picked));
        const input = graph.tensors.get(inputsOf(layer)[0]!)!;
        const channels = layer.bias.length;
        const all = Array.from({ length: channels }, (_, channel) => channelOf(layer, channel));
        const nonzero = all.flat().filter((weight) => weight !== 0);
        const digits = nonzero.reduce((sum, weight) => sum + csdDigits(weight), 0);
        expect(weightStatistics(layer, input)).toMatchObject({
          count: layer.weights.length,
          zeros: layer.weights.length - nonzero.length,
          channels,
          deadChannels: all.filter((weights) => weights.every((weight) => weight === 0)).length,
          csdDigits: digits,
          csdDigitsPerWeight: nonzero.length === 0 ? null : digits / nonzero.length,
          powersOfTwo: nonzero.filter((weight) => Number.isInteger(Math.log2(Math.abs(weight)))).length,
        });
      },
    ),
    { numRuns: 300 },
  );
  expect([...kinds].sort()).toEqual(['conv2d', 'depthwiseConv2d', 'fullyConnected']);
});
