/** One function per supported operator: file operator and its activation tensors in, layer out. */
import { softmaxScaling } from '../arithmetic.ts';
import type { Layer } from '../graph.ts';
import { tensorElements } from '../shape.ts';
import { readFloat32, readInt8, readInt32 } from './flatbuffer.ts';
import { base, clampOf, fault, optionsOf, paddingOf, positive, type Reading } from './reading.ts';
import { readBias, readWeights, requantizeTable } from './weighted.ts';

/** BuiltinOptions numbers of the schema. */
const optionsType = { conv2d: 1, depthwiseConv2d: 2, averagePool2d: 5, fullyConnected: 8, softmax: 9 } as const;

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
    weights: weights.data,
    bias: readBias(model, operator, weights.shape[0]!),
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
    weights: weights.data,
    bias: readBias(model, operator, channels),
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
  const elements = tensorElements(input.shape);
  if (elements !== weights.shape[1]) {
    const cause = `an input of [${input.shape.join(', ')}] with weights for ${weights.shape[1]} inputs`;
    throw fault(reading, 'TFLITE_SHAPE', cause, 'the whole input must be one row (batch 1)');
  }
  // One scale: the reference kernel rounds the product of the scales to float32 first.
  const factors =
    weights.scales.length > 1
      ? convolutionFactors(reading, weights.scales)
      : [Math.fround(input.scale * weights.scales[0]!) / output.scale];
  return {
    ...base(reading, 'fully_connected'),
    kind: 'fullyConnected',
    weights: weights.data,
    weightZeroPoint: weights.zeroPoint,
    bias: readBias(model, operator, weights.shape[0]!),
    requantize: requantizeTable(factors, operator.place),
    clamp: clampOf(reading, readInt8(options, 0, 0)),
  };
}

function averagePool2d(reading: Reading): Layer {
  const options = optionsOf(reading, optionsType.averagePool2d);
  const stride = positive(reading, { height: readInt32(options, 2, 0), width: readInt32(options, 1, 0) }, 'stride');
  const kernel = positive(reading, { height: readInt32(options, 4, 0), width: readInt32(options, 3, 0) }, 'window');
  const padding = paddingOf(reading, readInt8(options, 0, 0), kernel, stride, { height: 1, width: 1 });
  const clamp = clampOf(reading, readInt8(options, 5, 0));
  return { ...base(reading, 'average_pool2d'), kind: 'averagePool2d', kernel, stride, padding, clamp };
}

function reshape(reading: Reading): Layer {
  return { ...base(reading, 'reshape'), kind: 'reshape' };
}

function softmax(reading: Reading): Layer {
  const beta = readFloat32(optionsOf(reading, optionsType.softmax), 0, 0);
  const scaling = softmaxScaling(beta, reading.input.scale);
  if (scaling === null) {
    const cause = `beta ${beta} with input scale ${reading.input.scale}`;
    throw fault(reading, 'TFLITE_OPTION', cause, 'their product must be above 2^-26');
  }
  return { ...base(reading, 'softmax'), kind: 'softmax', beta, ...scaling };
}

function quantize(reading: Reading): Layer {
  const { input, output, operator } = reading;
  const requantize = requantizeTable([input.scale / output.scale], operator.place);
  return { ...base(reading, 'quantize'), kind: 'quantize', requantize, clamp: { min: -128, max: 127 } };
}

const readers: Readonly<Record<string, (reading: Reading) => Layer>> = {
  CONV_2D: conv2d,
  DEPTHWISE_CONV_2D: depthwiseConv2d,
  FULLY_CONNECTED: fullyConnected,
  AVERAGE_POOL_2D: averagePool2d,
  RESHAPE: reshape,
  SQUEEZE: reshape,
  SOFTMAX: softmax,
  QUANTIZE: quantize,
};

export function readLayer(reading: Reading): Layer {
  const reader = readers[reading.operator.name];
  if (reader) return reader(reading);
  const wayOut = 'it may only turn the final int8 output into floats';
  throw fault(reading, 'TFLITE_UNSUPPORTED_OPERATOR', 'an operator in the middle of the model', wayOut);
}
