/** Walking through tensors whose elements are not read in the order in which they lie. */
import type { Shape } from '../graph.ts';

/** Distance between neighbours along every dimension of a dense tensor. */
export function stridesOf(shape: Shape): number[] {
  const strides: number[] = new Array(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** For every element of `shape` in C order: `base` plus its index along each dimension times that dimension's stride. */
export function offsetsOf(shape: Shape, strides: readonly number[], base: number): Int32Array {
  let offsets = Int32Array.of(base);
  for (const [axis, size] of shape.entries()) {
    const next = new Int32Array(offsets.length * size);
    let at = 0;
    for (const offset of offsets) {
      for (let index = 0; index < size; index += 1, at += 1) next[at] = offset + index * strides[axis]!;
    }
    offsets = next;
  }
  return offsets;
}

/** Strides with which an operand of `shape` is read as if it had the broadcast shape `to`: 0 where it is repeated. */
export function broadcastStrides(shape: Shape, to: Shape): number[] {
  const own = stridesOf(shape);
  return to.map((_, axis) => {
    const at = axis - (to.length - shape.length);
    return at < 0 || shape[at] === 1 ? 0 : own[at]!;
  });
}
