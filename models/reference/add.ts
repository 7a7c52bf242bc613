import { clampTo, type Multiplier, mbqm } from '../arithmetic.ts';
import type { AddOrSub, Tensor, TensorData } from '../graph.ts';
import { tensorElements } from '../shape.ts';
import { allocate } from '../tensor-type.ts';
import { type Operand, positions } from './operand.ts';
import type { Rescale } from './rescale.ts';

/** Every value of the operand in steps of the common scale. A byte has 256 values: each is scaled once. */
function scaled({ tensor, data }: Operand, leftShift: number, { multiplier, shift }: Multiplier): Int32Array {
  const scale = (value: number): number => mbqm((value - tensor.zeroPoint) << leftShift, multiplier, shift);
  const result = new Int32Array(data.length);
  if (data instanceof Int8Array) {
    const table = Int32Array.from({ length: 256 }, (_, index) => scale(index - 128));
    for (let i = 0; i < data.length; i += 1) result[i] = table[data[i]! + 128]!;
  } else {
    for (let i = 0; i < data.length; i += 1) result[i] = scale(data[i]!);
  }
  return result;
}

/**
 * Source: reference_integer_ops::Add and BroadcastAdd6DSlow, reference_ops::Sub and BroadcastSubSlow (profile A). In profile
 * power-of-two the operands come to the common scale without any rounding (checkPowerOfTwo), so only the sum is rounded.
 */
export function add(layer: AddOrSub, operands: readonly Operand[], output: Tensor, rescale: Rescale): TensorData {
  const [first, second] = operands as [Operand, Operand];
  const a = scaled(first, layer.leftShift, layer.first);
  const b = scaled(second, layer.leftShift, layer.second);
  const fromA = positions(first.tensor, output);
  const fromB = positions(second.tensor, output);
  const sign = layer.kind === 'add' ? 1 : -1;
  const { multiplier, shift } = layer.rescale;
  const result = allocate(output, tensorElements(output.shape));
  for (let i = 0; i < result.length; i += 1) {
    const sum = a[fromA === null ? i : fromA[i]!]! + sign * b[fromB === null ? i : fromB[i]!]!;
    result[i] = clampTo(rescale(sum, multiplier, shift) + output.zeroPoint, layer.clamp.min, layer.clamp.max);
  }
  return result;
}
