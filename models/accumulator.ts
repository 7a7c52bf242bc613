import type { Conv2d, DepthwiseConv2d, FullyConnected, Tensor } from './graph.ts';
import { highestOf, lowestOf } from './tensor-type.ts';

export type WeightedLayer = Conv2d | DepthwiseConv2d | FullyConnected;

/** Exact worst case over all inputs, bias included. */
export interface AccumulatorRange {
  readonly min: number;
  readonly max: number;
}

/**
 * The range of the accumulator of each output channel: for every input of the type, every tap that padding may leave out, and
 * every partial sum on the way (bias added first or last). Doubles: exact, sums stay far below 2^53.
 */
export function accumulatorRanges(layer: WeightedLayer, input: Pick<Tensor, 'type' | 'zeroPoint'>): AccumulatorRange[] {
  const channels = layer.bias.length;
  const lowest = lowestOf(input) - input.zeroPoint;
  const highest = highestOf(input) - input.zeroPoint;
  const min = new Float64Array(channels);
  const max = new Float64Array(channels);
  const zero = layer.kind === 'fullyConnected' ? layer.weightZeroPoint : 0;
  const perChannel = layer.weights.length / channels;
  const depthwise = layer.kind === 'depthwiseConv2d';
  for (let index = 0; index < layer.weights.length; index += 1) {
    const weight = layer.weights[index]! - zero;
    const channel = depthwise ? index % channels : Math.floor(index / perChannel);
    const a = weight * lowest;
    const b = weight * highest;
    min[channel]! += Math.min(a, b);
    max[channel]! += Math.max(a, b);
  }
  return Array.from(layer.bias, (bias, channel) => ({
    min: min[channel]! + Math.min(bias, 0),
    max: max[channel]! + Math.max(bias, 0),
  }));
}

/** Width of the smallest two's complement word that holds both bounds. */
export function signedBits(range: AccumulatorRange): number {
  let bits = 1;
  while (range.min < -(2 ** (bits - 1)) || range.max > 2 ** (bits - 1) - 1) bits += 1;
  return bits;
}
