import { stridesOf, walk } from '../broadcast.ts';
import type { Tensor, TensorData, Transpose } from '../graph.ts';
import { allocate } from '../tensor-type.ts';

/** Source: reference_ops::Transpose. */
export function transpose(layer: Transpose, input: Tensor, output: Tensor, data: TensorData): TensorData {
  const own = stridesOf(input.shape);
  const from = walk(
    output.shape,
    layer.permutation.map((axis) => own[axis]!),
    0,
  );
  const result = allocate(output, from.length);
  for (let i = 0; i < result.length; i += 1) result[i] = data[from[i]!]!;
  return result;
}
