/** TensorFlow's strided slices: ends and masks in, begin and extent out. */
import type { Shape } from '../graph.ts';

export interface StridedSlice {
  /** One entry per dimension given; those left out are taken whole. */
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly strides: readonly number[];
  /** Bit d: begin or end of dimension d is ignored; the dimension vanishes. */
  readonly beginMask: number;
  readonly endMask: number;
  readonly shrinkMask: number;
}

export interface ResolvedSlice {
  readonly begin: number[];
  readonly step: number[];
  /** Sizes with every dimension kept, and with the shrunk ones removed. */
  readonly extent: number[];
  readonly shape: number[];
}

/** Negative positions count from the end, and positions outside are cut, as in NumPy. A size may come out as 0 or less. */
export function resolveSlice(slice: StridedSlice, shape: Shape): ResolvedSlice {
  const begin: number[] = [];
  const step: number[] = [];
  const extent: number[] = [];
  const kept: number[] = [];
  for (const [d, size] of shape.entries()) {
    const stride = slice.strides[d] ?? 1;
    const given = d < slice.begin.length;
    const masked = (mask: number): boolean => !given || ((mask >> d) & 1) === 1;
    const shrunk = given && ((slice.shrinkMask >> d) & 1) === 1;
    const [low, high] = stride > 0 ? [0, size] : [-1, size - 1];
    const inside = (at: number): number => Math.min(high, Math.max(low, at < 0 ? at + size : at));
    const from = masked(slice.beginMask) ? (stride > 0 ? 0 : size - 1) : inside(slice.begin[d]!);
    const to = masked(slice.endMask) ? (stride > 0 ? size : -1) : inside(slice.end[d]!);
    begin.push(from);
    step.push(shrunk ? 1 : stride);
    extent.push(shrunk ? 1 : Math.ceil((to - from) / stride));
    if (!shrunk) kept.push(extent[d]!);
  }
  return { begin, step, extent, shape: kept };
}
