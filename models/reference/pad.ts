import { stridesOf, walk } from '../broadcast.ts';
import type { Pad, Tensor, TensorData } from '../graph.ts';
import { tensorElements } from '../shape.ts';
import { allocate } from '../tensor-type.ts';

/** Source: reference_ops::Pad. */
export function pad(layer: Pad, input: Tensor, output: Tensor, data: TensorData): TensorData {
  const strides = stridesOf(output.shape);
  const base = layer.before.reduce((sum, size, axis) => sum + size * strides[axis]!, 0);
  const places = walk(input.shape, strides, base);
  const result = allocate(output, tensorElements(output.shape)).fill(layer.value);
  for (let i = 0; i < data.length; i += 1) result[places[i]!] = data[i]!;
  return result;
}
