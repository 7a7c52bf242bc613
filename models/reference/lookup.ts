import type { Lookup, Tensor, TensorData } from '../graph.ts';
import { allocate, lowestOf } from '../tensor-type.ts';

export function lookup(layer: Lookup, input: Tensor, output: Tensor, data: TensorData): TensorData {
  const { table } = layer;
  const lowest = lowestOf(input);
  const result = allocate(output, data.length);
  for (let i = 0; i < data.length; i += 1) result[i] = table[data[i]! - lowest]!;
  return result;
}
