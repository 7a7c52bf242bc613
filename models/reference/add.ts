import { clampTo, type Multiplier, mbqm } from '../arithmetic.ts';
import { broadcastStrides, walk } from '../broadcast.ts';
import type { AddOrSub, Tensor, TensorData } from '../graph.ts';
import { tensorElements } from '../shape.ts';
import { allocate } from '../tensor-type.ts';
import type { Operand } from './operand.ts';

/** Every value of the operand in steps of the common scale. */
function scaled({ tensor, data }: Operand, leftShift: number, { multiplier, shift }: Multiplier): Int32Array {
  return Int32Array.from(data, (q) => mbqm((q - tensor.zeroPoint) << leftShift, multiplier, shift));
}

/** Source: reference_integer_ops::Add and BroadcastAdd6DSlow, reference_ops::Sub and BroadcastSubSlow (profile A). */
export function add(layer: AddOrSub, operands: readonly Operand[], output: Tensor): TensorData {
  const [first, second] = operands as [Operand, Operand];
  const a = scaled(first, layer.leftShift, layer.first);
  const b = scaled(second, layer.leftShift, layer.second);
  const fromA = walk(output.shape, broadcastStrides(first.tensor.shape, output.shape), 0);
  const fromB = walk(output.shape, broadcastStrides(second.tensor.shape, output.shape), 0);
  const sign = layer.kind === 'add' ? 1 : -1;
  const { multiplier, shift } = layer.rescale;
  const result = allocate(output, tensorElements(output.shape));
  for (let i = 0; i < result.length; i += 1) {
    const sum = a[fromA[i]!]! + sign * b[fromB[i]!]!;
    result[i] = clampTo(mbqm(sum, multiplier, shift) + output.zeroPoint, layer.clamp.min, layer.clamp.max);
  }
  return result;
}
