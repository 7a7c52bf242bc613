import type { Tensor, TensorData } from '../../../models/graph.ts';
import type { ConstantOperand } from './work.ts';

/** `data` of shape `shape`, repeated along its dimensions of size 1 (and the missing outer ones) to `target`. */
function spread(data: TensorData, shape: readonly number[], target: readonly number[]): Int8Array {
  const size = target.reduce((product, extent) => product * extent, 1);
  const own = [...Array.from({ length: target.length - shape.length }, () => 1), ...shape];
  const result = new Int8Array(size);
  for (let at = 0; at < size; at++) {
    let rest = at;
    let from = 0;
    let stride = 1;
    for (let axis = target.length - 1; axis >= 0; axis--) {
      const position = rest % target[axis]!;
      rest = Math.floor(rest / target[axis]!);
      if (own[axis] !== 1) from += position * stride;
      stride *= own[axis]!;
    }
    result[at] = data[from]!;
  }
  return result;
}

/** Length of the shortest run that, repeated, gives all values; it divides their number. */
function period(values: Int8Array): number {
  for (let length = 1; length < values.length; length++) {
    if (values.length % length !== 0) continue;
    if (values.every((value, index) => value === values[index % length])) return length;
  }
  return values.length;
}

/** A constant operand as the bytes that meet the frame's bytes, no longer than it has to be. */
export function constantOperand(position: 0 | 1, data: TensorData, own: Tensor, output: Tensor): ConstantOperand {
  const values = spread(data, own.shape, output.shape);
  return { position, values: values.slice(0, period(values)) };
}
