/** Keras layers with weights. */
import { append, shapeOf } from '../draft.ts';
import {
  axisOf,
  biasOf,
  channelWeights,
  extentOf,
  imageOf,
  type KerasReading,
  numberOf,
  one,
  paddingOf,
  refuseChannelsFirst,
  unsupported,
  weightOf,
} from './keras-reading.ts';

export function conv2d(reading: KerasReading, input: number): number {
  refuseChannelsFirst(reading);
  const kernel = weightOf(reading, 'kernel', 4);
  const window = windowOf(reading, kernel.shape, input);
  const channels = kernel.shape[3]!;
  const groups = numberOf(reading, 'groups', 1);
  const weights = kernel.outputsFirst();
  const bias = biasOf(reading, channels);
  return append(
    reading.draft,
    { kind: 'conv2d', ...window, groups, weights, bias, activation: 'none' },
    [input],
    reading.place,
  );
}

function windowOf(reading: KerasReading, kernelShape: readonly number[], input: number) {
  const shape = shapeOf(reading.draft, input);
  imageOf(reading, shape);
  const kernel = { height: kernelShape[0]!, width: kernelShape[1]! };
  const stride = extentOf(reading, 'strides', one);
  const dilation = extentOf(reading, 'dilation_rate', one);
  return { kernel, stride, dilation, padding: paddingOf(reading, shape, kernel, stride, dilation) };
}

function depthwise(reading: KerasReading, input: number, hasBias: boolean): number {
  refuseChannelsFirst(reading);
  const kernel = weightOf(reading, 'depthwise_kernel', 4);
  const window = windowOf(reading, kernel.shape, input);
  const depthMultiplier = kernel.shape[3]!;
  const channels = kernel.shape[2]! * depthMultiplier;
  const bias = hasBias ? biasOf(reading, channels) : new Float32Array(channels);
  const weights = kernel.values();
  return append(
    reading.draft,
    { kind: 'depthwiseConv2d', ...window, depthMultiplier, weights, bias, activation: 'none' },
    [input],
    reading.place,
  );
}

export function depthwiseConv2d(reading: KerasReading, input: number): number {
  return depthwise(reading, input, true);
}

/** A depthwise convolution without bias, then one of 1 x 1. */
export function separableConv2d(reading: KerasReading, input: number): number {
  const spread = depthwise(reading, input, false);
  const kernel = weightOf(reading, 'pointwise_kernel', 4);
  const channels = kernel.shape[3]!;
  const core = {
    kind: 'conv2d' as const,
    kernel: { height: kernel.shape[0]!, width: kernel.shape[1]! },
    stride: one,
    dilation: one,
    padding: { top: 0, left: 0, bottom: 0, right: 0 },
    groups: 1,
    weights: kernel.outputsFirst(),
    bias: biasOf(reading, channels),
    activation: 'none' as const,
  };
  return append(reading.draft, core, [spread], reading.place);
}

/** Over the last dimension; the others are rows. */
export function dense(reading: KerasReading, input: number): number {
  const kernel = weightOf(reading, 'kernel', 2);
  const shape = shapeOf(reading.draft, input);
  if (shape.length < 2 || shape.at(-1) !== kernel.shape[0]) {
    throw unsupported(reading.place, 'an input of shape', shape, `a last dimension of ${kernel.shape[0]}`);
  }
  const channels = kernel.shape[1]!;
  const weights = kernel.outputsFirst();
  const bias = biasOf(reading, channels);
  return append(reading.draft, { kind: 'fullyConnected', weights, bias, activation: 'none' }, [input], reading.place);
}

/** gamma (x - mean) / sqrt(variance + epsilon) + beta, per channel. */
export function batchNormalization(reading: KerasReading, input: number): number {
  const shape = shapeOf(reading.draft, input);
  if (axisOf(reading, -1, shape.length) !== shape.length - 1) {
    throw unsupported(reading.place, 'axis', reading.config.axis, 'the last dimension');
  }
  const { scale, center } = reading.config;
  const epsilon = numberOf(reading, 'epsilon', 1e-3);
  const variance = weightOf(reading, 'moving_variance', 1).values();
  const channels = variance.length;
  const gamma = scale === false ? null : channelWeights(reading, 'gamma', channels);
  const beta = center === false ? null : channelWeights(reading, 'beta', channels);
  const mean = channelWeights(reading, 'moving_mean', channels);
  const core = {
    kind: 'affine' as const,
    factor: Float64Array.from(variance, (v, c) => (gamma?.[c] ?? 1) / Math.sqrt(v + epsilon)),
    center: Float64Array.from(mean),
    offset: Float64Array.from(variance, (_, c) => beta?.[c] ?? 0),
  };
  return append(reading.draft, core, [input], reading.place);
}
