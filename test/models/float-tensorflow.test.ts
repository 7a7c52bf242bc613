import { describe, expect, test } from 'vitest';
import type { FloatGraph, FloatLayer, FloatTensor } from '../../models/float.ts';
import { plainEngine } from '../../models/float-engine.ts';
import { loadTensorflowEngine, tensorflowEngine } from '../../models/float-tensorflow.ts';
import type { Shape } from '../../models/graph.ts';
import { inputsOf } from '../../models/layer-ends.ts';
import { tensorElements } from '../../models/shape.ts';
import { loadTensorFlow } from '../../models/tf.ts';
import { seededRandom } from '../support/random.ts';

const extent = (height: number, width: number) => ({ height, width });
const none = { top: 0, bottom: 0, left: 0, right: 0 };
const uneven = { top: 0, bottom: 2, left: 1, right: 0 };
const one = { name: 'l', input: 0, output: 9 };
const two = { name: 'l', inputs: [0, 1], output: 9 };
const random = seededRandom(11);
const reals = (length: number): Float32Array => Float32Array.from({ length }, () => random.fraction() * 2 - 1);

type Case = readonly [name: string, layer: FloatLayer, shapes: readonly Shape[], output: Shape];

const cases: Case[] = [
  [
    'convolution with uneven padding',
    {
      kind: 'conv2d',
      ...one,
      kernel: extent(3, 2),
      stride: extent(2, 1),
      dilation: extent(1, 1),
      padding: uneven,
      groups: 1,
      weights: reals(5 * 3 * 2 * 4),
      bias: reals(5),
      activation: 'relu',
    },
    [[1, 7, 6, 4]],
    [1, 4, 6, 5],
  ],
  [
    'convolution in groups, strides and dilations together',
    {
      kind: 'conv2d',
      ...one,
      kernel: extent(2, 3),
      stride: extent(2, 2),
      dilation: extent(2, 1),
      padding: none,
      groups: 2,
      weights: reals(6 * 2 * 3 * 2),
      bias: reals(6),
      activation: 'none',
    },
    [[1, 7, 7, 4]],
    [1, 3, 3, 6],
  ],
  [
    'depthwise with a multiplier, strides and dilations',
    {
      kind: 'depthwiseConv2d',
      ...one,
      kernel: extent(2, 2),
      stride: extent(2, 2),
      dilation: extent(2, 2),
      padding: uneven,
      depthMultiplier: 2,
      weights: reals(2 * 2 * 6),
      bias: reals(6),
      activation: 'relu6',
    },
    [[1, 6, 6, 3]],
    [1, 3, 3, 6],
  ],
  [
    'depthwise with dilation only',
    {
      kind: 'depthwiseConv2d',
      ...one,
      kernel: extent(3, 3),
      stride: extent(1, 1),
      dilation: extent(2, 2),
      padding: none,
      depthMultiplier: 1,
      weights: reals(27),
      bias: reals(3),
      activation: 'none',
    },
    [[1, 7, 6, 3]],
    [1, 3, 2, 3],
  ],
  [
    'fully connected on rows',
    { kind: 'fullyConnected', ...one, weights: reals(12), bias: reals(3), activation: 'reluN1To1' },
    [[1, 5, 4]],
    [1, 5, 3],
  ],
  [
    'average pool with padding',
    { kind: 'averagePool2d', ...one, kernel: extent(3, 2), stride: extent(2, 2), padding: uneven },
    [[1, 7, 6, 3]],
    [1, 4, 3, 3],
  ],
  [
    'average pool',
    { kind: 'averagePool2d', ...one, kernel: extent(2, 2), stride: extent(2, 2), padding: none },
    [[1, 4, 4, 2]],
    [1, 2, 2, 2],
  ],
  [
    'max pool with padding',
    { kind: 'maxPool2d', ...one, kernel: extent(3, 2), stride: extent(2, 2), padding: uneven },
    [[1, 7, 6, 3]],
    [1, 4, 3, 3],
  ],
  ['reshape', { kind: 'reshape', ...one }, [[2, 6]], [3, 4]],
  ['softmax with a beta', { kind: 'softmax', ...one, beta: 2.5 }, [[3, 4]], [3, 4]],
  ...(['relu', 'relu6', 'reluN1To1', 'logistic', 'tanh', 'leakyRelu'] as const).map(
    (name): Case => [name, { kind: 'activation', ...one, function: name, alpha: 0.3 }, [[2, 20]], [2, 20]],
  ),
  ...(['add', 'sub', 'mul'] as const).map(
    (kind): Case => [
      `${kind} with broadcast`,
      { kind, ...two, activation: kind === 'add' ? 'relu' : 'none' },
      [
        [2, 1, 3],
        [4, 1],
      ],
      [2, 4, 3],
    ],
  ),
  ['pad', { kind: 'pad', ...one, before: [1, 0, 2], after: [0, 3, 1], value: -0.5 }, [[2, 2, 2]], [3, 5, 5]],
  [
    'concatenation',
    { kind: 'concatenation', name: 'l', inputs: [0, 1, 0], output: 9, axis: 1 },
    [
      [2, 3],
      [2, 2],
    ],
    [2, 8],
  ],
  ['mean', { kind: 'mean', ...one, axes: [1, 2] }, [[1, 4, 3, 5]], [1, 5]],
  [
    'resize',
    { kind: 'resizeNearest', ...one, alignCorners: false, halfPixelCenters: true },
    [[1, 5, 4, 2]],
    [1, 3, 7, 2],
  ],
  [
    'resize with aligned corners',
    { kind: 'resizeNearest', ...one, alignCorners: true, halfPixelCenters: false },
    [[1, 3, 4, 2]],
    [1, 5, 2, 2],
  ],
  ['slice backwards', { kind: 'slice', ...one, begin: [1, 4], step: [1, -2] }, [[3, 5]], [2, 3]],
  ['transpose', { kind: 'transpose', ...one, permutation: [3, 0, 2, 1] }, [[2, 3, 4, 5]], [5, 2, 4, 3]],
  [
    'matrix products',
    { kind: 'batchMatMul', ...two, adjointFirst: false, adjointSecond: true },
    [
      [3, 4, 5],
      [1, 2, 5],
    ],
    [3, 4, 2],
  ],
  [
    'matrix products of a transposed first operand',
    { kind: 'batchMatMul', ...two, adjointFirst: true, adjointSecond: false },
    [
      [5, 4],
      [5, 2],
    ],
    [4, 2],
  ],
];

/** The layer with its second input as a constant, and the first as the network's input. */
function graphOf(layer: FloatLayer, shapes: readonly Shape[], output: Shape): FloatGraph {
  const tensors = new Map<number, FloatTensor>(shapes.map((shape, id) => [id, { id, name: `t${id}`, shape }]));
  tensors.set(9, { id: 9, name: 'out', shape: output });
  const operands = inputsOf(layer).includes(1) ? new Map([[1, reals(tensorElements(shapes[1]!))]]) : undefined;
  return { name: 'one', tensors, layers: [layer], inputs: [0], outputs: [9], ...(operands && { constants: operands }) };
}

const backends = ['tensorflow', 'wasm', 'cpu'] as const;
const hasNative = await import('@tensorflow/tfjs-node' as string).then(
  () => true,
  () => false,
);

describe.each(backends.filter((backend) => backend !== 'tensorflow' || hasNative))('on %s', (backend) => {
  test.each(cases)('%s equals the plain reference within float rounding', async (_name, layer, shapes, output) => {
    const tf = await loadTensorFlow([backend]);
    const graph = graphOf(layer, shapes, output);
    const before = tf.core.memory().numTensors;
    const loaded = tensorflowEngine(tf).load(graph);
    const plain = plainEngine.load(graph);
    for (let sample = 0; sample < 3; sample++) {
      const input = reals(tensorElements(shapes[0]!)).map((value) => value * 8);
      const inputs = new Map([[0, input]]);
      const [found, wanted] = [loaded.run(inputs), plain.run(inputs)];
      expect([...found.keys()]).toEqual([...wanted.keys()]);
      const values = found.get(9)!;
      expect(values.length).toBe(tensorElements(output));
      for (const [i, value] of wanted.get(9)!.entries()) {
        expect(Math.abs(values[i]! - value)).toBeLessThanOrEqual(4e-6 * Math.max(8, Math.abs(value)));
      }
    }
    loaded.dispose();
    expect(tf.core.memory().numTensors).toBe(before);
  });
});

test('the best engine is the native one where it is installed, else WebAssembly', async () => {
  const { name } = await loadTensorflowEngine();
  expect(name).toMatch(hasNative ? /^TensorFlow\.js 4\..*, tfjs-node$/ : /^TensorFlow\.js 4\..*, wasm$/);
});

test('the engine says what ran, and refuses inputs of the wrong size as the plain one does', async () => {
  const tf = await loadTensorFlow(['cpu']);
  const engine = tensorflowEngine(tf);
  expect(engine.name).toBe(`TensorFlow.js ${tf.version}, cpu`);
  const graph = graphOf({ kind: 'reshape', ...one }, [[4]], [2, 2]);
  for (const { load } of [engine, plainEngine]) {
    expect(() => load(graph).run(new Map([[0, new Float32Array(3)]]))).toThrow(/\[FLOAT_INPUT_SIZE\]$/);
  }
});
