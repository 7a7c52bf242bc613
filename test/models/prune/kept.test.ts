/** What goes and what stays, by hand. */
import { describe, expect, test } from 'vitest';
import type { Graph, Layer } from '../../../models/graph.ts';
import { prune } from '../../../models/prune/prune.ts';
import { runReference } from '../../../models/reference.ts';
import { graphOf, type LayerDescription } from '../../support/model-description.ts';
import { plantDead } from '../../support/plant-dead.ts';
import { randomInputs } from '../../support/random-graph.ts';

const one = { height: 1, width: 1 };
const identity = {
  activation: 'none',
  output: { scale: 1, zeroPoint: 0 },
  weightScales: [1],
  dilation: one,
  stride: one,
} as const;

/** Rows of weights, one for each output channel; the output is the sum itself, clamped to a byte. */
function pointwise(rows: readonly (readonly number[])[], bias: readonly number[] | null = null): LayerDescription {
  return {
    kind: 'conv2d',
    ...identity,
    kernel: one,
    padding: 'valid',
    groups: 1,
    channels: rows.length,
    weights: Int8Array.from(rows.flat()),
    bias: bias && Int32Array.from(bias),
  };
}

/** The same weight on all nine taps of each channel. */
function depthwise3x3(
  weights: readonly number[],
  padding: 'same' | 'valid',
  bias: readonly number[] | null = null,
): LayerDescription {
  return {
    kind: 'depthwiseConv2d',
    ...identity,
    kernel: { height: 3, width: 3 },
    padding,
    channels: weights.length,
    weights: Int8Array.from(Array.from({ length: 9 }, () => weights).flat()),
    bias: bias && Int32Array.from(bias),
  };
}

const network = (channels: number, ...layers: LayerDescription[]): Graph =>
  graphOf({ name: 'net', input: { shape: [1, 4, 4, channels], scale: 1, zeroPoint: 0 }, layers });

/** Kept channels of each tensor between input and output, as 1 and 0; null where all are kept. */
function keptOf(graph: Graph): (string | null)[] {
  const { kept } = prune(graph);
  return graph.layers.slice(0, -1).map(({ output }) => kept.get(output)?.join('') ?? null);
}

function weightsOf(graph: Graph, at: number) {
  const layer = prune(graph).graph.layers[at]!;
  if (!('weights' in layer)) throw new Error(`${layer.name} has no weights`);
  return { weights: [...layer.weights], bias: [...layer.bias] };
}

function expectEqual(graph: Graph): void {
  for (let seed = 0; seed < 5; seed++) {
    const input = randomInputs(graph, 1, seed);
    expect(runReference(prune(graph).graph, input).output).toEqual(runReference(graph, input).output);
  }
}

test('a row of zeros is a constant, whose share goes into the biases of its readers', () => {
  const graph = network(
    2,
    pointwise(
      [
        [1, 2],
        [0, 0],
        [3, 4],
      ],
      [5, 7, 9],
    ),
    pointwise(
      [
        [1, 10, 2],
        [3, -5, 4],
      ],
      [100, 200],
    ),
  );
  expect(keptOf(graph)).toEqual(['101']);
  expect(weightsOf(graph, 0)).toEqual({ weights: [1, 2, 3, 4], bias: [5, 9] });
  // 10 x 7 and -5 x 7.
  expect(weightsOf(graph, 1)).toEqual({ weights: [1, 2, 3, 4], bias: [170, 165] });
  expectEqual(graph);
});

test("the share counts from the zero point, and from the weights' zero point", () => {
  const row = (weightZeroPoint: number): LayerDescription => ({
    kind: 'fullyConnected',
    weightZeroPoint,
    channels: 1,
    weights: Int8Array.of(5, 6, 7, 8),
    bias: Int32Array.of(1000),
    weightScales: [1],
    activation: 'none',
    output: { scale: 64, zeroPoint: 0 },
  });
  const flat = graphOf({
    name: 'net',
    input: { shape: [1, 1, 2, 1], scale: 1, zeroPoint: 3 },
    layers: [{ ...pointwise([[1], [0]], [0, 40]), output: { scale: 1, zeroPoint: -20 } } as LayerDescription, row(6)],
  });
  expect(keptOf(flat)).toEqual(['10']);
  // The constant is 40 in two pixels: (6 - 6) x 40 + (8 - 6) x 40.
  expect(weightsOf(flat, 1)).toEqual({ weights: [5, 7], bias: [1080] });
  expectEqual(flat);
});

test('a constant with taps outside the image stays, unless it stands for 0', () => {
  const graph = (padding: 'same' | 'valid', bias: number, weight = 1) =>
    network(1, pointwise([[1], [0], [0]], [0, bias, 0]), depthwise3x3([1, weight, 1], padding), pointwise([[1, 1, 1]]));
  expect(keptOf(graph('valid', 7))).toEqual(['100', '100']);
  expect(keptOf(graph('same', 0))).toEqual(['100', '100']);
  expect(keptOf(graph('same', 7))).toEqual(['110', '110']);
  // The tap in the middle alone is too much for a byte: a constant again.
  expect(keptOf(graph('same', 100, 2))).toEqual(['100', '100']);
  for (const padding of ['same', 'valid'] as const)
    for (const bias of [7, 0, 100]) expectEqual(graph(padding, bias, 2));
});

test('a dense window with padding keeps a constant only where a tap that can be outside has a weight', () => {
  const window = (corner: number): LayerDescription => ({
    ...(pointwise([[0]]) as LayerDescription & { kind: 'conv2d' }),
    kernel: { height: 3, width: 3 },
    padding: 'same',
    // Two input channels; the second, a constant, has a weight in the centre and perhaps in the corner.
    weights: Int8Array.from(
      Array.from({ length: 9 }, (_, tap) => [tap + 1, tap === 4 ? 2 : tap === 0 ? corner : 0]).flat(),
    ),
  });
  const graph = (corner: number) => network(1, pointwise([[1], [0]], [0, 6]), window(corner));
  expect(keptOf(graph(0))).toEqual(['10']);
  expect(weightsOf(graph(0), 1).bias).toEqual([12]);
  expect(keptOf(graph(1))).toEqual([null]);
  for (const corner of [0, 1]) expectEqual(graph(corner));
});

test('a channel that can only reach the end of its clamp is a constant though it has weights', () => {
  const graph = network(1, pointwise([[1], [1], [1]], [0, 255, 254]), pointwise([[1, 1, 1]]));
  // -128 + 255 is 127, the greatest byte; with 254 the least is 126.
  expect(keptOf(graph)).toEqual(['101']);
  expectEqual(graph);
});

test('what nobody reads goes, back through layers that work channel by channel', () => {
  const graph = network(
    1,
    pointwise([[1], [2], [3]]),
    depthwise3x3([1, 1, 2, 2, 3, 3], 'same'),
    { kind: 'averagePool2d', kernel: one, stride: one, padding: 'valid', activation: 'none' },
    { kind: 'quantize', output: { scale: 1, zeroPoint: 5 } },
    { kind: 'reshape', shape: [1, 96] },
    {
      kind: 'fullyConnected',
      weightZeroPoint: 0,
      channels: 1,
      // Channel 2 of the map is read in pixel 9 alone; 0 and 1, and 4 and 5, are not read.
      weights: Int8Array.from({ length: 96 }, (_, at) => (at === 9 * 6 + 2 ? 1 : 0)),
      bias: null,
      weightScales: [1],
      activation: 'none',
      output: { scale: 1, zeroPoint: 0 },
    },
  );
  expect(keptOf(graph)).toEqual(['010', '001100', '001100', '001100', '001100'.repeat(16)]);
  const { tensors } = prune(graph).graph;
  expect([...tensors.values()].map(({ shape }) => shape.join('x'))).toEqual([
    '1x4x4x1',
    '1x4x4x1',
    '1x4x4x2',
    '1x4x4x2',
    '1x4x4x2',
    '1x32',
    '1x1',
  ]);
  expectEqual(graph);
});

test('groups go whole', () => {
  const grouped: LayerDescription = {
    ...(pointwise([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
      [5, 5],
      [6, 6],
    ]) as LayerDescription & { kind: 'conv2d' }),
    groups: 3,
  };
  const all = [[1], [1], [1], [1], [1], [1]];
  const graph = network(1, pointwise(all), grouped, pointwise([[0, 1, 0, 0, 1, 1]]));
  expect(keptOf(graph)).toEqual(['110011', '110011']);
  expect(prune(graph).graph.layers[1]).toMatchObject({ groups: 2, weights: Int8Array.of(1, 1, 2, 2, 5, 5, 6, 6) });
  expectEqual(graph);
});

test('a group that is left alone is a dense convolution, whose channels go one by one', () => {
  const grouped: LayerDescription = {
    ...(pointwise([
      [0, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]) as LayerDescription & { kind: 'conv2d' }),
    groups: 2,
  };
  const graph = network(1, pointwise([[1], [2], [3], [4]]), grouped, pointwise([[1, 0, 0, 0]]));
  expect(keptOf(graph)).toEqual(['0100', '1000']);
  expectEqual(graph);
});

test('where branches meet a channel goes in both or in none', () => {
  const layers = network(
    1,
    pointwise([[1], [2], [3], [0]]),
    pointwise([
      [1, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 0],
    ]),
    pointwise([[1, 1, 0, 1]]),
  ).layers;
  const add: Layer = {
    kind: 'add',
    name: 'add_9',
    inputs: [1, 2],
    output: 9,
    leftShift: 20,
    first: { multiplier: 1 << 30, shift: 0 },
    second: { multiplier: 1 << 30, shift: 0 },
    rescale: { multiplier: 1 << 30, shift: -18 },
    clamp: { min: -128, max: 127 },
  };
  const base = network(
    1,
    pointwise([[1], [1], [1], [1]]),
    pointwise(Array.from({ length: 4 }, () => [1, 1, 1, 1])),
    pointwise([[1, 1, 1, 1]]),
  );
  const [first, second, last] = layers as [Layer, Layer, Layer];
  const graph: Graph = {
    ...base,
    tensors: new Map([...base.tensors, [9, { ...base.tensors.get(1)!, id: 9 }]]),
    layers: [first, second, add, { ...last, input: 9 } as Layer],
  };
  // 1 is not constant in the sum; 2 is read by nobody after it, but its branch reads it; 3 is 0 in both.
  const { kept, graph: pruned } = prune(graph);
  expect([1, 2, 9].map((id) => kept.get(id)?.join(''))).toEqual(['1100', '1100', '1100']);
  expect(pruned.layers.map((layer) => ('bias' in layer ? layer.bias.length : 0))).toEqual([2, 2, 0, 1]);
  expectEqual(graph);
});

test.each(['add', 'sub', 'mul'] as const)('a constant and anything give anything: %s, either way round', (kind) => {
  const [first] = network(1, pointwise([[0], [1]], [9, 0])).layers as [Layer];
  const base = network(1, pointwise([[1], [1]]), pointwise([[5, 3]]));
  const [second, last] = base.layers as [Layer, Layer];
  const factors = { first: { multiplier: 1 << 30, shift: 0 }, second: { multiplier: 1 << 30, shift: 0 } };
  const requantize = { multiplier: Int32Array.of(1 << 30), shift: Int32Array.of(1) };
  const scaling = { leftShift: 20, ...factors, rescale: { multiplier: 1 << 30, shift: -18 } };
  for (const inputs of [
    [8, 1],
    [1, 8],
  ]) {
    const ends = { name: 'join', inputs, output: 9, clamp: { min: -128, max: 127 } };
    const join: Layer = kind === 'mul' ? { kind, ...ends, requantize } : { kind, ...ends, ...scaling };
    const tensor = base.tensors.get(1)!;
    const graph: Graph = {
      ...base,
      tensors: new Map([...base.tensors, [8, { ...tensor, id: 8 }], [9, { ...tensor, id: 9 }]]),
      layers: [{ ...first, name: 'other', output: 8 } as Layer, second, join, { ...last, input: 9 } as Layer],
    };
    expect(prune(graph).graph).toBe(graph);
  }
});

describe('what stays in any case', () => {
  test('tensors that enter and leave the network, dead or not', () => {
    const graph = network(
      3,
      pointwise(
        [
          [0, 0, 0],
          [0, 0, 0],
        ],
        [4, 5],
      ),
    );
    expect(prune(graph)).toEqual({ graph, kept: new Map() });
    expect(prune(graph).graph).toBe(graph);
  });

  test('one channel of a tensor that would lose all, and what it is computed from', () => {
    const graph = network(
      1,
      pointwise([[1], [2]]),
      pointwise([
        [1, 0],
        [0, 1],
      ]),
      pointwise([[0, 0]], [9]),
    );
    expect(keptOf(graph)).toEqual(['10', '10']);
    expectEqual(graph);
  });

  test('all that a softmax reads', () => {
    const graph = network(1, pointwise([[1], [0], [0]]), { kind: 'softmax', beta: 1 });
    expect(prune(graph).graph).toBe(graph);
  });

  test('constants of other arithmetics; what nobody reads goes there, too', () => {
    const graph = network(1, pointwise([[1], [0], [2]]), pointwise([[1, 1, 0]]));
    expect(keptOf(graph)).toEqual(['100']);
    expect(keptOf({ ...graph, profile: 'onnx-qlinear' })).toEqual(['110']);
  });
});

test('a bias at the end of 32 bits takes the share of a constant', () => {
  const most = 2147483647;
  const reader: LayerDescription = {
    ...pointwise(
      [
        [1, 100],
        [-1, -100],
      ],
      [most - 12700 - 128, -most + 12700 + 128],
    ),
    weightScales: [2 ** -24],
  } as LayerDescription;
  const graph = network(1, pointwise([[1], [0]], [0, 127]), reader);
  expect(keptOf(graph)).toEqual(['10']);
  expect(weightsOf(graph, 1).bias).toEqual([most - 128, -most + 128]);
  expectEqual(graph);
});

test('the planted networks of these tests have all of it', () => {
  const graph = network(
    2,
    pointwise([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ]),
    depthwise3x3([1, 2, 3, 4], 'same'),
    pointwise([[1, 2, 3, 4]]),
  );
  const found = Array.from({ length: 60 }, (_, seed) => keptOf(plantDead(graph, seed))[0]);
  expect(new Set(found).size).toBeGreaterThan(6);
});
