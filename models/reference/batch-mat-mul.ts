import { clampTo, mbqmWide } from '../arithmetic.ts';
import { broadcastStrides, stridesOf, walk } from '../broadcast.ts';
import type { BatchMatMul, Tensor, TensorData } from '../graph.ts';
import { tensorElements } from '../shape.ts';
import { allocate } from '../tensor-type.ts';
import type { Operand } from './operand.ts';
import type { Rescale } from './rescale.ts';

/** Where each matrix of an operand begins, broadcast over the leading dimensions of the output. */
function matrices({ tensor }: Operand, leading: readonly number[]): Int32Array {
  const size = tensor.shape.at(-2)! * tensor.shape.at(-1)!;
  const strides = broadcastStrides(tensor.shape.slice(0, -2), leading).map((stride) => stride * size);
  return walk(leading, strides, 0);
}

/** Strides along the outer and the summed dimension of an operand's matrices. */
function steps({ tensor }: Operand, depthIsLast: boolean): { readonly outer: number; readonly depth: number } {
  const [row, column] = stridesOf(tensor.shape.slice(-2)) as [number, number];
  return depthIsLast ? { outer: row, depth: column } : { outer: column, depth: row };
}

/** Source: reference_ops::BatchMatMul; int8 sums in 32 bits, int16 in 64. */
export function batchMatMul(
  layer: BatchMatMul,
  operands: readonly Operand[],
  output: Tensor,
  rescale: Rescale,
): TensorData {
  const [first, second] = operands as [Operand, Operand];
  const [rows, columns] = output.shape.slice(-2) as [number, number];
  const leading = output.shape.slice(0, -2);
  const a = steps(first, !layer.adjointFirst);
  const b = steps(second, layer.adjointSecond);
  const depth = first.tensor.shape.at(layer.adjointFirst ? -2 : -1)!;
  const multiplier = layer.requantize.multiplier[0]!;
  const shift = layer.requantize.shift[0]!;
  const apply = output.type === 'int16' ? mbqmWide : rescale;
  const result = allocate(output, tensorElements(output.shape));
  const fromB = matrices(second, leading);
  let at = 0;
  for (const [batch, fromA] of matrices(first, leading).entries()) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, at += 1) {
        let sum = 0;
        let i = fromA + row * a.outer;
        let j = fromB[batch]! + column * b.outer;
        for (let k = 0; k < depth; k += 1, i += a.depth, j += b.depth) {
          sum += (first.data[i]! - first.tensor.zeroPoint) * (second.data[j]! - second.tensor.zeroPoint);
        }
        result[at] = clampTo(apply(sum, multiplier, shift) + output.zeroPoint, layer.clamp.min, layer.clamp.max);
      }
    }
  }
  return result;
}
