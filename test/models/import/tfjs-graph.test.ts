import { describe, expect, test } from 'vitest';
import { runFloatGraph, runFloatOutput } from '../../../models/float-reference.ts';
import { importTfjs } from '../../../models/import/tfjs.ts';
import { loadTensorFlow } from '../../../models/tf.ts';
import { seededRandom } from '../../support/random.ts';
import {
  convolutionalGraph,
  drawWeights,
  GraphFile,
  integer,
  list,
  text,
  texts,
} from '../../support/tfjs-graph-file.ts';

function load(file: GraphFile) {
  const { json, bytes } = file.build();
  return importTfjs(json, () => bytes, 'model.json');
}

/** Outputs on inputs that count 0, 1, 2 ... through all inputs. */
function runCounted(file: GraphFile): number[][] {
  const graph = load(file);
  let next = 0;
  const inputs = graph.inputs.map((id): [number, Float32Array] => {
    const size = graph.tensors.get(id)!.shape.reduce((a, b) => a * b, 1);
    return [id, Float32Array.from({ length: size }, () => next++)];
  });
  const values = runFloatGraph(graph, new Map(inputs));
  return graph.outputs.map((id) => [...(values.get(id) ?? graph.constants!.get(id)!)]);
}

describe('a network with what the converter writes for convolutions', () => {
  const random = seededRandom(9);
  const weights = drawWeights(random);
  const { stem, stemBias, each, eachBias, gamma, beta, mean, variance, wide, wideBias, last, lastBias, epsilon } =
    weights;
  const network = (): GraphFile => convolutionalGraph(weights);

  test('computes what TensorFlow.js computes with the same operators', async () => {
    const { core } = await loadTensorFlow(['cpu']);
    const graph = load(network());
    expect(graph.layers.map(({ kind }) => kind)).toEqual([
      'conv2d',
      'depthwiseConv2d',
      'pad',
      'conv2d',
      'add',
      'averagePool2d',
      'reshape',
      'fullyConnected',
      'softmax',
    ]);
    for (let sample = 0; sample < 3; sample++) {
      const values = Float32Array.from({ length: 144 }, () => random.fraction() * 4 - 2);
      const x = core.tensor4d(values, [1, 9, 8, 2]);
      const a = core.relu6(
        core.add(core.conv2d(x, core.tensor4d(stem, [3, 3, 2, 4]), 2, 'same'), core.tensor1d(stemBias)),
      );
      const b = core.add(
        core.depthwiseConv2d(a as typeof x, core.tensor4d(each, [3, 3, 4, 2]), 1, 'valid'),
        core.tensor1d(eachBias),
      );
      const [m, v, o, s] = [mean, variance, beta, gamma].map((list8) => core.tensor1d(list8)) as [
        never,
        never,
        never,
        never,
      ];
      const n = core.relu(core.batchNorm(b, m, v, o, s, epsilon));
      const w = core.add(
        core.conv2d(n as typeof x, core.tensor4d(wide, [3, 3, 8, 8]), 1, 'same'),
        core.tensor1d(wideBias),
      );
      const pooled = core.mean(core.add(w, n), [1, 2]);
      const y = core.softmax(core.add(core.matMul(pooled, core.tensor2d(last, [8, 3])), core.tensor1d(lastBias)));
      const found = runFloatOutput(graph, values);
      for (const [i, value] of y.dataSync().entries()) expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(1e-5);
    }
  });

  const cases: [string, (f: GraphFile) => void, string | RegExp][] = [
    [
      'every unknown operator at once',
      (f) => {
        f.nodes.find(({ name }) => name === 'relu')!.op = 'Elu';
        f.nodes.find(({ name }) => name === 'sum')!.op = 'Maximum';
      },
      /^model\.json: the model needs node \d+ \(Elu "relu"\); node \d+ \(Maximum "sum"\); supported are Const, Placeholder, Identity, .* \[TFJS_UNSUPPORTED\]$/,
    ],
    [
      'a cycle',
      (f) => (f.nodes.find(({ name }) => name === 'stem')!.input[0] = 'sum'),
      /node \d+ \(_FusedConv2D "stem"\) is part of a cycle; graphs without cycles are read \[TFJS_MALFORMED\]/,
    ],
    [
      'an edge to nowhere',
      (f) => (f.nodes.find(({ name }) => name === 'relu')!.input = ['nobody:2']),
      'it reads "nobody:2"; nothing computes that',
    ],
    [
      'weights that are missing',
      (f) => f.weights.splice(0, 1),
      '(Const "stem/w"): its values are not in the weights manifest',
    ],
    [
      'an open input',
      (f) => f.nodes.splice(0, 1, { ...f.nodes[0]!, attr: {} }),
      'node 0 (Placeholder "x"): an input of shape null; fixed sizes after the batch are supported',
    ],
    [
      'channels first',
      (f) => (f.nodes.find(({ name }) => name === 'stem')!.attr.data_format = text('NCHW')),
      'data_format "NCHW"; NHWC is supported',
    ],
    [
      'a fused operator',
      (f) => (f.nodes.find(({ name }) => name === 'stem')!.attr.fused_ops = texts('BiasAdd', 'Elu')),
      'a fused "Elu"; BiasAdd, Relu, Relu6, LeakyRelu, Sigmoid or Tanh is supported',
    ],
    [
      'statistics of another length',
      (f) => Object.assign(f.weights.find(({ name }) => name === 'norm/variance')!, { shape: [2], values: [1, 1] }),
      '2 factors or offsets for shape',
    ],
    [
      'a stride of 0',
      (f) => (f.nodes.find(({ name }) => name === 'stem')!.attr.strides = list(1, 0, 1, 1)),
      'stride 0 x 1',
    ],
    ['a name twice', (f) => f.node('stem', 'Relu', ['x']), 'node "stem" a second time'],
    ['no nodes', (f) => f.nodes.splice(0), 'nothing computes that'],
    [
      'text instead of a number',
      (f) => (f.nodes.find(({ name }) => name === 'stem')!.attr.strides = { list: { i: ['1', 'x', '1', '1'] } }),
      'strides "x"; a whole number is needed',
    ],
    [
      'a negative padding',
      (f) => (f.weights.find(({ name }) => name === 'pad/widths')!.values[2] = -1),
      'pad of -1; whole numbers of 0 or more',
    ],
  ];
  test.each(cases)('refuses %s', (_name, change, message) => {
    const file = network();
    change(file);
    expect(() => load(file)).toThrow(message);
  });
});

describe('single operators on counted inputs', () => {
  type Case = [string, (f: GraphFile) => unknown, number[][]];
  const cases: Case[] = [
    [
      'MatMul with transposed weights, fused',
      (f) =>
        f.node(
          'y',
          '_FusedMatMul',
          [f.input('x', [1, 2]), f.constant('w', [2, 2], [1, 2, 3, 4]), f.constant('b', [2], [-3, 1])],
          { transpose_b: { b: true }, fused_ops: texts('BiasAdd', 'Relu') },
        ),
      [[0, 5]],
    ],
    [
      'BatchMatMulV2 of two inputs',
      (f) => f.node('y', 'BatchMatMulV2', [f.input('a', [1, 2]), f.input('b', [2, 2])], { adj_y: { b: true } }),
      [[3, 5]],
    ],
    [
      'AvgPool',
      (f) =>
        f.node('y', 'AvgPool', [f.input('x', [1, 1, 3, 1])], {
          ksize: list(1, 1, 2, 1),
          strides: list(1, 1, 2, 1),
          padding: text('SAME'),
        }),
      [[0.5, 2]],
    ],
    [
      'MaxPool with explicit padding',
      (f) =>
        f.node('y', 'MaxPool', [f.input('x', [1, 1, 3, 1])], {
          ksize: list(1, 1, 2, 1),
          strides: list(1, 1, 2, 1),
          padding: text('EXPLICIT'),
          explicit_paddings: list(0, 0, 0, 0, 1, 0, 0, 0),
        }),
      [[0, 2]],
    ],
    [
      'Sub of a constant, and from one',
      (f) => {
        f.node('y', 'Sub', [f.input('x', [1, 3]), f.constant('c', [], [1])]);
        f.node('z', 'Sub', [f.constant('d', [3], [5, 6, 8]), 'x']);
      },
      [
        [-1, 0, 1],
        [5, 5, 6],
      ],
    ],
    [
      'Mul by a column, which no channel is',
      (f) => f.node('y', 'Mul', [f.input('x', [1, 2, 2]), f.constant('c', [2, 1], [2, 3])]),
      [[0, 2, 6, 9]],
    ],
    ['RealDiv', (f) => f.node('y', 'RealDiv', [f.input('x', [1, 2]), f.constant('c', [], [4])]), [[0, 0.25]]],
    [
      'batch normalisation written out',
      (f) => {
        f.node('plus', 'AddV2', [f.constant('variance', [2], [0.21, 3.96]), f.constant('epsilon', [], [0.04])]);
        f.node('inverse', 'Rsqrt', ['plus']);
        f.node('factor', 'Mul', ['inverse', f.constant('gamma', [2], [1, 3])]);
        f.node('y', 'Mul', [f.input('x', [2, 2]), 'factor']);
      },
      [[0, 1.5, 4, 4.5]],
    ],
    [
      'a shape computed from the input',
      (f) => {
        f.node('shape', 'Shape', [f.input('x', [-1, 2, 3])]);
        f.node('batch', 'StridedSlice', ['shape', f.ints('begin', [0]), f.ints('end', [1]), f.ints('step', [1])], {
          shrink_axis_mask: integer(1),
        });
        f.node('pack', 'Pack', ['batch', f.constant('six', [], [6], 'int32')], { axis: integer(0) });
        f.node('y', 'Reshape', ['x', 'pack']);
      },
      [[0, 1, 2, 3, 4, 5]],
    ],
    [
      'StridedSlice backwards through all, past the beginning',
      (f) =>
        f.node('y', 'StridedSlice', [
          f.input('x', [1, 4]),
          f.ints('begin', [0, -1]),
          f.ints('end', [1, -9]),
          f.ints('step', [1, -1]),
        ]),
      [[3, 2, 1, 0]],
    ],
    [
      'StridedSlice of an activation',
      (f) =>
        f.node(
          'y',
          'StridedSlice',
          [f.input('x', [2, 4]), f.ints('begin', [1, -1]), f.ints('end', [2, -9]), f.ints('step', [1, -2])],
          { shrink_axis_mask: integer(1) },
        ),
      [[7, 5]],
    ],
    [
      'Slice to the end',
      (f) => f.node('y', 'Slice', [f.input('x', [2, 3]), f.ints('begin', [0, 1]), f.ints('size', [2, -1])]),
      [[1, 2, 4, 5]],
    ],
    [
      'Split into two outputs',
      (f) => {
        f.node('s', 'Split', [f.constant('axis', [], [1], 'int32'), f.input('x', [1, 4])], { num_split: integer(2) });
        f.node('y', 'Sub', ['s:1', 's']);
      },
      [[2, 2]],
    ],
    [
      'SplitV with an open size',
      (f) => {
        f.node('s', 'SplitV', [f.input('x', [1, 4]), f.ints('sizes', [1, -1]), f.constant('axis', [], [-1], 'int32')]);
        f.node('y', 'Identity', ['s:1']);
      },
      [[1, 2, 3]],
    ],
    [
      'ConcatV2',
      (f) =>
        f.node('y', 'ConcatV2', [f.input('a', [1, 2]), f.input('b', [1, 1]), f.constant('axis', [], [-1], 'int32')]),
      [[0, 1, 2]],
    ],
    [
      'Transpose, ExpandDims, Squeeze',
      (f) => {
        f.node('t', 'Transpose', [f.input('x', [2, 3]), f.ints('p', [1, 0])]);
        f.node('e', 'ExpandDims', ['t', f.constant('axis', [], [-1], 'int32')]);
        f.node('y', 'Squeeze', ['e'], { squeeze_dims: list(2) });
      },
      [[0, 3, 1, 4, 2, 5]],
    ],
    [
      'ResizeNearestNeighbor',
      (f) =>
        f.node('y', 'ResizeNearestNeighbor', [f.input('x', [1, 1, 2, 1]), f.ints('size', [1, 4])], {
          align_corners: { b: false },
          half_pixel_centers: { b: true },
        }),
      [[0, 0, 1, 1]],
    ],
    [
      'Mean along one axis that stays',
      (f) => f.node('y', 'Mean', [f.input('x', [2, 2]), f.ints('axes', [-1])], { keep_dims: { b: true } }),
      [[0.5, 2.5]],
    ],
    [
      'LeakyRelu and PadV2',
      (f) => {
        f.node('n', 'Mul', [f.input('x', [1, 3]), f.constant('c', [], [-1])]);
        f.node('l', 'LeakyRelu', ['n'], { alpha: { f: 0.5 } });
        f.node('y', 'PadV2', ['l', f.constant('w', [2, 2], [0, 0, 1, 0], 'int32'), f.constant('v', [], [9])]);
      },
      [[9, 0, -0.5, -1]],
    ],
    [
      'Sigmoid and Tanh',
      (f) => {
        f.input('x', [1]);
        f.node('y', 'Sigmoid', ['x']);
        f.node('z', 'Tanh', ['x']);
      },
      [[0.5], [0]],
    ],
  ];
  test.each(cases)('%s', (_name, write, expected) => {
    const file = new GraphFile();
    write(file);
    const found = runCounted(file);
    expect(found.length).toBe(expected.length);
    for (const [i, values] of expected.entries()) {
      for (const [k, value] of values.entries()) expect(found[i]![k]!).toBeCloseTo(value, 5);
      expect(found[i]!.length).toBe(values.length);
    }
  });

  test('inputs and outputs stand in the order of the signature', () => {
    const file = new GraphFile();
    for (const name of ['a', 'b']) file.input(name, [1]);
    file.node('difference', 'Sub', ['a', 'b']);
    file.node('twice', 'AddV2', ['b', 'b']);
    file.signature = {
      inputs: { q: { name: 'b:0' }, p: { name: 'a:0' } },
      outputs: { s: { name: 'twice:0' }, r: { name: 'difference:0' } },
    };
    // b is 0, a is 1.
    expect(runCounted(file)).toEqual([[0], [1]]);
  });

  test('computing constants without end is refused', () => {
    const file = new GraphFile();
    file.constant('c', [1000], Array<number>(1000).fill(1));
    let last = 'c';
    for (let i = 0; i < 15000; i++) last = file.node(`n${i}`, 'AddV2', [last, 'c']);
    file.node('y', 'AddV2', [file.input('x', [1, 1000]), last]);
    expect(() => load(file)).toThrow('the constants that the graph computes are too many');
  });
});
