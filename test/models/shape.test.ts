import { describe, expect, test } from 'vitest';
import { chainOf } from '../../models/chain.ts';
import { checkGraph } from '../../models/check-graph.ts';
import type { Conv2d, FullyConnected, Graph, Layer, Quantize, Softmax } from '../../models/graph.ts';
import { runReference, runReferenceBatch } from '../../models/reference.ts';
import { slidingOutput } from '../../models/shape.ts';
import { graphOf } from '../support/model-description.ts';
import { randomInputs } from '../support/random-graph.ts';
import { smallModel } from './import/small-model.ts';

const small = graphOf(smallModel());

function withLayer<L extends Layer>(index: number, change: Partial<L>): Graph {
  return {
    ...small,
    layers: small.layers.map((layer, i) => (i === index ? ({ ...layer, ...change } as Layer) : layer)),
  };
}

function withTensor(id: number, change: object): Graph {
  return {
    ...small,
    tensors: new Map([...small.tensors].map(([key, t]) => [key, key === id ? { ...t, ...change } : t])),
  };
}

const requantize = (multiplier: number[], shift: number[]) => ({
  multiplier: Int32Array.from(multiplier),
  shift: Int32Array.from(shift),
});

describe('slidingOutput', () => {
  test('counts the places of a dilated, strided, padded window', () => {
    const kernel = { height: 10, width: 4 };
    const padding = { top: 4, left: 1, bottom: 5, right: 1 };
    const stride = { height: 2, width: 2 };
    expect(slidingOutput({ kernel, stride, padding }, { height: 49, width: 10 })).toEqual({ height: 25, width: 5 });
    const dilation = { height: 2, width: 3 };
    const none = { top: 0, left: 0, bottom: 0, right: 0 };
    const three = { height: 3, width: 3 };
    const one = { height: 1, width: 1 };
    expect(slidingOutput({ kernel: three, stride: one, padding: none, dilation }, { height: 5, width: 6 })).toEqual({
      height: 1,
      width: 0,
    });
  });
});

describe('checkGraph', () => {
  test('accepts the small model, and names the layer in the words of the caller', () => {
    checkGraph(small);
    const broken = withLayer<Conv2d>(0, { groups: 3 });
    expect(() => checkGraph(broken, (index) => `net.json#/layers/${index}`)).toThrow(
      'net.json#/layers/0: 3 groups for 2 input and 3 output channels; the groups must divide both [GRAPH_GROUPS]',
    );
  });

  const faults: readonly (readonly [string, Graph, string])[] = [
    [
      'bias length',
      withLayer<Conv2d>(0, { bias: new Int32Array(2) }),
      'small: layer conv2d_0: 24 weights; 16 are needed',
    ],
    ['no bias', withLayer<Conv2d>(0, { bias: new Int32Array(0) }), 'no bias values; one per output channel'],
    [
      'weights',
      withLayer<FullyConnected>(4, { weights: new Int8Array(29) }),
      'fully_connected_4: 29 weights; 30 are needed',
    ],
    [
      'depth multiplier',
      withLayer<never>(1, { depthMultiplier: 3 } as never),
      'depthwise_conv2d_1: 6 bias values; 9 are needed',
    ],
    [
      'tables of two lengths',
      withLayer<Conv2d>(0, { requantize: requantize([1, 1, 1], [0]) }),
      '3 multipliers and 1 shifts for 3 channels',
    ],
    [
      'two multipliers for three channels',
      withLayer<Conv2d>(0, { requantize: requantize([1, 1], [0, 0]) }),
      '2 multipliers and 2',
    ],
    ['shift', withLayer<Conv2d>(0, { requantize: requantize([1], [-32]) }), 'multiplier 1 with shift -32 in channel 0'],
    ['negative multiplier', withLayer<Conv2d>(0, { requantize: requantize([-1], [0]) }), 'multiplier -1 with shift 0'],
    [
      'clamp order',
      withLayer<Conv2d>(0, { clamp: { min: 5, max: 4 } }),
      'clamp 5 to 4; whole numbers inside -128 to 127',
    ],
    ['clamp range', withLayer<Quantize>(4, { clamp: { min: -129, max: 4 } }), 'clamp -129 to 4'],
    ['stride', withLayer<Conv2d>(0, { stride: { height: 1, width: 0 } }), 'stride 1 x 0; whole numbers of 1 or more'],
    ['kernel', withLayer<Conv2d>(0, { kernel: { height: 1.5, width: 1 } }), 'kernel 1.5 x 1'],
    [
      'padding as large as the window',
      withLayer<Conv2d>(0, { padding: { top: 2, left: 0, bottom: 0, right: 1 } }),
      'padding top 2, left 0, bottom 0, right 1 with a window of 2 x 2',
    ],
    ['weight zero point', withLayer<FullyConnected>(4, { weightZeroPoint: 200 }), 'weight zero point 200'],
    [
      'left shift beyond 32 bits',
      withLayer<Conv2d>(0, { requantize: requantize([1073741824], [20]) }),
      'bits after the left shift by 20; at most 32 bits are defined',
    ],
    ['softmax constants', withLayer<Softmax>(5, { diffMin: 3 }), 'smallest difference 3; derive them'],
    ['layer names', withLayer<Conv2d>(1, { name: 'conv2d_0' }), 'layer name "conv2d_0"; names are unique'],
    ['layer names that no Verilog takes', withLayer<Conv2d>(1, { name: '2-conv' }), 'layer name "2-conv"'],
    ['unknown tensor', withLayer<Conv2d>(1, { input: 77 }), 'it joins tensors 77 and 2; both must exist'],
    ['order', { ...small, layers: [...small.layers].reverse() }, 'reads tensor 5 before anything has written it'],
    ['written twice', withLayer<Conv2d>(3, { output: 3 }), 'it writes tensor 3 a second time'],
    ['input that is no tensor', { ...small, inputs: [50] }, 'small: input 50 is no tensor of the graph'],
    ['output that nothing writes', { ...small, outputs: [50] }, 'nothing writes output tensor 50'],
    ['scale that is no float32', withTensor(1, { scale: 0.1 }), 'small: tensor 1: scale 0.1; a finite float32'],
    ['zero point', withTensor(1, { zeroPoint: 0.5 }), 'zero point 0.5'],
    ['id', withTensor(1, { id: 9 }), 'it says it is tensor 9'],
    [
      'shape',
      withTensor(1, { shape: [1, 5, 4, 4] }),
      'its output has shape [1, 5, 4, 4]; an input of [1, 5, 4, 2] gives [1, 5, 4, 3]',
    ],
    ['rank', withTensor(0, { shape: [5, 4, 2] }), 'input shape [5, 4, 2]; a batch of 1, height, width and channels'],
  ];
  for (const [title, graph, message] of faults) {
    test(title, () => {
      expect(() => checkGraph(graph)).toThrow(message);
      expect(() => checkGraph(graph)).toThrow(expect.objectContaining({ name: 'Fault', kind: 'request' }));
    });
  }
});

describe('chainOf', () => {
  test('orders layers and tensors and finds the logits', () => {
    const chain = chainOf(small);
    expect(chain.tensors.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(chain.layers).toEqual(small.layers);
    expect(chain.logits?.id).toBe(5);
  });

  test('has no logits without a final softmax', () => {
    expect(chainOf({ ...small, layers: small.layers.slice(0, 5), outputs: [5] }).logits).toBeNull();
  });

  test('refuses branches, loose ends and outputs in the middle', () => {
    const branch = { ...small.layers[3]!, name: 'branch', output: 7 };
    const tensors = new Map([...small.tensors, [7, { ...small.tensors.get(4)!, id: 7 }]]);
    const branched = { ...small, tensors, layers: [...small.layers, branch] };
    checkGraph(branched);
    expect(() => chainOf(branched)).toThrow('small: tensor 3 is read by both reshape_3 and branch; a single chain');
    expect(() => chainOf({ ...small, outputs: [4] })).toThrow('tensor 4 is an output and is read by fully_connected_4');
    expect(() => chainOf({ ...small, outputs: [4, 6] })).toThrow('the network has 1 inputs and 2 outputs');
    expect(() => chainOf({ ...small, inputs: [1] })).toThrow('layer conv2d_0 is not on the way from input to output');
  });
});

describe('the reference', () => {
  test('captures every tensor, and leaves the input alone', () => {
    const input = randomInputs(small, 1, 4);
    const copy = input.slice();
    const run = runReference(small, input, { capture: true });
    expect([...(run.tensors?.keys() ?? [])]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(run.tensors?.get(0)).toEqual(copy);
    expect(run.output).toBe(run.tensors?.get(6));
    expect(runReference(small, input).tensors).toBeUndefined();
    expect(input).toEqual(copy);
  });

  test('runs samples one after the other', () => {
    const inputs = randomInputs(small, 3, 4);
    const one = [0, 1, 2].flatMap((i) => [...runReference(small, inputs.slice(40 * i, 40 * (i + 1))).output]);
    expect([...runReferenceBatch(small, inputs)]).toEqual(one);
  });

  test('refuses inputs of the wrong size and several inputs', () => {
    expect(() => runReference(small, new Int8Array(39))).toThrow(
      'small: 39 input bytes; one sample of shape [1, 5, 4, 2] has 40',
    );
    expect(() => runReferenceBatch(small, new Int8Array(41))).toThrow('41 input bytes; a multiple of 40');
    expect(() => runReference({ ...small, outputs: [5, 6] }, new Int8Array(40))).toThrow('small: 2 outputs;');
  });
});
