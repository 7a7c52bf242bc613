import { clampTo } from '../arithmetic.ts';
import type { Quantize, Tensor, TensorData } from '../graph.ts';
import { allocate } from '../tensor-type.ts';
import type { Rescale } from './rescale.ts';

/** Source: reference_ops::Requantize; ReluQuantized where the clamp is tighter than the type. */
export function quantize(
  layer: Quantize,
  input: Tensor,
  output: Tensor,
  data: TensorData,
  rescale: Rescale,
): TensorData {
  const multiplier = layer.requantize.multiplier[0]!;
  const shift = layer.requantize.shift[0]!;
  const { min, max } = layer.clamp;
  const result = allocate(output, data.length);
  for (let i = 0; i < data.length; i += 1) {
    result[i] = clampTo(rescale(data[i]! - input.zeroPoint, multiplier, shift) + output.zeroPoint, min, max);
  }
  return result;
}
