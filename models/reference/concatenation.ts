import type { Concatenation, Tensor, TensorData } from '../graph.ts';
import { tensorElements } from '../shape.ts';
import { allocate } from '../tensor-type.ts';
import type { Operand } from './operand.ts';

/** Source: reference_ops::Concatenation. */
export function concatenation(layer: Concatenation, operands: readonly Operand[], output: Tensor): TensorData {
  const result = allocate(output, tensorElements(output.shape));
  const blocks = tensorElements(output.shape.slice(0, layer.axis));
  let at = 0;
  for (let block = 0; block < blocks; block += 1) {
    for (const { tensor, data } of operands) {
      const size = tensorElements(tensor.shape.slice(layer.axis));
      result.set(data.subarray(block * size, (block + 1) * size), at);
      at += size;
    }
  }
  return result;
}
