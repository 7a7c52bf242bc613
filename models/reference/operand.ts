import type { Tensor, TensorData } from '../graph.ts';

/** What a layer reads: a tensor and its content. */
export interface Operand {
  readonly tensor: Tensor;
  readonly data: TensorData;
}
