/** Shape rules of ONNX that evaluation and import share: plain numbers in, plain numbers out. */

/** Reshape's target: 0 copies a dimension, one -1 takes what is left. Null when it does not fit. */
export function reshapeTarget(from: readonly number[], wanted: readonly number[], allowZero: boolean): number[] | null {
  const shape = wanted.map((size, axis) => (size === 0 && !allowZero ? (from[axis] ?? Number.NaN) : size));
  const open = shape.filter((size) => size === -1).length;
  if (open > 1 || shape.some((size) => !Number.isInteger(size) || size < -1)) return null;
  const total = from.reduce((product, size) => product * size, 1);
  const known = shape.reduce((product, size) => (size === -1 ? product : product * size), 1);
  if (open === 0) return known === total ? shape : null;
  return known > 0 && total % known === 0 ? shape.map((size) => (size === -1 ? total / known : size)) : null;
}

/** Elements begin, begin + step, ... of one axis. */
export interface AxisSlice {
  readonly begin: number;
  readonly count: number;
  readonly step: number;
}

/** What Slice takes along one axis; start and end are clamped as ONNX says. */
export function axisSlice(size: number, start: number, end: number, step: number): AxisSlice {
  const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
  const positive = step > 0;
  const begin = clamp(start < 0 ? start + size : start, 0, positive ? size : size - 1);
  const stop = clamp(end < 0 ? end + size : end, positive ? 0 : -1, size);
  return { begin, count: Math.max(0, Math.ceil((stop - begin) / step)), step };
}
