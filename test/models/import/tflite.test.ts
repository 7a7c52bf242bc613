import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importTflite } from '../../../models/import/tflite.ts';
import { runReferenceBatch } from '../../../models/reference.ts';
import { float32, int8, int32 } from '../../support/flatbuffer-writer.ts';
import { graphOf } from '../../support/model-description.ts';
import { processorMilliseconds } from '../../support/processor-time.ts';
import { randomDescription, randomInputs } from '../../support/random-graph.ts';
import {
  encodeTflite,
  operatorCode,
  type TfliteFile,
  tensorType,
  tfliteFileOf,
  writeTflite,
} from '../../support/tflite-writer.ts';
import { smallModel } from './small-model.ts';

const everything = { groups: true, weightZeroPoint: true, reshape: true, quantize: true, softmax: true } as const;

describe('reading what a converter writes', () => {
  test('any described network comes back as its graph, table for table', () => {
    fc.assert(
      fc.property(randomDescription(everything), (description) => {
        expect(importTflite(writeTflite(description), 'random')).toEqual(graphOf(description));
      }),
      { numRuns: 500 },
    );
  });

  test('the bytes may be a slice of a larger buffer, and may be changed afterwards', () => {
    const file = writeTflite(smallModel());
    const larger = new Uint8Array(file.length + 30);
    larger.set(file, 13);
    const slice = larger.subarray(13, 13 + file.length);
    const graph = importTflite(slice, 'small');
    larger.fill(0xff);
    expect(graph).toEqual(graphOf(smallModel()));
  });

  test('a -1 and a missing bias both read as zeros', () => {
    const described = smallModel();
    const [conv, ...rest] = described.layers;
    if (conv?.kind !== 'conv2d') throw new Error('the small model begins with a convolution');
    const without = { ...described, layers: [{ ...conv, bias: null }, ...rest] };
    const file = tfliteFileOf(without);
    expect(importTflite(encodeTflite(file), 'small')).toEqual(graphOf(without));
    file.operators[0]!.inputs.push(-1);
    expect(importTflite(encodeTflite(file), 'small')).toEqual(graphOf(without));
  });

  test('SQUEEZE reads as a reshape', () => {
    const file = tfliteFileOf(smallModel());
    const index = file.operators.findIndex((operator) => operator.code === operatorCode.RESHAPE);
    file.operators[index] = { ...file.operators[index]!, code: operatorCode.SQUEEZE, inputs: [index] };
    expect(importTflite(encodeTflite(file), 'small')).toEqual(graphOf(smallModel()));
  });

  test('a depth multiplier option of 0 is derived from the shapes', () => {
    const file = tfliteFileOf(smallModel());
    const operator = file.operators.find(({ code }) => code === operatorCode.DEPTHWISE_CONV_2D)!;
    operator.options = { ...operator.options, 3: int32(0) };
    expect(importTflite(encodeTflite(file), 'small')).toEqual(graphOf(smallModel()));
  });

  test('float inputs and outputs are left to the host: the graph begins and ends with int8', () => {
    const file = tfliteFileOf(smallModel());
    const last = file.outputs[0]!;
    const float = { type: tensorType.float32, scales: [], zeroPoints: [], axis: 0, data: null };
    const input = file.tensors.push({ ...float, name: 'in', shape: [...file.tensors[0]!.shape] }) - 1;
    const output = file.tensors.push({ ...float, name: 'out', shape: [...file.tensors[last]!.shape] }) - 1;
    file.inputs = [input];
    file.outputs = [output];
    file.operators.unshift({
      code: operatorCode.QUANTIZE,
      inputs: [input],
      outputs: [0],
      optionsType: 89,
      options: {},
    });
    file.operators.push({
      code: operatorCode.DEQUANTIZE,
      inputs: [last],
      outputs: [output],
      optionsType: 38,
      options: {},
    });
    const graph = importTflite(encodeTflite(file), 'small');
    const expected = graphOf(smallModel());
    expect(graph.inputs).toEqual([0]);
    expect(graph.outputs).toEqual([last]);
    // Names count operators of the file, of which one now stands in front.
    expect(graph.layers.map(({ name }) => name)[0]).toBe('conv2d_1');
    const inputs = randomInputs(expected, 3, 8);
    expect(runReferenceBatch(graph, inputs)).toEqual(runReferenceBatch(expected, inputs));
  });
});

describe('refusing', () => {
  test('all unsupported operators in one message, with their positions', () => {
    const file = tfliteFileOf(smallModel());
    file.operators[1]!.code = operatorCode.WHERE;
    file.operators[2]!.code = operatorCode.CUMSUM;
    file.operators[3]!.code = operatorCode.WHERE;
    file.operators[4] = { ...file.operators[4]!, code: operatorCode.CUSTOM, custom: 'TFLite_Detection' };
    expect(() => importTflite(encodeTflite(file), 'net.tflite')).toThrow(
      'net.tflite: the model needs WHERE (operator 1, 3); CUMSUM (operator 2); CUSTOM "TFLite_Detection" (operator 4); ' +
        'supported are CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, AVERAGE_POOL_2D, MAX_POOL_2D, ADD, SUB, MUL, BATCH_MATMUL, CONCATENATION, MEAN, PAD, PADV2, RESIZE_NEAREST_NEIGHBOR, SLICE, STRIDED_SLICE, SPLIT, SPLIT_V, TRANSPOSE, RESHAPE, SQUEEZE, EXPAND_DIMS, SOFTMAX, LOGISTIC, TANH, LEAKY_RELU, RELU, RELU6, RELU_N1_TO_1, QUANTIZE, DEQUANTIZE, all quantised ' +
        '[TFLITE_UNSUPPORTED_OPERATOR]',
    );
  });

  /** Operators of the small model: 0 convolution, 1 depthwise, 2 average pool, 3 reshape, 4 fully connected, 5 softmax. */
  const broken: readonly (readonly [string, (file: TfliteFile) => void, string])[] = [
    ['schema version', (f) => (f.version = 2), 'net.tflite: schema version 2; version 3 is supported'],
    ['two subgraphs', (f) => (f.subgraphs = 2), 'net.tflite: the model has 2 subgraphs; exactly one is supported'],
    ['no operators', (f) => (f.operators = []), 'net.tflite: the network has no layers'],
    ['no inputs', (f) => (f.inputs = []), '0 inputs and 1 outputs'],
    ['an output nobody writes', (f) => (f.outputs = [7]), 'net.tflite: nothing writes output tensor 7'],
    [
      'NaN scale',
      (f) => (f.tensors[1]!.scales = [Number.NaN]),
      'net.tflite: operator 0 (CONV_2D), activation (tensor 1): scale NaN; a finite scale above 0',
    ],
    ['zero scale', (f) => (f.tensors[1]!.scales = [0]), 'operator 0 (CONV_2D), activation (tensor 1): scale 0;'],
    [
      'negative scale',
      (f) => (f.tensors[2]!.scales = [-0.5]),
      'operator 1 (DEPTHWISE_CONV_2D), activation (tensor 2): scale -0.5;',
    ],
    [
      'infinite weight scale',
      (f) => (f.tensors[7]!.scales[1] = Number.POSITIVE_INFINITY),
      'operator 0 (CONV_2D), weights (tensor 7): scale Infinity;',
    ],
    [
      'no scale',
      (f) => {
        f.tensors[1]!.scales = [];
        f.tensors[1]!.zeroPoints = [];
      },
      'activation (tensor 1): no scale;',
    ],
    [
      'two scales of an activation',
      (f) => {
        f.tensors[1]!.scales = [1, 1];
        f.tensors[1]!.zeroPoints = [0, 0];
      },
      'tensor 1: 2 scales on an activation;',
    ],
    ['zero point outside int8', (f) => (f.tensors[1]!.zeroPoints = [128]), 'zero point 128 of an int8 tensor;'],
    [
      'zero point beyond 32 bits',
      (f) => (f.tensors[1]!.zeroPoints = [2 ** 40]),
      'zero point 1099511627776 of an int8 tensor;',
    ],
    [
      'fewer zero points than scales',
      (f) => (f.tensors[7]!.zeroPoints = [0]),
      'tensor 7: 3 scales and 1 zero points for shape [3, 2, 2, 2];',
    ],
    [
      'scales for other channels',
      (f) => {
        f.tensors[7]!.scales.pop();
        f.tensors[7]!.zeroPoints.pop();
      },
      'operator 0 (CONV_2D), weights (tensor 7): 2 scales along axis 0 of shape [3, 2, 2, 2]; one scale, or one per output channel along axis 0',
    ],
    ['scales along another axis', (f) => (f.tensors[7]!.axis = 3), '3 scales along axis 3 of shape [3, 2, 2, 2];'],
    [
      'weight zero point of a convolution',
      (f) => (f.tensors[7]!.zeroPoints = [0, 3, 0]),
      'weight zero point 3; symmetric weights',
    ],
    [
      'uint8 activation',
      (f) => (f.tensors[1]!.type = tensorType.uint8),
      'activation (tensor 1): type UINT8; INT8 is needed',
    ],
    ['int16 weights', (f) => (f.tensors[7]!.type = tensorType.int16), 'weights (tensor 7): type INT16; INT8 is needed'],
    ['int8 bias', (f) => (f.tensors[8]!.type = tensorType.int8), 'bias (tensor 8): type INT8; INT32 is needed'],
    [
      'zero size',
      (f) => (f.tensors[1]!.shape[1] = 0),
      'tensor 1: shape [1, 0, 4, 3]; every dimension must be a whole number of 1 or more',
    ],
    ['negative size', (f) => (f.tensors[1]!.shape[2] = -4), 'tensor 1: shape [1, 5, -4, 3];'],
    ['unknown size', (f) => (f.tensors[0]!.shape[0] = -1), 'tensor 0: shape [-1, 5, 4, 2];'],
    ['batch of 2', (f) => (f.tensors[0]!.shape[0] = 2), 'operator 0 (CONV_2D): input shape [2, 5, 4, 2]; a batch of 1'],
    [
      'wrong output size',
      (f) => (f.tensors[1]!.shape[1] = 6),
      'operator 0 (CONV_2D): its output has shape [1, 6, 4, 3]; an input of [1, 5, 4, 2] gives [1, 5, 4, 3]',
    ],
    [
      'size that overflows',
      (f) => (f.tensors[0]!.shape = [1, 65536, 65536, 2]),
      'tensor 0: shape [1, 65536, 65536, 2] has more than 2147483647 elements',
    ],
    [
      'weights larger than their buffer',
      (f) => (f.tensors[7]!.shape = [3, 2, 2, 2147483647]),
      'weights (tensor 7): its buffer has 24 bytes, shape [3, 2, 2, 2147483647] needs 25769803764',
    ],
    [
      'weights missing',
      (f) => (f.tensors[7]!.data = null),
      'weights (tensor 7): its buffer has 0 bytes, shape [3, 2, 2, 2] needs 24',
    ],
    ['weights left out', (f) => (f.operators[0]!.inputs = [0]), 'operator 0 (CONV_2D): it names tensor -1 of'],
    [
      'weights of another rank',
      (f) => (f.tensors[7]!.shape = [3, 8]),
      'weights (tensor 7): shape [3, 8]; weights with 4 dimensions',
    ],
    [
      'weights for another input',
      (f) => (f.tensors[7]!.shape = [2, 2, 2, 3]),
      'operator 0 (CONV_2D), weights (tensor 7): 3 scales along axis 0',
    ],
    [
      'bias of another length',
      (f) => (f.tensors[8]!.shape = [4]),
      'operator 0 (CONV_2D), bias (tensor 8): shape [4]; 3 values, one per output channel',
    ],
    [
      'bias buffer too short',
      (f) => (f.tensors[8]!.data = new Uint8Array(8)),
      'bias (tensor 8): its buffer has 8 bytes, shape [3] needs 12',
    ],
    [
      'tensor number out of range',
      (f) => (f.operators[2]!.outputs = [999]),
      'operator 2 (AVERAGE_POOL_2D): it names tensor 999 of 14',
    ],
    ['a layer that reads its own output', (f) => (f.operators[0]!.inputs[0] = 1), 'operator 0 (CONV_2D): '],
    [
      'layers in a circle',
      (f) => {
        f.operators[3]!.inputs[0] = 4;
        f.operators[3]!.outputs[0] = 4;
      },
      'operator 3 (RESHAPE): it reads tensor 4 before anything has written it',
    ],
    [
      'two layers with one output',
      (f) => {
        f.operators[3]!.outputs[0] = 3;
      },
      'operator 3 (RESHAPE): it writes tensor 3 a second time',
    ],
    [
      'constant as activation',
      (f) => (f.tensors[3]!.data = new Uint8Array(6)),
      'tensor 3: a constant where an activation is expected',
    ],
    [
      'stride 0',
      (f) => (f.operators[0]!.options![1] = int32(0)),
      'operator 0 (CONV_2D): stride 1 x 0; a stride of 1 or more',
    ],
    [
      'negative dilation',
      (f) => (f.operators[0]!.options![5] = int32(-1)),
      'operator 0 (CONV_2D): dilation -1 x 1; a dilation of 1 or more',
    ],
    [
      'padding code',
      (f) => (f.operators[0]!.options![0] = int8(2)),
      'operator 0 (CONV_2D): padding 2; 0 (SAME) and 1 (VALID)',
    ],
    [
      'activation code',
      (f) => (f.operators[1]!.options![4] = int8(4)),
      'operator 1 (DEPTHWISE_CONV_2D): fused activation 4; NONE, RELU',
    ],
    [
      'depth multiplier',
      (f) => (f.operators[1]!.options![3] = int32(5)),
      'operator 1 (DEPTHWISE_CONV_2D): weights [1, 3, 3, 6] with depth multiplier 5 on 3 input channels',
    ],
    [
      'pool window larger than its input',
      (f) => (f.operators[2]!.options![4] = int32(9)),
      'operator 2 (AVERAGE_POOL_2D): a 9 x 2 window with dilation 1 x 1 on an input of 3 x 2; the window must fit',
    ],
    ['pool window 0', (f) => (f.operators[2]!.options![3] = int32(0)), 'operator 2 (AVERAGE_POOL_2D): window 3 x 0;'],
    ['pool that changes the scale', (f) => (f.tensors[3]!.scales = [0.123]), 'operator 2 (AVERAGE_POOL_2D): scale '],
    ['options missing', (f) => (f.operators[5]!.options = null), 'operator 5 (SOFTMAX): its options are missing'],
    [
      'options of another operator',
      (f) => (f.operators[5]!.optionsType = 8),
      'operator 5 (SOFTMAX): its options are of type 8 instead of 9',
    ],
    ['beta 0', (f) => (f.operators[5]!.options = { 0: float32(0) }), 'operator 5 (SOFTMAX): beta 0 with input scale'],
    [
      'beta NaN',
      (f) => (f.operators[5]!.options = { 0: float32(Number.NaN) }),
      'operator 5 (SOFTMAX): beta NaN with input scale',
    ],
    [
      'softmax output scale',
      (f) => (f.tensors[6]!.scales = [0.5]),
      'operator 5 (SOFTMAX): softmax output scale 0.5 and zero point -128; int8 softmax has scale 1/256',
    ],
    [
      'shuffled weights',
      (f) => (f.operators[4]!.options![1] = int8(1)),
      'operator 4 (FULLY_CONNECTED): weights format 1; only the default',
    ],
    [
      'weights of another size',
      (f) => {
        f.tensors[12]!.shape = [5, 4];
        f.tensors[12]!.data = new Uint8Array(20);
      },
      'operator 4 (FULLY_CONNECTED): an input of [1, 6] with weights for 4 inputs; the input must consist of whole rows',
    ],
    [
      'reshape to another size',
      (f) => (f.tensors[4]!.shape = [1, 7]),
      'operator 3 (RESHAPE): its output has shape [1, 7]; 6 elements come out of it',
    ],
    [
      'three inputs of a pool',
      (f) => (f.operators[2]!.inputs = [2, 2, 2]),
      'operator 2 (AVERAGE_POOL_2D): 3 inputs and 1 outputs; 1 to 1 inputs',
    ],
    [
      'a factor beyond 2^30',
      (f) => (f.tensors[1]!.scales = [Math.fround(1e-30)]),
      'operator 0 (CONV_2D), channel 0: input scale times weight scale over output scale is',
    ],
    [
      'a dequantize in the middle',
      (f) => (f.operators[3]!.code = operatorCode.DEQUANTIZE),
      'operator 3 (DEQUANTIZE): 2 inputs and 1 outputs',
    ],
    [
      'sums beyond 32 bits',
      (f) => f.tensors[8]!.data!.set([0xff, 0xff, 0xff, 0x7f], 4),
      'operator 0 (CONV_2D): channel 1 can reach ',
    ],
  ];
  for (const [title, breakIt, message] of broken) {
    test(title, () => {
      const file = tfliteFileOf(smallModel());
      breakIt(file);
      expect(() => importTflite(encodeTflite(file), 'net.tflite')).toThrow(message);
      expect(() => importTflite(encodeTflite(file), 'net.tflite')).toThrow(
        expect.objectContaining({ name: 'Fault', kind: 'request' }),
      );
    });
  }

  test('files that are no models, and truncated ones', () => {
    const bytes = writeTflite(smallModel());
    expect(() => importTflite(new Uint8Array(0), 'net.tflite')).toThrow(
      /net\.tflite: .* this file of 0 bytes .*\[TFLITE_NOT_A_MODEL\]/,
    );
    expect(() => importTflite(new TextEncoder().encode('<html><body>'), 'net.tflite')).toThrow(/TFLITE_NOT_A_MODEL/);
    for (let length = 8; length < bytes.length; length += 1) {
      expect(() => importTflite(bytes.slice(0, length), 'net.tflite'), `${length} bytes`).toThrow(
        expect.objectContaining({ name: 'Fault' }),
      );
    }
    expect(() => importTflite(bytes.slice(0, 100), 'net.tflite')).toThrow(/damaged or truncated \(it has 100 bytes\)/);
  });

  test('fifty thousand operators end soon, with a short message', () => {
    for (const [code, message] of [
      [operatorCode.CONV_2D, 'operator 1 (CONV_2D): it writes tensor 1 a second time'],
      [operatorCode.WHERE, 'WHERE (operator 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, and 49988 more)'],
    ] as const) {
      const file = tfliteFileOf(smallModel());
      file.operators = new Array(50_000).fill({ ...file.operators[0]!, code });
      const bytes = encodeTflite(file);
      const start = processorMilliseconds();
      expect(() => importTflite(bytes, 'net.tflite')).toThrow(message);
      expect(processorMilliseconds() - start).toBeLessThan(1000);
    }
  });

  test('a vector that claims gigabytes costs neither time nor memory', () => {
    const bytes = writeTflite(smallModel());
    const view = new DataView(bytes.buffer);
    const before = process.memoryUsage().rss;
    const start = processorMilliseconds();
    let faults = 0;
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      const original = view.getUint32(at, true);
      for (const claim of [0x7fffffff, 0xffffffff, 0x28000000]) {
        view.setUint32(at, claim, true);
        try {
          importTflite(bytes, 'net.tflite');
        } catch (error) {
          expect(error).toMatchObject({ name: 'Fault' });
          faults += 1;
        }
      }
      view.setUint32(at, original, true);
    }
    expect(faults).toBeGreaterThan(100);
    expect(processorMilliseconds() - start).toBeLessThan(20_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });
});
