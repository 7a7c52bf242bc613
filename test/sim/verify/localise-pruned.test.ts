/** Faults in networks of which channels are skipped are named in the model's own numbers. */
import { expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import type { Graph, Layer } from '../../../models/graph.ts';
import { prune } from '../../../models/prune/prune.ts';
import { runReference } from '../../../models/reference.ts';
import { runEmbedded } from '../../../sim/verify/embedded.ts';
import { localise } from '../../../sim/verify/localise.ts';
import type { DesignRequest } from '../../../specs/design.ts';
import { randomInputs } from '../../support/random-graph.ts';
import { conv3x3, dense, depthwise2x2, networkOf } from '../../support/small-networks.ts';

/** Output channels 0 and 2 of the first layer are dead; so are those of the depthwise layer, on whose border nothing is added. */
function network(): Graph {
  const graph = networkOf([1, 3, 3, 2], conv3x3(2, 5), depthwise2x2(5, 1), dense(45, 3));
  const [first, second, last] = graph.layers as [
    Layer & { kind: 'conv2d' },
    Layer & { kind: 'depthwiseConv2d' },
    Layer,
  ];
  const perChannel = first.weights.length / 5;
  const dead = (channel: number) => channel === 0 || channel === 2;
  return {
    ...graph,
    layers: [
      {
        ...first,
        weights: first.weights.map((weight, at) => (dead(Math.floor(at / perChannel)) ? 0 : weight)),
        bias: first.bias.map((bias, channel) => (dead(channel) ? 0 : bias)),
      },
      second,
      last,
    ],
  };
}

/** Hardware in which one weight of the layer is wrong. */
function sabotaged(graph: Graph, name: string, at: number): Graph {
  const spoil = (layer: Layer): Layer => {
    if (layer.name !== name || !('weights' in layer)) return layer;
    const weights = layer.weights.slice();
    weights[at] = weights[at]! > 0 ? -127 : 127;
    return { ...layer, weights };
  };
  return { ...graph, layers: graph.layers.map(spoil) };
}

const request: DesignRequest = {
  name: 'pruned',
  model: 'net',
  architecture: 'stream',
  parameters: { multipliers: 20 },
  clock: '100 MHz',
  technology: 'asap7',
};

test.each([
  // Weight 0 of output channel 3, weight of channel 4 in the first tap, weight of the channels that are left.
  ['conv2d_0', 3 * 18 + 8],
  ['depthwise_conv2d_1', 4],
  ['fully_connected_2', 1 * 45 + 3],
] as const)('a wrong weight in %s', (name, at) => {
  const graph = network();
  expect([1, 2].map((id) => prune(graph).kept.get(id)?.join(''))).toEqual(['01011', '01011']);
  const wrong = sabotaged(graph, name, at);
  const accelerator = buildAccelerator(wrong, request);
  expect(accelerator.pruned.kept.get(1)?.join('')).toBe('01011');
  const input = randomInputs(graph, 1, 3);
  const expected = runReference(graph, input, { capture: true }).tensors!;
  const found = localise({
    accelerator,
    input,
    sample: 7,
    expected,
    build: (part, foldings) => buildAccelerator(part, { ...request, parameters: { foldings, prune: false } }),
    run: (part, bytes) => runEmbedded(part, bytes, 1),
  });
  const { output } = graph.layers.find((layer) => layer.name === name)!;
  const right = expected.get(output)!;
  const spoilt = runReference(wrong, input, { capture: true }).tensors!.get(output)!;
  const index = right.findIndex((byte, place) => byte !== spoilt[place]);
  const channels = graph.tensors.get(output)!.shape.at(-1)!;
  expect(index).toBeGreaterThanOrEqual(0);
  expect(found).toMatchObject({
    level: 'rtl',
    layer: name,
    sample: 7,
    index,
    channel: index % channels,
    expected: right[index],
    found: spoilt[index],
  });
  expect(found!.cycle).toBeGreaterThan(0);
});
