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

/** Positions that Slice takes along one axis; start and end are clamped as ONNX says. */
export function slicePositions(size: number, start: number, end: number, step: number): number[] {
  const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
  const positive = step > 0;
  const from = clamp(start < 0 ? start + size : start, 0, positive ? size : size - 1);
  const to = clamp(end < 0 ? end + size : end, positive ? 0 : -1, size);
  const positions: number[] = [];
  for (let at = from; positive ? at < to : at > to; at += step) positions.push(at);
  return positions;
}
