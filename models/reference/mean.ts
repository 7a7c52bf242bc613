import { clampTo } from '../arithmetic.ts';
import { stridesOf, walk } from '../broadcast.ts';
import type { Mean, Tensor, TensorData } from '../graph.ts';
import { tensorElements } from '../shape.ts';
import { allocate } from '../tensor-type.ts';
import type { Rescale } from './rescale.ts';

/** Source: reference_ops::QuantizedMeanOrSum. */
export function mean(layer: Mean, input: Tensor, output: Tensor, data: TensorData, rescale: Rescale): TensorData {
  const kept = input.shape.map((size, axis) => (layer.axes.includes(axis) ? 1 : size));
  const strides = stridesOf(kept).map((stride, axis) => (layer.axes.includes(axis) ? 0 : stride));
  const places = walk(input.shape, strides, 0);
  const result = allocate(output, tensorElements(output.shape));
  const sums = new Float64Array(result.length);
  for (let i = 0; i < data.length; i += 1) sums[places[i]!]! += data[i]! - input.zeroPoint;
  const multiplier = layer.requantize.multiplier[0]!;
  const shift = layer.requantize.shift[0]!;
  const { min, max } = layer.clamp;
  for (const [i, sum] of sums.entries()) {
    result[i] = clampTo(rescale(sum, multiplier, shift) + output.zeroPoint, min, max);
  }
  return result;
}
