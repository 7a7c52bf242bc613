import { clampTo } from '../arithmetic.ts';
import type { Mul, Tensor, TensorData } from '../graph.ts';
import { tensorElements } from '../shape.ts';
import { allocate } from '../tensor-type.ts';
import { type Operand, positions } from './operand.ts';
import type { Rescale } from './rescale.ts';

/** Source: reference_integer_ops::Mul and BroadcastMul6DSlow. */
export function mul(layer: Mul, operands: readonly Operand[], output: Tensor, rescale: Rescale): TensorData {
  const [first, second] = operands as [Operand, Operand];
  const fromA = positions(first.tensor, output);
  const fromB = positions(second.tensor, output);
  const multiplier = layer.requantize.multiplier[0]!;
  const shift = layer.requantize.shift[0]!;
  const { min, max } = layer.clamp;
  const result = allocate(output, tensorElements(output.shape));
  for (let i = 0; i < result.length; i += 1) {
    const a = first.data[fromA === null ? i : fromA[i]!]! - first.tensor.zeroPoint;
    const b = second.data[fromB === null ? i : fromB[i]!]! - second.tensor.zeroPoint;
    result[i] = clampTo(rescale(a * b, multiplier, shift) + output.zeroPoint, min, max);
  }
  return result;
}
