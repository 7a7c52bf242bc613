import { broadcastStrides, walk } from '../broadcast.ts';
import type { Tensor, TensorData } from '../graph.ts';

/** What a layer reads: a tensor and its content. */
export interface Operand {
  readonly tensor: Tensor;
  readonly data: TensorData;
}

/** Which element of an input meets each element of the output; null where the two have the same shape. */
export function positions(input: Tensor, output: Tensor): Int32Array | null {
  if (input.shape.join() === output.shape.join()) return null;
  return walk(output.shape, broadcastStrides(input.shape, output.shape), 0);
}
