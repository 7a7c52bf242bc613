import { quantizeMultiplier } from './arithmetic.ts';
import type { FloatWeightedLayer } from './float.ts';
import type { Requantize } from './graph.ts';
import { type Quantization, smallestScale } from './quantize-range.ts';

/** One weight scale per output channel, or one for the whole tensor. */
export type WeightScales = 'perChannel' | 'perTensor';

export interface QuantizedWeights {
  /** In the layout of the float weights, -127..127, zero point 0. */
  readonly weights: Int8Array;
  /** At scale input scale x weight scale of the channel. */
  readonly bias: Int32Array;
  /** Length 1 or one per output channel; float32 values. */
  readonly scales: Float32Array;
  readonly requantize: Requantize;
}

/** Half of the accumulator's range is left to the products. */
const largestBias = 2 ** 30;

/**
 * Symmetric int8 weights, int32 bias and the fixed-point rescaling of one layer. A scale is the largest weight over 127, made
 * larger where the bias would not fit int32 otherwise. The real multipliers are formed as TensorFlow Lite forms them: in double,
 * except that a fully connected layer with one scale rounds input scale x weight scale to float32 first.
 */
export function quantizeWeights(
  layer: FloatWeightedLayer,
  input: Quantization,
  output: Quantization,
  mode: WeightScales,
): QuantizedWeights {
  const channels = layer.bias.length;
  const channelOf = channelIndex(layer, channels);
  const scales = weightScales(layer, channelOf, input.scale, output.scale, mode);
  const scaleOf = (c: number): number => scales[scales.length === 1 ? 0 : c]!;
  const weights = Int8Array.from(layer.weights, (w, i) => clampWeight(roundHalfAway(w / scaleOf(channelOf(i)))));
  const bias = Int32Array.from(layer.bias, (b, c) => roundHalfAway(b / (input.scale * scaleOf(c))));
  const multipliers = Array.from(scales, (scale) => {
    const product = input.scale * scale;
    const rounded = layer.kind === 'fullyConnected' && scales.length === 1 ? Math.fround(product) : product;
    return quantizeMultiplier(rounded / output.scale);
  });
  const requantize = {
    multiplier: Int32Array.from(multipliers, (m) => m.multiplier),
    shift: Int32Array.from(multipliers, (m) => m.shift),
  };
  return { weights, bias, scales, requantize };
}

/** Output channel of the weight at an index: the slowest axis, except for depthwise where it is the fastest. */
function channelIndex(layer: FloatWeightedLayer, channels: number): (index: number) => number {
  if (layer.kind === 'depthwiseConv2d') return (index) => index % channels;
  const perChannel = layer.weights.length / channels;
  return (index) => Math.floor(index / perChannel);
}

function weightScales(
  layer: FloatWeightedLayer,
  channelOf: (index: number) => number,
  inputScale: number,
  outputScale: number,
  mode: WeightScales,
): Float32Array {
  const largest = new Float64Array(mode === 'perTensor' ? 1 : layer.bias.length);
  const slot = (c: number): number => (mode === 'perTensor' ? 0 : c);
  for (const [i, w] of layer.weights.entries()) {
    const c = slot(channelOf(i));
    largest[c] = Math.max(largest[c]!, Math.abs(w));
  }
  // A channel without any weight is its bias; the accumulator then counts in 1/256 of an output step.
  const ofBias = outputScale / (256 * inputScale);
  const scales = new Float32Array(largest.length);
  for (const [c, size] of largest.entries()) {
    scales[c] = Math.max(smallestScale, size === 0 ? ofBias : size / 127);
  }
  for (const [i, b] of layer.bias.entries()) {
    const c = slot(i);
    // A hair above the limit, because rounding to float32 may go down.
    scales[c] = Math.max(scales[c]!, (Math.abs(b) / (inputScale * largestBias)) * (1 + 2 ** -22));
  }
  return scales;
}

function roundHalfAway(x: number): number {
  return x < 0 ? -Math.floor(0.5 - x) : Math.floor(x + 0.5);
}

function clampWeight(q: number): number {
  return Math.min(127, Math.max(-127, q));
}
