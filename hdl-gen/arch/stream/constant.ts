import { broadcastStrides, walk } from '../../../models/broadcast.ts';
import type { Tensor, TensorData } from '../../../models/graph.ts';
import type { ConstantOperand } from './work.ts';

/** The shortest run that, repeated, gives all values. */
export function period(values: Int8Array): Int8Array {
  for (let length = 1; length < values.length; length++) {
    if (values.length % length !== 0) continue;
    if (values.every((value, index) => value === values[index % length])) return values.slice(0, length);
  }
  return values;
}

/** A constant operand as the bytes that meet the frame's bytes, no longer than it has to be. */
export function constantOperand(position: 0 | 1, data: TensorData, own: Tensor, output: Tensor): ConstantOperand {
  const from = walk(output.shape, broadcastStrides(own.shape, output.shape));
  const values = Int8Array.from(from, (element) => data[element]!);
  return { position, values: period(values) };
}
