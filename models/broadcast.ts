/** Shapes of element-wise operators, after NumPy's rule: aligned at their ends, and a size of 1 is repeated. */
import type { Shape } from './graph.ts';

/** The common shape, or null when two sizes differ and neither is 1. */
export function broadcastShape(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let d = 0; d < rank; d++) {
    const x = a[a.length - rank + d] ?? 1;
    const y = b[b.length - rank + d] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return null;
    shape.push(x === 1 ? y : x);
  }
  return shape;
}

/** Elements between neighbours of each dimension, row by row. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1]! * shape[d + 1]!;
  return strides;
}

/** Strides for reading `shape` as if it were `target` (a shape that broadcastShape made of it): 0 where it repeats. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const strides = stridesOf(shape);
  const missing = target.length - shape.length;
  return target.map((_, d) => (d < missing || shape[d - missing] === 1 ? 0 : strides[d - missing]!));
}

/**
 * Element offsets of a walk over `shape` in row order, where a step along dimension d moves by strides[d] (negative and 0
 * allowed) from `start`. Slices, transpositions and repeated operands are such walks.
 */
export function walk(shape: Shape, strides: readonly number[], start = 0): Int32Array {
  let offsets = Int32Array.of(start);
  for (const [d, size] of shape.entries()) {
    const next = new Int32Array(offsets.length * size);
    const stride = strides[d]!;
    let at = 0;
    for (const offset of offsets) for (let i = 0; i < size; i++) next[at++] = offset + i * stride;
    offsets = next;
  }
  return offsets;
}
