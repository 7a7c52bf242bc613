/** What the weights of a layer say about its hardware. */
import { type AccumulatorRange, accumulatorRanges, signedBits, type WeightedLayer } from './accumulator.ts';
import { csdDigits } from './csd.ts';
import type { FloatWeightedLayer } from './float.ts';
import type { Tensor } from './graph.ts';
import type { Range } from './statistics.ts';

/** Figures that integer and float weights share. */
export interface CommonWeightStatistics {
  readonly count: number;
  readonly range: Range;
  /** How many weights stand for 0: products that are always 0. */
  readonly zeros: number;
  readonly channels: number;
  /** Output channels without a single weight other than 0: each is a constant. */
  readonly deadChannels: number;
}

/** Figures of a layer with integer weights. Digits and powers of two are those of the weight minus its zero point. */
export interface WeightStatistics extends CommonWeightStatistics {
  /** Of a weight, as the model stores it. */
  readonly bits: 4 | 8;
  /** Worst case over all inputs and channels, bias included. */
  readonly accumulator: AccumulatorRange;
  /** Two's complement bits that hold it. */
  readonly accumulatorBits: number;
  /** Canonical signed digits (see csdDigits) of all weights together. */
  readonly csdDigits: number;
  /** The same per weight other than 0; null when there is none. */
  readonly csdDigitsPerWeight: number | null;
  /** Weights that are a power of two or minus one: shifts instead of products. */
  readonly powersOfTwo: number;
}

export function rangeOf(values: Int8Array | Int32Array | Float32Array): Range {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

function common(layer: WeightedLayer | FloatWeightedLayer, zero: number): CommonWeightStatistics {
  const { weights } = layer;
  const channels = layer.bias.length;
  const perChannel = weights.length / channels;
  const depthwise = layer.kind === 'depthwiseConv2d';
  const alive = new Uint8Array(channels);
  let zeros = 0;
  for (let index = 0; index < weights.length; index += 1) {
    if (weights[index] === zero) zeros += 1;
    else alive[depthwise ? index % channels : Math.floor(index / perChannel)] = 1;
  }
  const deadChannels = channels - alive.reduce((sum, one) => sum + one, 0);
  return { count: weights.length, range: rangeOf(weights), zeros, channels, deadChannels };
}

export function weightStatistics(layer: WeightedLayer, input: Pick<Tensor, 'type' | 'zeroPoint'>): WeightStatistics {
  const zero = layer.kind === 'fullyConnected' ? layer.weightZeroPoint : 0;
  const figures = common(layer, zero);
  const accumulator = accumulatorRanges(layer, input).reduce((a, b) => ({
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  }));
  let digits = 0;
  let powersOfTwo = 0;
  for (const weight of layer.weights) {
    const own = csdDigits(weight - zero);
    digits += own;
    if (own === 1) powersOfTwo += 1;
  }
  const others = figures.count - figures.zeros;
  return {
    ...figures,
    bits: layer.weightBits ?? 8,
    accumulator,
    accumulatorBits: signedBits(accumulator),
    csdDigits: digits,
    csdDigitsPerWeight: others === 0 ? null : digits / others,
    powersOfTwo,
  };
}

export const floatWeightStatistics = (layer: FloatWeightedLayer): CommonWeightStatistics => common(layer, 0);
