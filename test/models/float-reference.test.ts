import { describe, expect, test } from 'vitest';
import { broadcastShape } from '../../models/broadcast.ts';
import type { FloatGraph, FloatLayer, FloatTensor } from '../../models/float.ts';
import { runFloat, runFloatGraph, runFloatOutput } from '../../models/float-reference.ts';
import type { Shape } from '../../models/graph.ts';
import { inputsOf } from '../../models/layer-ends.ts';
import { floatFromJson, floatToJson } from '../../models/serialize-float.ts';
import { tensorElements } from '../../models/shape.ts';

/** A network of one layer: input tensors of the given shapes, of which those after the first `given` are constants. */
function oneLayer(
  layer: FloatLayer,
  shapes: readonly Shape[],
  output: Shape,
  constants?: ReadonlyMap<number, Float32Array>,
): FloatGraph {
  const tensors = new Map<number, FloatTensor>(shapes.map((shape, id) => [id, { id, name: `t${id}`, shape }]));
  tensors.set(layer.output, { id: layer.output, name: 'out', shape: output });
  const inputs = [...new Set(inputsOf(layer))].filter((id) => !constants?.has(id));
  const graph = { name: 'one', tensors, layers: [layer], inputs, outputs: [layer.output] };
  return constants ? { ...graph, constants } : graph;
}

const count = (shape: Shape, from = 0): Float32Array =>
  Float32Array.from({ length: tensorElements(shape) }, (_, i) => i + from);

type Case = readonly [name: string, layer: FloatLayer, shapes: readonly Shape[], output: Shape, expected: number[]];
const one = { name: 'l', input: 0, output: 9 };
const two = { name: 'l', inputs: [0, 1], output: 9 };
const extent = (height: number, width: number) => ({ height, width });
const none = { top: 0, bottom: 0, left: 0, right: 0 };

/** Inputs count up: 0, 1, 2 ... in the first tensor, 10, 11, 12 ... in the second. */
const cases: Case[] = [
  ['add repeats a row', { kind: 'add', ...two, activation: 'none' }, [[2, 3], [3]], [2, 3], [10, 12, 14, 13, 15, 17]],
  [
    'sub repeats both sides',
    { kind: 'sub', ...two, activation: 'none' },
    [
      [2, 1],
      [1, 3],
    ],
    [2, 3],
    [-10, -11, -12, -9, -10, -11],
  ],
  ['mul, then a fused relu6', { kind: 'mul', ...two, activation: 'relu6' }, [[3], [1]], [3], [0, 6, 6]],
  [
    'a layer that reads one tensor twice',
    { ...two, kind: 'mul', inputs: [0, 0], activation: 'none' },
    [[3]],
    [3],
    [0, 1, 4],
  ],
  [
    'max pool with padding',
    {
      kind: 'maxPool2d',
      ...one,
      kernel: extent(2, 2),
      stride: extent(2, 2),
      padding: { ...none, bottom: 1, right: 1 },
    },
    [[1, 3, 3, 1]],
    [1, 2, 2, 1],
    [4, 5, 7, 8],
  ],
  [
    'average pool counts only the image',
    {
      kind: 'averagePool2d',
      ...one,
      kernel: extent(2, 2),
      stride: extent(2, 2),
      padding: { ...none, bottom: 1, right: 1 },
    },
    [[1, 3, 3, 1]],
    [1, 2, 2, 1],
    [2, 3.5, 6.5, 8],
  ],
  ['pad', { kind: 'pad', ...one, before: [1, 0], after: [0, 2], value: 7 }, [[1, 2]], [2, 4], [7, 7, 7, 7, 0, 1, 7, 7]],
  [
    'concatenation along the last axis',
    { kind: 'concatenation', ...two, axis: 1 },
    [
      [2, 2],
      [2, 1],
    ],
    [2, 3],
    [0, 1, 10, 2, 3, 11],
  ],
  [
    'concatenation along the first axis',
    { kind: 'concatenation', ...two, axis: 0 },
    [
      [1, 2],
      [2, 2],
    ],
    [3, 2],
    [0, 1, 10, 11, 12, 13],
  ],
  ['mean over the middle', { kind: 'mean', ...one, axes: [1, 2] }, [[1, 2, 2, 2]], [1, 2], [3, 4]],
  ['mean over one axis that stays', { kind: 'mean', ...one, axes: [0] }, [[2, 3]], [1, 3], [1.5, 2.5, 3.5]],
  [
    'resize to twice the size',
    { kind: 'resizeNearest', ...one, alignCorners: false, halfPixelCenters: false },
    [[1, 1, 2, 1]],
    [1, 2, 4, 1],
    [0, 0, 1, 1, 0, 0, 1, 1],
  ],
  [
    'resize with aligned corners',
    { kind: 'resizeNearest', ...one, alignCorners: true, halfPixelCenters: false },
    [[1, 1, 3, 1]],
    [1, 1, 5, 1],
    [0, 1, 1, 2, 2],
  ],
  [
    'resize down from the centres of pixels',
    { kind: 'resizeNearest', ...one, alignCorners: false, halfPixelCenters: true },
    [[1, 1, 6, 1]],
    [1, 1, 2, 1],
    [1, 4],
  ],
  ['slice with a negative step', { kind: 'slice', ...one, begin: [1, 2], step: [1, -2] }, [[2, 3]], [1, 2], [5, 3]],
  ['transpose', { kind: 'transpose', ...one, permutation: [2, 0, 1] }, [[1, 2, 3]], [3, 1, 2], [0, 3, 1, 4, 2, 5]],
  [
    'a matrix product',
    { kind: 'batchMatMul', ...two, adjointFirst: false, adjointSecond: false },
    [
      [1, 2],
      [2, 2],
    ],
    [1, 2],
    [12, 13],
  ],
  [
    'matrix products of transposed operands, the second repeated',
    { kind: 'batchMatMul', ...two, adjointFirst: true, adjointSecond: true },
    [
      [2, 2, 1],
      [2, 2],
    ],
    [2, 1, 2],
    [11, 13, 53, 63],
  ],
  [
    'two rows through a fully connected layer',
    { kind: 'fullyConnected', ...one, weights: Float32Array.of(1, 2), bias: Float32Array.of(-3), activation: 'relu' },
    [[2, 2]],
    [2, 1],
    [0, 5],
  ],
  [
    'a convolution in two groups',
    {
      kind: 'conv2d',
      ...one,
      kernel: extent(1, 1),
      stride: extent(1, 1),
      dilation: extent(1, 1),
      padding: none,
      groups: 2,
      weights: Float32Array.of(1, 2, 3, 4),
      bias: Float32Array.of(0, 0.5),
      activation: 'none',
    },
    [[1, 1, 1, 4]],
    [1, 1, 1, 2],
    [2, 18.5],
  ],
];

function runOne(graph: FloatGraph): Float32Array {
  const inputs = new Map(graph.inputs.map((id) => [id, count(graph.tensors.get(id)!.shape, 10 * id)]));
  return runFloatGraph(graph, inputs).get(9)!;
}

describe('one layer on counted inputs', () => {
  test.each(cases)('%s', (_name, layer, shapes, output, expected) => {
    expect([...runOne(oneLayer(layer, shapes, output))]).toEqual(expected);
  });

  test.each(cases)('after a round trip through JSON: %s', (_name, layer, shapes, output) => {
    const graph = oneLayer(layer, shapes, output);
    expect(floatFromJson(JSON.parse(JSON.stringify(floatToJson(graph))))).toEqual(graph);
  });

  test.each([
    ['relu', [0, 0, 0.5, 7]],
    ['relu6', [0, 0, 0.5, 6]],
    ['reluN1To1', [-1, -0.5, 0.5, 1]],
    ['leakyRelu', [-0.5, -0.125, 0.5, 7]],
    ['tanh', [-2, -0.5, 0.5, 7].map((x) => Math.fround(Math.tanh(x)))],
    ['logistic', [-2, -0.5, 0.5, 7].map((x) => Math.fround(1 / (1 + Math.exp(-x))))],
  ] as const)('activation %s', (name, expected) => {
    const layer: FloatLayer = { kind: 'activation', ...one, function: name, alpha: 0.25 };
    const graph = oneLayer(layer, [[4]], [4]);
    expect([...runFloatOutput(graph, Float32Array.of(-2, -0.5, 0.5, 7))]).toEqual(expected);
  });
});

describe('constants and ports', () => {
  const layer: FloatLayer = { kind: 'sub', ...two, activation: 'none' };
  const shapes = [[2], [2]];

  test('a constant is ready before the first layer, and survives JSON', () => {
    const graph = oneLayer(layer, shapes, [2], new Map([[1, Float32Array.of(5, 7)]]));
    const again = floatFromJson(JSON.parse(JSON.stringify(floatToJson(graph))));
    expect(again).toEqual(graph);
    const values = runFloat(again, Float32Array.of(1, 2));
    expect([...values.keys()]).toEqual([0, 9]);
    expect([...values.get(9)!]).toEqual([-4, -5]);
  });

  test('a network of two inputs needs both, and is refused by the run for one', () => {
    const graph = oneLayer(layer, shapes, [2]);
    expect(() => runFloat(graph, count([2]))).toThrow(
      'one: 2 inputs; this run is for networks with one input; runFloatGraph takes any [FLOAT_PORTS]',
    );
    expect(() => runFloatGraph(graph, new Map([[0, count([2])]]))).toThrow(
      'one: input t1: nothing was given for tensor 1; give exactly 2 values, in the order of shape [2] [FLOAT_INPUT_SIZE]',
    );
  });

  test('shapes that do not broadcast have no common shape', () => {
    expect(broadcastShape([2, 3], [2])).toBeNull();
    expect(broadcastShape([4, 1, 3], [5, 1])).toEqual([4, 5, 3]);
  });
});
