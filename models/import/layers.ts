/** One function per supported operator: file operator and its data in, layer out. */
import type { Conv2d, Layer } from '../graph.ts';
import { tensorElements } from '../shape.ts';
import { readInt8, readInt32 } from './flatbuffer.ts';
import { base, clampOf, fault, optionsOf, paddingOf, positive, type Reading } from './reading.ts';
import { addOrSub, batchMatMul, concatenation, mul } from './tflite/join.ts';
import { mean, pad, reshape, resizeNearest, transpose } from './tflite/move.ts';
import { type Parts, slice, split, stridedSlice } from './tflite/slice.ts';
import { leakyRelu, logistic, quantize, relu, relu6, softmax, tanh } from './tflite/unary.ts';
import { readBias, readWeights, requantizeTable, type Weights } from './weighted.ts';

/** BuiltinOptions numbers of the schema. */
const optionsType = { conv2d: 1, depthwiseConv2d: 2, pool2d: 5, fullyConnected: 8 } as const;

function storedWeights({ data, bits }: Weights): Pick<Conv2d, 'weights' | 'weightBits'> {
  return { weights: data, ...(bits === 4 ? { weightBits: 4 as const } : {}) };
}

/** Convolutions multiply the scales in double, also with one scale for all channels. */
function convolutionFactors(reading: Reading, scales: readonly number[]): number[] {
  return scales.map((scale) => (reading.input.scale * scale) / reading.output.scale);
}

function conv2d(reading: Reading): Layer {
  const { model, operator, input } = reading;
  const options = optionsOf(reading, optionsType.conv2d);
  const stride = positive(reading, { height: readInt32(options, 2, 0), width: readInt32(options, 1, 0) }, 'stride');
  const dilation = positive(reading, { height: readInt32(options, 5, 1), width: readInt32(options, 4, 1) }, 'dilation');
  const weights = readWeights(model, operator, 4, 0);
  const kernel = { height: weights.shape[1]!, width: weights.shape[2]! };
  const padding = paddingOf(reading, readInt8(options, 0, 0), kernel, stride, dilation);
  const groups = input.shape[3]! / weights.shape[3]!;
  if (!Number.isInteger(groups)) {
    const cause = `${input.shape[3]} input channels and weights for ${weights.shape[3]}`;
    throw fault(reading, 'TFLITE_SHAPE', cause, 'the weights must divide the input channels into whole groups');
  }
  return {
    ...base(reading, 'conv2d'),
    kind: 'conv2d',
    kernel,
    stride,
    dilation,
    padding,
    ...storedWeights(weights),
    bias: readBias(reading, weights.shape[0]!),
    groups,
    requantize: requantizeTable(convolutionFactors(reading, weights.scales), operator.place),
    clamp: clampOf(reading, readInt8(options, 3, 0)),
  };
}

function depthwiseConv2d(reading: Reading): Layer {
  const { model, operator, input } = reading;
  const options = optionsOf(reading, optionsType.depthwiseConv2d);
  const stride = positive(reading, { height: readInt32(options, 2, 0), width: readInt32(options, 1, 0) }, 'stride');
  const dilation = positive(reading, { height: readInt32(options, 6, 1), width: readInt32(options, 5, 1) }, 'dilation');
  const weights = readWeights(model, operator, 4, 3);
  const kernel = { height: weights.shape[1]!, width: weights.shape[2]! };
  const padding = paddingOf(reading, readInt8(options, 0, 0), kernel, stride, dilation);
  const channels = weights.shape[3]!;
  const depthMultiplier = channels / input.shape[3]!;
  // Some exporters leave the (redundant) option at 0.
  const stated = readInt32(options, 3, 0);
  if (!Number.isInteger(depthMultiplier) || weights.shape[0] !== 1 || (stated !== 0 && stated !== depthMultiplier)) {
    const cause = `weights [${weights.shape.join(', ')}] with depth multiplier ${stated} on ${input.shape[3]} input channels`;
    throw fault(reading, 'TFLITE_SHAPE', cause, 'weights [1, height, width, channels x multiplier] are needed');
  }
  return {
    ...base(reading, 'depthwise_conv2d'),
    kind: 'depthwiseConv2d',
    kernel,
    stride,
    dilation,
    padding,
    ...storedWeights(weights),
    bias: readBias(reading, channels),
    depthMultiplier,
    requantize: requantizeTable(convolutionFactors(reading, weights.scales), operator.place),
    clamp: clampOf(reading, readInt8(options, 4, 0)),
  };
}

function fullyConnected(reading: Reading): Layer {
  const { model, operator, input, output } = reading;
  const options = optionsOf(reading, optionsType.fullyConnected);
  const format = readInt8(options, 1, 0);
  if (format !== 0) {
    throw fault(reading, 'TFLITE_OPTION', `weights format ${format}`, 'only the default row-major format is supported');
  }
  const weights = readWeights(model, operator, 2, 0);
  if (tensorElements(input.shape) % weights.shape[1]! !== 0) {
    const cause = `an input of [${input.shape.join(', ')}] with weights for ${weights.shape[1]} inputs`;
    throw fault(reading, 'TFLITE_SHAPE', cause, 'the input must consist of whole rows');
  }
  // One scale: the reference kernel rounds the product of the scales to float32 first.
  const factors =
    weights.scales.length > 1
      ? convolutionFactors(reading, weights.scales)
      : [Math.fround(input.scale * weights.scales[0]!) / output.scale];
  return {
    ...base(reading, 'fully_connected'),
    kind: 'fullyConnected',
    ...storedWeights(weights),
    weightZeroPoint: weights.zeroPoint,
    bias: readBias(reading, weights.shape[0]!),
    requantize: requantizeTable(factors, operator.place),
    clamp: clampOf(reading, readInt8(options, 0, 0)),
  };
}

function pool(reading: Reading, kind: 'averagePool2d' | 'maxPool2d', prefix: string): Layer {
  const options = optionsOf(reading, optionsType.pool2d);
  const stride = positive(reading, { height: readInt32(options, 2, 0), width: readInt32(options, 1, 0) }, 'stride');
  const kernel = positive(reading, { height: readInt32(options, 4, 0), width: readInt32(options, 3, 0) }, 'window');
  const padding = paddingOf(reading, readInt8(options, 0, 0), kernel, stride, { height: 1, width: 1 });
  const clamp = clampOf(reading, readInt8(options, 5, 0));
  return { ...base(reading, prefix), kind, kernel, stride, padding, clamp };
}

const readers: Readonly<Record<string, (reading: Reading) => Layer>> = {
  CONV_2D: conv2d,
  DEPTHWISE_CONV_2D: depthwiseConv2d,
  FULLY_CONNECTED: fullyConnected,
  AVERAGE_POOL_2D: (reading) => pool(reading, 'averagePool2d', 'average_pool2d'),
  MAX_POOL_2D: (reading) => pool(reading, 'maxPool2d', 'max_pool2d'),
  ADD: (reading) => addOrSub(reading, 'add'),
  SUB: (reading) => addOrSub(reading, 'sub'),
  MUL: mul,
  BATCH_MATMUL: batchMatMul,
  CONCATENATION: concatenation,
  MEAN: mean,
  PAD: pad,
  PADV2: pad,
  RESIZE_NEAREST_NEIGHBOR: resizeNearest,
  SLICE: slice,
  TRANSPOSE: transpose,
  RESHAPE: reshape,
  SQUEEZE: reshape,
  EXPAND_DIMS: reshape,
  SOFTMAX: softmax,
  LOGISTIC: logistic,
  TANH: tanh,
  LEAKY_RELU: leakyRelu,
  RELU: (reading) => relu(reading, 'relu', 'relu'),
  RELU6: relu6,
  RELU_N1_TO_1: (reading) => relu(reading, 'reluN1To1', 'relu_n1_to_1'),
  QUANTIZE: quantize,
};

/** The layers of one operator. `nextId` numbers tensors that the file does not have. */
export function readLayers(reading: Reading, nextId: () => number): Parts {
  const { name } = reading.operator;
  if (name === 'SPLIT' || name === 'SPLIT_V') return split(reading);
  if (name === 'STRIDED_SLICE') return stridedSlice(reading, nextId);
  const reader = readers[name];
  if (reader) return { layers: [reader(reading)], tensors: [] };
  const wayOut = 'it may only turn the final output into floats';
  throw fault(reading, 'TFLITE_UNSUPPORTED_OPERATOR', 'an operator in the middle of the model', wayOut);
}
