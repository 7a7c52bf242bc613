import { stridesOf, walk } from '../broadcast.ts';
import type { Slice, Tensor, TensorData } from '../graph.ts';
import { allocate } from '../tensor-type.ts';

/** Source: reference_ops::StridedSlice and Slice. */
export function slice(layer: Slice, input: Tensor, output: Tensor, data: TensorData): TensorData {
  const own = stridesOf(input.shape);
  const base = layer.begin.reduce((sum, begin, axis) => sum + begin * own[axis]!, 0);
  const from = walk(
    output.shape,
    own.map((stride, axis) => stride * layer.step[axis]!),
    base,
  );
  const result = allocate(output, from.length);
  for (let i = 0; i < result.length; i += 1) result[i] = data[from[i]!]!;
  return result;
}
