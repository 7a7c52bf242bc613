import { quantizeMultiplier } from './arithmetic.ts';
import type { FloatWeightedLayer } from './float.ts';
import type { Requantize } from './graph.ts';
import { largestWeight, type WeightBits, type WeightScales } from './quantize/options.ts';
import { quantizeWeight, roundHalfAway, weightScale } from './quantize/weight-scale.ts';
import { powerOfTwoFrom, type Quantization, smallestScale } from './quantize-range.ts';

export interface WeightForm {
  readonly scales: WeightScales;
  /** Default 8. */
  readonly bits?: WeightBits;
  readonly powerOfTwo?: boolean;
}

export interface QuantizedWeights {
  /** In the layout of the float weights, symmetric, zero point 0. */
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
 * Symmetric weights, int32 bias and the fixed-point rescaling of one layer. A scale is weightScale's, made larger where the bias
 * would not fit int32 otherwise. The real multipliers are formed as TensorFlow Lite forms them: in double, except that a fully
 * connected layer with one scale rounds input scale x weight scale to float32 first.
 */
export function quantizeWeights(
  layer: FloatWeightedLayer,
  input: Quantization,
  output: Quantization,
  form: WeightForm,
): QuantizedWeights {
  const channelOf = outputChannel(layer);
  const scales = weightScales(layer, input.scale, output.scale, form);
  const scaleOf = (c: number): number => scales[scales.length === 1 ? 0 : c]!;
  const largest = largestWeight[form.bits ?? 8];
  const weights = Int8Array.from(layer.weights, (w, i) => quantizeWeight(w, scaleOf(channelOf(i)), largest));
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
export function outputChannel(layer: Pick<FloatWeightedLayer, 'kind' | 'weights' | 'bias'>): (index: number) => number {
  const channels = layer.bias.length;
  if (layer.kind === 'depthwiseConv2d') return (index) => index % channels;
  const perChannel = layer.weights.length / channels;
  return (index) => Math.floor(index / perChannel);
}

/** The weights of each output channel, or all as one group. */
function weightGroups(layer: FloatWeightedLayer, scales: WeightScales): Float64Array[] {
  if (scales === 'perTensor') return [Float64Array.from(layer.weights)];
  const channels = layer.bias.length;
  const perChannel = layer.weights.length / channels;
  const [start, step] = layer.kind === 'depthwiseConv2d' ? [1, channels] : [perChannel, 1];
  return Array.from({ length: channels }, (_, c) =>
    Float64Array.from({ length: perChannel }, (_, i) => layer.weights[c * start + i * step]!),
  );
}

function weightScales(
  layer: FloatWeightedLayer,
  inputScale: number,
  outputScale: number,
  { scales: mode, bits = 8, powerOfTwo = false }: WeightForm,
): Float32Array {
  const rounded = (scale: number): number => (powerOfTwo ? powerOfTwoFrom(scale) : scale);
  // A channel without any weight is its bias; the accumulator then counts in 1/256 of an output step.
  const ofBias = rounded(outputScale / (256 * inputScale));
  const scales = Float32Array.from(weightGroups(layer, mode), (weights) => {
    const scale = weights.every((weight) => weight === 0) ? ofBias : weightScale(weights, bits, powerOfTwo);
    return Math.max(smallestScale, scale);
  });
  for (const [c, b] of layer.bias.entries()) {
    const slot = mode === 'perTensor' ? 0 : c;
    // A hair above the limit, because rounding to float32 may go down.
    const least = (Math.abs(b) / (inputScale * largestBias)) * (1 + 2 ** -22);
    if (least > scales[slot]!) scales[slot] = rounded(least);
  }
  return scales;
}
