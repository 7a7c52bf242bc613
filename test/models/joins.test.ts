/** Networks that are no chains: their checks, constants, ports, and values checked by hand. */
import { describe, expect, test } from 'vitest';
import { networkWorks } from '../../hdl-gen/arch/stream/network.ts';
import { broadcastShape } from '../../models/broadcast.ts';
import { chainOf } from '../../models/chain.ts';
import { checkGraph } from '../../models/check-graph.ts';
import { addFactors, meanFactor, requantizeOf } from '../../models/factors.ts';
import type { Graph, Layer, Tensor, TensorData } from '../../models/graph.ts';
import { runGraph, runReference } from '../../models/reference.ts';

function tensor(id: number, shape: readonly number[], more: Partial<Tensor> = {}): Tensor {
  return { id, name: `t${id}`, shape, scale: 1, zeroPoint: 0, ...more };
}

const int8Clamp = { min: -128, max: 127 };

function graphOf(tensors: readonly Tensor[], layer: Layer, constants?: ReadonlyMap<number, TensorData>): Graph {
  const inputs = 'inputs' in layer ? [...new Set(layer.inputs)] : [layer.input];
  return {
    name: 'net',
    tensors: new Map(tensors.map((entry) => [entry.id, entry])),
    ...(constants ? { constants } : {}),
    layers: [layer],
    inputs: inputs.filter((id) => !constants?.has(id)),
    outputs: [layer.output],
    profile: 'tflite-reference',
  };
}

const one = { scale: 1 };
const factors = addFactors('add', one, one, one);
const sum = (inputs: readonly number[], output: number): Layer => {
  return { kind: 'add', name: 'add_0', inputs, output, ...factors, clamp: int8Clamp };
};
const identity = requantizeOf({ multiplier: 1073741824, shift: 1 });

const pair = [tensor(0, [1, 2, 2]), tensor(1, [2]), tensor(2, [1, 2, 2])];
const moved = [tensor(0, [2, 3]), tensor(1, [3, 2])];
const turn: Layer = { kind: 'transpose', name: 'transpose_0', input: 0, output: 1, permutation: [1, 0] };

describe('running', () => {
  test('an addition broadcasts its constant, and the constant is no input', () => {
    const graph = graphOf(pair, sum([0, 1], 2), new Map([[1, Int8Array.of(10, 20)]]));
    checkGraph(graph);
    const outputs = runGraph(graph, new Map([[0, Int8Array.of(1, 2, 3, 120)]]));
    expect([...outputs.keys()]).toEqual([2]);
    expect([...outputs.get(2)!]).toEqual([11, 22, 13, 127]);
    const captured = runGraph(graph, new Map([[0, Int8Array.of(1, 2, 3, 4)]]), { capture: true });
    expect([...captured.keys()]).toEqual([0, 2]);
  });

  test('a subtraction keeps the order, and one tensor may be both operands', () => {
    const layer: Layer = { ...(sum([1, 0], 2) as Extract<Layer, { kind: 'add' | 'sub' }>), kind: 'sub', name: 'sub_0' };
    const graph = graphOf(pair, layer, new Map([[1, Int8Array.of(10, 20)]]));
    expect([...runGraph(graph, new Map([[0, Int8Array.of(1, 2, 3, -120)]])).get(2)!]).toEqual([9, 18, 7, 127]);
    const twice = graphOf(pair, sum([0, 0], 2));
    checkGraph(twice);
    expect([...runGraph(twice, new Map([[0, Int8Array.of(1, -2, 63, -70)]])).get(2)!]).toEqual([2, -4, 126, -128]);
  });

  test('a slice runs backwards, a pad holds its value, a transposition turns', () => {
    const input = Int8Array.of(1, 2, 3, 4, 5, 6);
    const slice: Layer = { kind: 'slice', name: 'slice_0', input: 0, output: 1, begin: [1, 2], step: [-1, -2] };
    const sliced = graphOf([tensor(0, [2, 3]), tensor(1, [2, 2])], slice);
    checkGraph(sliced);
    expect([...runReference(sliced, input).output]).toEqual([6, 4, 3, 1]);
    const pad: Layer = { kind: 'pad', name: 'pad_0', input: 0, output: 1, before: [0, 1], after: [1, 0], value: 9 };
    const padded = graphOf([tensor(0, [2, 3]), tensor(1, [3, 4])], pad);
    checkGraph(padded);
    expect([...runReference(padded, input).output]).toEqual([9, 1, 2, 3, 9, 4, 5, 6, 9, 9, 9, 9]);
    expect([...runReference(graphOf(moved, turn), input).output]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  test('a mean rounds its scaled sum, ties up where no shift follows; both forms of its shape are possible', () => {
    const factor = meanFactor(one, one, 2);
    expect(factor).toEqual({ multiplier: 1073741824, shift: 0 });
    for (const shape of [[2], [2, 1]]) {
      const requantize = requantizeOf(factor);
      const layer: Layer = {
        kind: 'mean',
        name: 'mean_0',
        input: 0,
        output: 1,
        axes: [1],
        requantize,
        clamp: int8Clamp,
      };
      const graph = graphOf([tensor(0, [2, 2]), tensor(1, shape)], layer);
      checkGraph(graph);
      expect([...runReference(graph, Int8Array.of(1, 2, -1, -2)).output]).toEqual([2, -1]);
    }
    // A third is cut, not rounded: 2^31 * 2 / 3 with one place less.
    expect(meanFactor(one, one, 3)).toEqual({ multiplier: 715827882, shift: 0 });
  });

  test('int16 goes in and comes out as such', () => {
    const wide = { type: 'int16' as const };
    const layer: Layer = {
      kind: 'quantize',
      name: 'quantize_0',
      input: 0,
      output: 1,
      requantize: identity,
      clamp: int8Clamp,
    };
    const graph = graphOf([tensor(0, [3], wide), tensor(1, [3])], layer);
    checkGraph(graph);
    expect([...runGraph(graph, new Map([[0, Int16Array.of(1, 300, -300)]])).get(1)!]).toEqual([1, 127, -128]);
    expect(() => runGraph(graph, new Map([[0, Int8Array.of(1, 2, 3)]]))).toThrow(
      'net: 3 input bytes; one sample of shape [3] has 3 of int16 [REFERENCE_INPUT]',
    );
    expect(() => runGraph(graph, new Map())).toThrow('net: no content for input tensor 0; one sample');
    expect(() => runReference(graph, Int8Array.of(1, 2, 3))).toThrow('net: an input of int16; networks with one int8');
  });
});

describe('checking', () => {
  const wrong: readonly (readonly [string, Graph, string])[] = [
    ['operands', graphOf(pair, sum([0], 2)), 'layer add_0: 1 inputs; 2 are needed [GRAPH_OPERANDS]'],
    [
      'shapes that do not broadcast',
      graphOf([tensor(0, [2, 3]), tensor(1, [2]), tensor(2, [2, 3])], sum([0, 1], 2)),
      'its output has shape [2, 3]; inputs of [2, 3] and [2] cannot be joined to it [GRAPH_SHAPE]',
    ],
    [
      'output of a broadcast',
      graphOf([tensor(0, [2, 1]), tensor(1, [3]), tensor(2, [2, 1])], sum([0, 1], 2)),
      'its output has shape [2, 1]; an input of [2, 1] and [3] gives [2, 3]',
    ],
    [
      'types',
      graphOf([tensor(0, [2]), tensor(1, [2], { type: 'int16' }), tensor(2, [2])], sum([0, 1], 2)),
      'int8 and int16 in and int8 out; this layer keeps the type; insert a quantize layer [GRAPH_TYPE]',
    ],
    [
      'factors of 1 and more',
      graphOf(pair, { ...sum([0, 1], 2), rescale: { multiplier: 1073741824, shift: 1 } } as Layer),
      'output multiplier 1073741824 with shift 1; a factor below 1 is needed',
    ],
    ['left shift', graphOf(pair, { ...sum([0, 1], 2), leftShift: 21 } as Layer), 'left shift 21; 0 to 20 are defined'],
    [
      'constant of another size',
      graphOf(pair, sum([0, 1], 2), new Map([[1, new Int8Array(3)]])),
      '3 elements of 1 bytes; 2',
    ],
    [
      'constant of another type',
      graphOf(pair, sum([0, 1], 2), new Map([[1, new Int16Array(2)]])),
      'net: constant 1: 2 elements of 2 bytes; 2 elements of int8 are needed [GRAPH_TABLE]',
    ],
    [
      'constant that is an input',
      { ...graphOf(pair, sum([0, 1], 2), new Map([[1, new Int8Array(2)]])), inputs: [0, 1] },
      'net: constant 1: it is an input of the network, too',
    ],
    ['constant that is no tensor', graphOf(pair, sum([0, 1], 2), new Map([[7, new Int8Array(2)]])), 'it is no tensor'],
    [
      'constant that is written',
      graphOf(pair, sum([0, 1], 2), new Map([[2, new Int8Array(4)]])),
      'it writes tensor 2 a second time',
    ],
    [
      'int16 zero point',
      graphOf([tensor(0, [2, 3], { type: 'int16', zeroPoint: 1 }), moved[1]!], turn),
      'int16 has zero point 0',
    ],
    [
      'permutation',
      graphOf(moved, { ...turn, permutation: [1, 1] } as Layer),
      'permutation [1, 1]; each of 0 to 1 must',
    ],
    ['permutation too long', graphOf(moved, { ...turn, permutation: [1, 0, 2] } as Layer), 'permutation [1, 0, 2];'],
    [
      'scale of a move',
      graphOf([moved[0]!, tensor(1, [3, 2], { scale: 2 })], turn),
      'scale 1 and zero point 0 become 2 and 0; this layer must keep them',
    ],
    [
      'axis',
      graphOf([tensor(0, [2]), tensor(1, [2])], {
        kind: 'concatenation',
        name: 'concatenation_0',
        inputs: [0],
        output: 1,
        axis: 1,
      }),
      'axis 1 of 1 dimensions; 0 to 0 are possible [GRAPH_DIMENSIONS]',
    ],
    [
      'axes',
      graphOf(moved, {
        kind: 'mean',
        name: 'mean_0',
        input: 0,
        output: 1,
        axes: [1, 0],
        requantize: identity,
        clamp: int8Clamp,
      }),
      'axes [1, 0] of 2 dimensions; they must exist and stand in rising order',
    ],
    [
      'slice outside',
      graphOf(moved, { kind: 'slice', name: 'slice_0', input: 0, output: 1, begin: [0, 0], step: [1, 1] }),
      'a slice from [0, 0] by [1, 1] to [3, 2]; every element must lie in the input of [2, 3]',
    ],
    [
      'padding',
      graphOf(moved, { kind: 'pad', name: 'pad_0', input: 0, output: 1, before: [-1, 0], after: [2, 0], value: 0 }),
      'padding [-1, 0] before and [2, 0] after; 2 whole numbers of 0 or more',
    ],
    [
      'padding value',
      graphOf(moved, { kind: 'pad', name: 'pad_0', input: 0, output: 1, before: [0, 0], after: [1, 0], value: 200 }),
      'padding with 200; a value of int8 is needed',
    ],
    [
      'table',
      graphOf([tensor(0, [2]), tensor(1, [2])], {
        kind: 'lookup',
        name: 'tanh_0',
        function: 'tanh',
        input: 0,
        output: 1,
        table: new Int8Array(255),
      }),
      'a table of 255 entries of 1 bytes; 256 entries of int8 are needed',
    ],
    [
      'softmax of int16',
      graphOf([tensor(0, [2], { type: 'int16' }), tensor(1, [2], { type: 'int16' })], {
        kind: 'softmax',
        name: 'softmax_0',
        input: 0,
        output: 1,
        beta: 1,
        multiplier: 1,
        leftShift: 1,
        diffMin: -1,
      }),
      'softmax of int16 values; only that of int8 is computed',
    ],
    [
      'depths of a matrix product',
      graphOf([tensor(0, [2, 3]), tensor(1, [2, 3]), tensor(2, [2, 3])], {
        kind: 'batchMatMul',
        name: 'batch_matmul_0',
        inputs: [0, 1],
        output: 2,
        adjointFirst: false,
        adjointSecond: false,
        requantize: identity,
        clamp: int8Clamp,
      }),
      'inputs of [2, 3] and [2, 3] cannot be joined to it',
    ],
    [
      'a product beyond 32 bits',
      graphOf(pair, {
        kind: 'mul',
        name: 'mul_0',
        inputs: [0, 1],
        output: 2,
        requantize: requantizeOf({ multiplier: 1073741824, shift: 20 }),
        clamp: int8Clamp,
      }),
      'it scales values of -16256 to 16384, 16 bits, with a shift of 20; at most 32 bits are defined',
    ],
    [
      'a wide bias of int8 activations',
      graphOf([tensor(0, [1, 1]), tensor(1, [1, 1])], {
        kind: 'fullyConnected',
        name: 'fully_connected_0',
        input: 0,
        output: 1,
        weights: Int8Array.of(1),
        weightZeroPoint: 0,
        bias: Float64Array.of(1),
        requantize: identity,
        clamp: int8Clamp,
      }),
      'a bias of 64 bits; only int16 activations take one',
    ],
    [
      'a weight of 4 bits',
      graphOf([tensor(0, [1, 1]), tensor(1, [1, 1])], {
        kind: 'fullyConnected',
        name: 'fully_connected_0',
        input: 0,
        output: 1,
        weights: Int8Array.of(8),
        weightBits: 4,
        weightZeroPoint: 0,
        bias: Int32Array.of(1),
        requantize: identity,
        clamp: int8Clamp,
      }),
      'weight 8 of 4 bits; -8 to 7 is the range',
    ],
  ];
  test.each(wrong)('%s', (_title, graph, message) => {
    expect(() => checkGraph(graph)).toThrow(message);
  });

  test('sums of int16 may have 48 bits, and at most 32 after scaling', () => {
    const wide = { type: 'int16' as const };
    const graph = (bias: number, shift: number): Graph =>
      graphOf([tensor(0, [1, 1], wide), tensor(1, [1, 1], wide)], {
        kind: 'fullyConnected',
        name: 'fully_connected_0',
        input: 0,
        output: 1,
        weights: Int8Array.of(1),
        weightZeroPoint: 0,
        bias: Float64Array.of(bias),
        requantize: requantizeOf({ multiplier: 1073741824, shift }),
        clamp: { min: -32768, max: 32767 },
      });
    checkGraph(graph(2 ** 46, -16));
    expect(() => checkGraph(graph(2 ** 46, -15))).toThrow('48 bits, with shift -15; at most 48 bits, at most 32 after');
    expect(() => checkGraph(graph(2 ** 47, -20))).toThrow('49 bits, with shift -20');
    expect(() => checkGraph(graph(0.5, -20))).toThrow('bias value 0.5; whole numbers below 2^53 are needed');
  });
});

describe('who takes only chains', () => {
  const graph = graphOf(pair, sum([0, 1], 2), new Map([[1, Int8Array.of(10, 20)]]));

  test('refuses layers that join', () => {
    expect(() => chainOf(graph)).toThrow('net: layer add_0 joins several tensors; a single chain of layers');
  });

  test('the stream architecture names a profile that it does not compute', () => {
    expect(() => networkWorks({ ...graph, profile: 'onnx-qlinear' })).toThrow(
      'model net: its arithmetic is the profile onnx-qlinear; say "profile"',
    );
  });
});

test('broadcastShape aligns at the end', () => {
  expect(broadcastShape([2, 1, 3], [4, 1])).toEqual([2, 4, 3]);
  expect(broadcastShape([], [4])).toEqual([4]);
  expect(broadcastShape([2], [3])).toBeNull();
});
