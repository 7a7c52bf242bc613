/** One reader per operator of a float .tflite file: it appends layers and returns the draft ids of the operator's outputs. */
import { type Activation, resolvePadding } from '../../arithmetic.ts';
import type { FloatCore } from '../../float-shape.ts';
import type { Extent, Padding } from '../../graph.ts';
import { shapeOf } from '../draft.ts';
import { readFloat32, readInt8, readInt32, type Table } from '../flatbuffer.ts';
import { resolveSlice } from '../strided-slice.ts';
import {
  constantOf,
  type FloatReading,
  fault,
  needConstant,
  operand,
  shapeOfTensor,
  tensorOf,
  write,
} from './values.ts';

type Reader = (reading: FloatReading) => readonly number[];

/** BuiltinOptions numbers of the schema. */
const optionsType = {
  conv2d: 1,
  depthwiseConv2d: 2,
  pool2d: 5,
  fullyConnected: 8,
  softmax: 9,
  concatenation: 10,
  add: 11,
  mul: 21,
  sub: 28,
  stridedSlice: 32,
  resizeNearest: 74,
  leakyRelu: 75,
  batchMatMul: 101,
} as const;

function optionsOf(reading: FloatReading, type: number): Table {
  const { options, optionsType: found } = reading.operator;
  if (options && found === type) return options;
  const cause = options ? `its options are of type ${found} instead of ${type}` : 'its options are missing';
  throw fault(reading, 'TFLITE_OPTION', cause, 'the file is damaged; export it again');
}

const activations: readonly (Activation | undefined)[] = ['none', 'relu', 'reluN1To1', 'relu6'];

function activationOf(reading: FloatReading, code: number): Activation {
  const activation = activations[code];
  if (activation) return activation;
  const wayOut = 'NONE, RELU, RELU_N1_TO_1 and RELU6 are supported';
  throw fault(reading, 'TFLITE_OPTION', `fused activation ${code}`, wayOut);
}

function paddingOf(reading: FloatReading, code: number, kernel: Extent, stride: Extent, dilation: Extent): Padding {
  if (code !== 0 && code !== 1) {
    throw fault(reading, 'TFLITE_OPTION', `padding ${code}`, '0 (SAME) and 1 (VALID) are supported');
  }
  const shape = shapeOfTensor(reading, reading.operator.inputs[0]);
  if (shape.length !== 4) {
    const wayOut = 'batch, height, width, channels are needed';
    throw fault(reading, 'TFLITE_SHAPE', `input shape [${shape.join(', ')}]`, wayOut);
  }
  const mode = code === 0 ? 'same' : 'valid';
  const rows = resolvePadding(mode, shape[1]!, kernel.height, stride.height, dilation.height);
  const columns = resolvePadding(mode, shape[2]!, kernel.width, stride.width, dilation.width);
  return { top: rows.before, left: columns.before, bottom: rows.after, right: columns.after };
}

function weightsOf(reading: FloatReading, rank: number): { shape: readonly number[]; weights: Float32Array } {
  const shape = shapeOfTensor(reading, reading.operator.inputs[1]);
  const weights = needConstant(reading, reading.operator.inputs[1], 'weights');
  if (shape.length === rank) return { shape, weights };
  const wayOut = `weights with ${rank} dimensions are needed`;
  throw fault(reading, 'TFLITE_SHAPE', `weights of shape [${shape.join(', ')}]`, wayOut);
}

function biasOf(reading: FloatReading, channels: number): Float32Array {
  const index = reading.operator.inputs[2] ?? -1;
  if (index === -1) return new Float32Array(channels);
  const bias = needConstant(reading, index, 'bias');
  if (bias.length === channels) return bias;
  throw fault(reading, 'TFLITE_BIAS', `${bias.length} bias values`, `${channels}, one per output channel, are needed`);
}

const input = (reading: FloatReading, which = 0): number => operand(reading, reading.operator.inputs[which]);

const conv2d: Reader = (reading) => {
  const options = optionsOf(reading, optionsType.conv2d);
  const { shape, weights } = weightsOf(reading, 4);
  const kernel = { height: shape[1]!, width: shape[2]! };
  const stride = { height: readInt32(options, 2, 0), width: readInt32(options, 1, 0) };
  const dilation = { height: readInt32(options, 5, 1), width: readInt32(options, 4, 1) };
  const padding = paddingOf(reading, readInt8(options, 0, 0), kernel, stride, dilation);
  const groups = (shapeOfTensor(reading, reading.operator.inputs[0])[3] ?? 0) / shape[3]!;
  const activation = activationOf(reading, readInt8(options, 3, 0));
  const bias = biasOf(reading, shape[0]!);
  const core = { kind: 'conv2d' as const, kernel, stride, dilation, padding, groups, weights, bias, activation };
  return [write(reading, core, [input(reading)])];
};

const depthwiseConv2d: Reader = (reading) => {
  const options = optionsOf(reading, optionsType.depthwiseConv2d);
  const { shape, weights } = weightsOf(reading, 4);
  const kernel = { height: shape[1]!, width: shape[2]! };
  const stride = { height: readInt32(options, 2, 0), width: readInt32(options, 1, 0) };
  const dilation = { height: readInt32(options, 6, 1), width: readInt32(options, 5, 1) };
  const padding = paddingOf(reading, readInt8(options, 0, 0), kernel, stride, dilation);
  const depthMultiplier = shape[3]! / (shapeOfTensor(reading, reading.operator.inputs[0])[3] ?? 0);
  const activation = activationOf(reading, readInt8(options, 4, 0));
  const bias = biasOf(reading, shape[3]!);
  const window = { kernel, stride, dilation, padding };
  const core = { kind: 'depthwiseConv2d' as const, ...window, depthMultiplier, weights, bias, activation };
  return [write(reading, core, [input(reading)])];
};

const fullyConnected: Reader = (reading) => {
  const options = optionsOf(reading, optionsType.fullyConnected);
  const format = readInt8(options, 1, 0);
  if (format !== 0) throw fault(reading, 'TFLITE_OPTION', `weights format ${format}`, 'only row-major is supported');
  const { shape, weights } = weightsOf(reading, 2);
  const activation = activationOf(reading, readInt8(options, 0, 0));
  const bias = biasOf(reading, shape[0]!);
  return [write(reading, { kind: 'fullyConnected', weights, bias, activation }, [input(reading)])];
};

/** An activation that the draft's layer has no place for follows it as a layer of its own. */
function activated(
  reading: FloatReading,
  core: FloatCore,
  inputs: readonly number[],
  activation: Activation,
): number[] {
  const plain = write(reading, core, inputs);
  if (activation === 'none') return [plain];
  return [write(reading, { kind: 'activation', function: activation }, [plain])];
}

const pool2d =
  (kind: 'averagePool2d' | 'maxPool2d'): Reader =>
  (reading) => {
    const options = optionsOf(reading, optionsType.pool2d);
    const kernel = { height: readInt32(options, 4, 0), width: readInt32(options, 3, 0) };
    const stride = { height: readInt32(options, 2, 0), width: readInt32(options, 1, 0) };
    const padding = paddingOf(reading, readInt8(options, 0, 0), kernel, stride, { height: 1, width: 1 });
    const activation = activationOf(reading, readInt8(options, 5, 0));
    return activated(reading, { kind, kernel, stride, padding }, [input(reading)], activation);
  };

const elementwise =
  (kind: 'add' | 'sub' | 'mul'): Reader =>
  (reading) => {
    const activation = activationOf(reading, readInt8(optionsOf(reading, optionsType[kind]), 0, 0));
    return [write(reading, { kind, activation }, [input(reading, 0), input(reading, 1)])];
  };

const concatenation: Reader = (reading) => {
  const options = optionsOf(reading, optionsType.concatenation);
  const axis = readInt32(options, 0, 0);
  const inputs = reading.operator.inputs.map((index) => operand(reading, index));
  const rank = shapeOfTensor(reading, reading.operator.inputs[0]).length;
  const core: FloatCore = { kind: 'concatenation', axis: axis < 0 ? axis + rank : axis };
  return activated(reading, core, inputs, activationOf(reading, readInt8(options, 1, 0)));
};

const reshape: Reader = (reading) => [write(reading, { kind: 'reshape' }, [input(reading)])];

const softmax: Reader = (reading) => {
  const beta = readFloat32(optionsOf(reading, optionsType.softmax), 0, 0);
  return [write(reading, { kind: 'softmax', beta }, [input(reading)])];
};

const activation =
  (name: 'relu' | 'relu6' | 'reluN1To1' | 'logistic' | 'tanh'): Reader =>
  (reading) => [write(reading, { kind: 'activation', function: name }, [input(reading)])];

const leakyRelu: Reader = (reading) => {
  const alpha = readFloat32(optionsOf(reading, optionsType.leakyRelu), 0, 0);
  return [write(reading, { kind: 'activation', function: 'leakyRelu', alpha }, [input(reading)])];
};

/** Constant sizes, axes or positions of input `which`. */
const sizes = (reading: FloatReading, which: number, role: string): number[] => [
  ...needConstant(reading, reading.operator.inputs[which], role),
];

const pad: Reader = (reading) => {
  const widths = sizes(reading, 1, 'paddings');
  const value = reading.operator.inputs.length > 2 ? (sizes(reading, 2, 'padding value')[0] ?? 0) : 0;
  const before = widths.filter((_, i) => i % 2 === 0);
  const after = widths.filter((_, i) => i % 2 === 1);
  return [write(reading, { kind: 'pad', before, after, value }, [input(reading)])];
};

const mean: Reader = (reading) => {
  const rank = shapeOfTensor(reading, reading.operator.inputs[0]).length;
  const axes = sizes(reading, 1, 'axes').map((axis) => (axis < 0 ? axis + rank : axis));
  return [write(reading, { kind: 'mean', axes: [...new Set(axes)].sort((a, b) => a - b) }, [input(reading)])];
};

const resizeNearest: Reader = (reading) => {
  const options = optionsOf(reading, optionsType.resizeNearest);
  const [alignCorners, halfPixelCenters] = [readInt8(options, 0, 0) !== 0, readInt8(options, 1, 0) !== 0];
  return [write(reading, { kind: 'resizeNearest', alignCorners, halfPixelCenters }, [input(reading)])];
};

const slice: Reader = (reading) => {
  const begin = sizes(reading, 1, 'begins');
  return [write(reading, { kind: 'slice', begin, step: begin.map(() => 1) }, [input(reading)])];
};

const stridedSlice: Reader = (reading) => {
  const options = optionsOf(reading, optionsType.stridedSlice);
  if (readInt32(options, 2, 0) !== 0 || readInt32(options, 3, 0) !== 0) {
    throw fault(reading, 'TFLITE_OPTION', 'an ellipsis or a new axis in a slice', 'slice every dimension by itself');
  }
  const from = input(reading);
  const resolved = resolveSlice(
    {
      begin: sizes(reading, 1, 'begins'),
      end: sizes(reading, 2, 'ends'),
      strides: sizes(reading, 3, 'strides'),
      beginMask: readInt32(options, 0, 0),
      endMask: readInt32(options, 1, 0),
      shrinkMask: readInt32(options, 4, 0),
    },
    shapeOf(reading.draft, from),
  );
  const core: FloatCore = { kind: 'slice', begin: resolved.begin, step: resolved.step };
  if (resolved.shape.length === resolved.extent.length) return [write(reading, core, [from])];
  const whole = write(reading, core, [from], 0, resolved.extent);
  return [write(reading, { kind: 'reshape' }, [whole])];
};

/** Every output is a slice; the sizes along the axis are those of the outputs. */
const split: Reader = (reading) => {
  const axisInput = reading.operator.name === 'SPLIT' ? 0 : 2;
  const from = input(reading, 1 - Math.min(axisInput, 1));
  const shape = shapeOf(reading.draft, from);
  const [stated = 0] = sizes(reading, axisInput, 'axis');
  const axis = stated < 0 ? stated + shape.length : stated;
  let next = 0;
  return reading.operator.outputs.map((index, which) => {
    const begin = shape.map((_, d) => (d === axis ? next : 0));
    next += tensorOf(reading, index).shape[axis] ?? 0;
    return write(reading, { kind: 'slice', begin, step: shape.map(() => 1) }, [from], which);
  });
};

const transpose: Reader = (reading) => {
  const permutation = sizes(reading, 1, 'permutation');
  return [write(reading, { kind: 'transpose', permutation }, [input(reading)])];
};

const batchMatMul: Reader = (reading) => {
  const options = optionsOf(reading, optionsType.batchMatMul);
  const [adjointFirst, adjointSecond] = [readInt8(options, 0, 0) !== 0, readInt8(options, 1, 0) !== 0];
  const inputs = [input(reading, 0), input(reading, 1)];
  return [write(reading, { kind: 'batchMatMul', adjointFirst, adjointSecond }, inputs)];
};

/** Of constants only: float16 or int8 weights on their way to an operator. */
const dequantize: Reader = (reading) => {
  const from = reading.operator.inputs[0];
  const values = constantOf(reading, from);
  if (!values) {
    const wayOut = 'only constants are dequantised in a float network; importTflite reads int8 networks';
    throw fault(reading, 'TFLITE_TYPE', 'it dequantises an activation', wayOut);
  }
  reading.decoded.set(reading.operator.outputs[0]!, values);
  return [];
};

export const floatReaders: Readonly<Record<string, Reader>> = {
  CONV_2D: conv2d,
  DEPTHWISE_CONV_2D: depthwiseConv2d,
  FULLY_CONNECTED: fullyConnected,
  AVERAGE_POOL_2D: pool2d('averagePool2d'),
  MAX_POOL_2D: pool2d('maxPool2d'),
  ADD: elementwise('add'),
  SUB: elementwise('sub'),
  MUL: elementwise('mul'),
  CONCATENATION: concatenation,
  RESHAPE: reshape,
  SQUEEZE: reshape,
  EXPAND_DIMS: reshape,
  SOFTMAX: softmax,
  RELU: activation('relu'),
  RELU6: activation('relu6'),
  RELU_N1_TO_1: activation('reluN1To1'),
  LOGISTIC: activation('logistic'),
  TANH: activation('tanh'),
  LEAKY_RELU: leakyRelu,
  PAD: pad,
  PADV2: pad,
  MEAN: mean,
  RESIZE_NEAREST_NEIGHBOR: resizeNearest,
  SLICE: slice,
  STRIDED_SLICE: stridedSlice,
  SPLIT: split,
  SPLIT_V: split,
  TRANSPOSE: transpose,
  BATCH_MATMUL: batchMatMul,
  DEQUANTIZE: dequantize,
};
