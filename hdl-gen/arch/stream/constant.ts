import { broadcastStrides, walk } from '../../../models/broadcast.ts';
import type { Tensor, TensorData } from '../../../models/graph.ts';
import { allocate } from '../../../models/tensor-type.ts';
import type { ConstantOperand } from './work.ts';

/** Whether every value is the one `length` places before it. */
function isPeriod(values: TensorData, length: number): boolean {
  for (let at = length; at < values.length; at++) if (values[at] !== values[at - length]) return false;
  return true;
}

/** The shortest run that, repeated, gives all values. */
export function period(values: TensorData): TensorData {
  for (let length = 1; length < values.length; length++) {
    if (values.length % length !== 0) continue;
    if (isPeriod(values, length)) return values.slice(0, length);
  }
  return values;
}

/** A constant operand as the elements that meet the frame's, no longer than it has to be. */
export function constantOperand(position: 0 | 1, data: TensorData, own: Tensor, output: Tensor): ConstantOperand {
  const from = walk(output.shape, broadcastStrides(own.shape, output.shape));
  const values = allocate(own, from.length).map((_, at) => data[from[at]!]!);
  return { position, values: period(values) };
}
