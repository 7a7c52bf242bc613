/** Networks as exporters write them, by hand: the importer's result against the evaluation of the file's nodes. */
import { expect, test } from 'vitest';
import { runFloatGraph } from '../../../../models/float-reference.ts';
import type { Graph } from '../../../../models/graph.ts';
import { transposed } from '../../../../models/import/onnx/evaluate/indexing.ts';
import { runOnnx } from '../../../../models/import/onnx/evaluate/run.ts';
import { readOnnxModel } from '../../../../models/import/onnx/model.ts';
import type { OnnxTensor } from '../../../../models/import/onnx/types.ts';
import { importOnnx, type OnnxPort } from '../../../../models/import/onnx.ts';
import { quantized } from '../../../../models/onnx-arithmetic.ts';
import { runGraph } from '../../../../models/reference.ts';
import { type ModelText, type NodeText, type TensorText, writeOnnx } from '../../../support/onnx-writer.ts';
import { seededRandom } from '../../../support/random.ts';

const random = seededRandom(11);
const scalar = (type: TensorText['type'], value: number): TensorText => ({ type, shape: [], values: [value] });
const filled = (type: TensorText['type'], shape: readonly number[], low: number, high: number): TensorText => {
  const length = shape.reduce((product, n) => product * n, 1);
  return { type, shape, values: Array.from({ length }, () => random.integer(low, high)) };
};
const node = (operator: string, inputs: string, output: string, attributes: NodeText['attributes'] = {}): NodeText => ({
  operator,
  inputs: inputs.split(' ').map((name) => (name === '-' ? '' : name)),
  outputs: output.split(' '),
  attributes,
});

function inOrder({ data, shape }: OnnxTensor, { order }: OnnxPort): number[] {
  return Array.from(transposed({ type: 'float', shape, data }, order, 'test').data);
}

/** What the nodes compute for random inputs, and the inputs, both in the order of storage. */
function evaluated(model: ModelText, inputs: readonly OnnxPort[], outputs: readonly OnnxPort[]) {
  const given = inputs.map((port, index): OnnxTensor => {
    const { type } = model.inputs[index]!;
    const { values } = filled(
      type,
      port.shape,
      type === 'int8' ? -128 : type === 'float' ? -9 : 0,
      type === 'float' ? 9 : type === 'int8' ? 127 : 255,
    );
    const make = { float: Float32Array, int8: Int8Array, uint8: Uint8Array }[type as 'float' | 'int8' | 'uint8'];
    return { type: type as 'float', shape: port.shape, data: new make(values as number[]) };
  });
  const values = runOnnx(
    readOnnxModel(writeOnnx(model), 'test'),
    new Map(inputs.map((port, i) => [port.name, given[i]!])),
  );
  return {
    given: given.map((tensor, i) => inOrder(tensor, inputs[i]!)),
    expected: outputs.map((port) => inOrder(values.get(port.name)!, port)),
  };
}

function checkFloat(model: ModelText, digits: number | null = null): string[] {
  const imported = importOnnx(writeOnnx(model), 'test.onnx');
  if (imported.kind !== 'float') throw new Error('a float network was expected');
  const { graph, inputs, outputs } = imported;
  const { given, expected } = evaluated(model, inputs, outputs);
  const values = runFloatGraph(graph, new Map(graph.inputs.map((id, i) => [id, Float32Array.from(given[i]!)])));
  for (const [i, id] of graph.outputs.entries()) {
    const found = Array.from(values.get(id)!, (value) => value + 0);
    if (digits === null) expect(found).toEqual(expected[i]!.map((value) => value + 0));
    else for (const [k, value] of found.entries()) expect(value).toBeCloseTo(expected[i]![k]!, digits);
  }
  return graph.layers.map((layer) => layer.kind);
}

function checkInteger(model: ModelText): { graph: Graph; kinds: string[] } {
  const imported = importOnnx(writeOnnx(model), 'test.onnx');
  if (imported.kind !== 'integer') throw new Error('an integer network was expected');
  const { graph, inputs, outputs } = imported;
  for (let round = 0; round < 5; round += 1) {
    const { given, expected } = evaluated(model, inputs, outputs);
    const tensors = graph.inputs.map((id, i) => {
      const { scale, zeroPoint, stored } = graph.tensors.get(id)!;
      const step = (x: number): number =>
        model.inputs[i]!.type === 'float'
          ? quantized(x, scale, zeroPoint, -128, 127)
          : x - (stored === 'uint8' ? 128 : 0);
      return [id, Int8Array.from(given[i]!, step)] as const;
    });
    const found = runGraph(graph, new Map(tensors));
    for (const [i, id] of graph.outputs.entries()) {
      const { scale, zeroPoint, stored } = graph.tensors.get(id)!;
      const real = (q: number): number =>
        model.outputs[i]!.type === 'float' ? Math.fround((q - zeroPoint) * scale) : q + (stored === 'uint8' ? 128 : 0);
      expect(Array.from(found.get(id)!, real)).toEqual(expected[i]);
    }
  }
  return { graph, kinds: graph.layers.map((layer) => layer.kind) };
}

const q = {
  s: scalar('float', Math.fround(0.037)),
  z: scalar('uint8', 121),
  t: scalar('float', Math.fround(0.9)),
  u: scalar('uint8', 60),
};

test('MatMulInteger with Cast, Mul and Add is one fully connected layer', () => {
  const initializers = {
    ...q,
    w: filled('int8', [6, 4], -128, 127),
    f: { ...scalar('float', Math.fround(0.0007)) },
    b: filled('float', [4], -3, 3),
  };
  const { graph, kinds } = checkInteger({
    nodes: [
      node('QuantizeLinear', 'x s z', 'xq'),
      node('MatMulInteger', 'xq w z', 'acc'),
      node('Cast', 'acc', 'real', { to: 1 }),
      node('Mul', 'real f', 'scaled'),
      node('Add', 'scaled b', 'biased'),
      node('QuantizeLinear', 'biased s z', 'y'),
    ],
    inputs: [{ name: 'x', type: 'float', shape: [1, 6] }],
    outputs: [{ name: 'y', type: 'uint8', shape: [1, 4] }],
    initializers: {
      ...initializers,
      b: { type: 'float', shape: [4], values: [0.0007, -0.0014, 0.7, 0].map(Math.fround) },
    },
  });
  expect(kinds).toEqual(['fullyConnected']);
  expect(graph.tensors.get(graph.outputs[0]!)!.stored).toBe('uint8');
});

test('ConvInteger with an int32 bias and factors per channel is one convolution', () => {
  const { graph, kinds } = checkInteger({
    nodes: [
      node('ConvInteger', 'x w z', 'acc', { pads: [1, 0, 1, 1], strides: [2, 1] }),
      node('Add', 'acc b', 'biased'),
      node('Cast', 'biased', 'real', { to: 1 }),
      node('Mul', 'real f', 'scaled'),
      node('Relu', 'scaled', 'limited'),
      node('QuantizeLinear', 'limited t u', 'y'),
    ],
    inputs: [{ name: 'x', type: 'uint8', shape: [1, 3, 5, 4] }],
    outputs: [{ name: 'y', type: 'uint8', shape: [1, 2, 3, 4] }],
    initializers: {
      ...q,
      w: filled('int8', [2, 3, 3, 2], -128, 127),
      b: filled('int32', [1, 2, 1, 1], -5000, 5000),
      f: { type: 'float', shape: [1, 2, 1, 1], values: [-0.001, 0.002].map(Math.fround) },
    },
  });
  expect(kinds).toEqual(['conv2d']);
  const [layer] = graph.layers;
  expect(layer?.kind === 'conv2d' && layer.clamp.min).toBe(60 - 128);
});

test('QGemm, and quantisation operators of the domain com.microsoft', () => {
  const { kinds } = checkInteger({
    nodes: [
      node('com.microsoft.QuantizeLinear', 'x s z', 'xq'),
      node('com.microsoft.QGemm', 'xq s z w v zero b t u', 'yq', { transB: 1 }),
      node('com.microsoft.DequantizeLinear', 'yq t u', 'y'),
    ],
    inputs: [{ name: 'x', type: 'float', shape: ['batch', 7] }],
    outputs: [{ name: 'y', type: 'float', shape: ['batch', 3] }],
    initializers: {
      ...q,
      w: filled('int8', [3, 7], -128, 127),
      v: { type: 'float', shape: [3], values: [0.01, 0.02, 0.03].map(Math.fround) },
      zero: { type: 'int8', shape: [3], values: [0, 0, 0] },
      b: filled('int32', [3], -900, 900),
    },
  });
  expect(kinds).toEqual(['fullyConnected']);
});

test('weights that are dequantised and then transposed keep their scales per channel', () => {
  const { kinds } = checkInteger({
    nodes: [
      node('DequantizeLinear', 'w v', 'wr', { axis: 0 }),
      node('Transpose', 'wr', 'wt', { perm: [1, 0] }),
      node('QuantizeLinear', 'x s z', 'xq'),
      node('DequantizeLinear', 'xq s z', 'xr'),
      node('MatMul', 'xr wt', 'm'),
      node('DequantizeLinear', 'b bs', 'br', { axis: 0 }),
      node('Add', 'm br', 'yr'),
      node('QuantizeLinear', 'yr t u', 'yq'),
      node('DequantizeLinear', 'yq t u', 'y'),
    ],
    inputs: [{ name: 'x', type: 'float', shape: [1, 5] }],
    outputs: [{ name: 'y', type: 'float', shape: [1, 2] }],
    initializers: {
      ...q,
      w: filled('int8', [2, 5], -128, 127),
      v: { type: 'float', shape: [2], values: [0.25, 0.125] },
      b: filled('int32', [2], -900, 900),
      bs: {
        type: 'float',
        shape: [2],
        values: [Math.fround(Math.fround(0.037) * 0.25), Math.fround(Math.fround(0.037) * 0.125)],
      },
    },
  });
  expect(kinds).toEqual(['fullyConnected']);
});

test('shapes that are computed in the file, and a Flatten behind a convolution that only permutes weights', () => {
  const kinds = checkFloat({
    nodes: [
      node('Conv', 'x w b', 'c', { pads: [1, 1, 1, 1] }),
      node('Relu', 'c', 'r'),
      node('Shape', 'r', 'shape'),
      node('Gather', 'shape zero', 'n', { axis: 0 }),
      node('Unsqueeze', 'n axes', 'n1'),
      node('Concat', 'n1 minus', 'target', { axis: 0 }),
      node('Reshape', 'r target', 'flat'),
      node('Gemm', 'flat v', 'y', { transB: 1 }),
    ],
    inputs: [{ name: 'x', type: 'float', shape: ['n', 2, 4, 3] }],
    outputs: [{ name: 'y', type: 'float', shape: ['n', 5] }],
    initializers: {
      w: filled('float', [3, 2, 3, 3], -3, 3),
      b: filled('float', [3], -3, 3),
      v: filled('float', [5, 36], -3, 3),
      zero: scalar('int64', 0),
      axes: { type: 'int64', shape: [1], values: [0] },
      minus: { type: 'int64', shape: [1], values: [-1] },
    },
  });
  expect(kinds).toEqual(['conv2d', 'fullyConnected']);
});

test('batch normalisation goes into the convolution before it', () => {
  const kinds = checkFloat(
    {
      nodes: [
        node('Conv', 'x w', 'c', { group: 4 }),
        node('BatchNormalization', 'c g b m v', 'n', { epsilon: { float: 1e-3 } }),
        node('Clip', 'n lo hi', 'y'),
      ],
      inputs: [{ name: 'x', type: 'float', shape: [1, 4, 3, 3] }],
      outputs: [{ name: 'y', type: 'float', shape: [1, 4, 2, 2] }],
      initializers: {
        w: filled('float', [4, 1, 2, 2], -3, 3),
        g: filled('float', [4], 1, 3),
        b: filled('float', [4], -3, 3),
        m: filled('float', [4], -3, 3),
        v: filled('float', [4], 1, 9),
        lo: scalar('float', 0),
        hi: scalar('float', 6),
      },
    },
    4,
  );
  expect(kinds).toEqual(['depthwiseConv2d']);
});

test('a one-dimensional convolution, pool and softmax over channels', () => {
  const kinds = checkFloat(
    {
      nodes: [
        node('Conv', 'x w b', 'c', { kernel_shape: [3], strides: [2], pads: [1, 1] }),
        node('MaxPool', 'c', 'p', { kernel_shape: [2], strides: [1] }),
        node('Softmax', 'p', 'y', { axis: 1 }),
      ],
      inputs: [{ name: 'x', type: 'float', shape: [1, 2, 9] }],
      outputs: [{ name: 'y', type: 'float', shape: [1, 3, 4] }],
      initializers: { w: filled('float', [3, 2, 3], -1, 1), b: filled('float', [3], -1, 1) },
    },
    6,
  );
  expect(kinds.filter((kind) => kind !== 'reshape' && kind !== 'transpose')).toEqual([
    'conv2d',
    'maxPool2d',
    'softmax',
  ]);
});

test('one value in three orders of axes of the same shape', () => {
  const kinds = checkFloat({
    nodes: [
      node('Conv', 'x w', 'a'),
      node('Reshape', 'a flat', 'y'),
      node('Transpose', 'a', 't', { perm: [0, 1, 3, 2] }),
      node('Reshape', 't flat', 'z'),
      node('Transpose', 'a', 'u', { perm: [0, 2, 3, 1] }),
      node('Reshape', 'u flat', 'v'),
    ],
    inputs: [{ name: 'x', type: 'float', shape: [1, 2, 2, 2] }],
    outputs: ['y', 'z', 'v'].map((name) => ({ name, type: 'float' as const, shape: [1, 8] })),
    initializers: { w: filled('float', [2, 2, 1, 1], -3, 3), flat: { type: 'int64', shape: [2], values: [1, 8] } },
  });
  expect(kinds.filter((kind) => kind === 'transpose').length).toBe(2);
});

test('products of two activations, means over other axes, operator set 11', () => {
  checkFloat(
    {
      opset: 11,
      nodes: [
        node('Transpose', 'a', 'at', { perm: [0, 2, 1] }),
        node('MatMul', 'at b', 'm'),
        node('ReduceMean', 'm', 'r', { axes: [1], keepdims: 0 }),
        node('Squeeze', 'r', 's', { axes: [0] }),
        node('Unsqueeze', 's', 'y', { axes: [0, 2] }),
      ],
      inputs: [
        { name: 'a', type: 'float', shape: [1, 3, 4] },
        { name: 'b', type: 'float', shape: [1, 3, 2] },
      ],
      outputs: [{ name: 'y', type: 'float', shape: [1, 2, 1] }],
    },
    6,
  );
});

test('several inputs and outputs, a branch in two scales, a residual of uint8', () => {
  const { graph, kinds } = checkInteger({
    nodes: [
      node('DequantizeLinear', 'x s z', 'xr'),
      node('Add', 'xr xr', 'twice'),
      node('QuantizeLinear', 'twice t u', 'fine'),
      node('QuantizeLinear', 'twice s z', 'coarse'),
      node('MaxPool', 'coarse', 'pooled', { kernel_shape: [2, 2] }),
    ],
    inputs: [{ name: 'x', type: 'uint8', shape: [1, 2, 3, 4] }],
    outputs: [
      { name: 'fine', type: 'uint8', shape: [1, 2, 3, 4] },
      { name: 'pooled', type: 'uint8', shape: [1, 2, 2, 3] },
    ],
    initializers: q,
  });
  expect(kinds).toEqual(['add', 'add', 'maxPool2d']);
  expect(graph.layers[1]!.name).toMatch(/scale_2$/);
});

test('a softmax that stays in float at the end gets 1/256', () => {
  const bytes = writeOnnx({
    nodes: [
      node('QuantizeLinear', 'x s z', 'xq'),
      node('DequantizeLinear', 'xq s z', 'xr'),
      node('Softmax', 'xr', 'y'),
    ],
    inputs: [{ name: 'x', type: 'float', shape: [1, 5] }],
    outputs: [{ name: 'y', type: 'float', shape: [1, 5] }],
    initializers: q,
  });
  const imported = importOnnx(bytes, 'test');
  if (imported.kind !== 'integer') throw new Error('an integer network was expected');
  const { graph } = imported;
  expect(graph.tensors.get(graph.outputs[0]!)).toMatchObject({ scale: 1 / 256, zeroPoint: -128 });
  const found = runGraph(graph, new Map([[graph.inputs[0]!, Int8Array.of(0, 0, 0, 0, 127)]])).get(graph.outputs[0]!)!;
  const power = Math.exp(Math.fround(127 * Math.fround(0.037)));
  expect(Array.from(found)).toEqual([1, 1, 1, 1, power].map((p) => Math.round((256 * p) / (4 + power)) - 128));
});
