/** Shape rules of ONNX that evaluation and import share: plain numbers in, plain numbers out. */

/** NumPy broadcasting of two shapes, or null when they do not fit. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    const first = a[axis - rank + a.length] ?? 1;
    const second = b[axis - rank + b.length] ?? 1;
    if (first !== second && first !== 1 && second !== 1) return null;
    shape.push(first === 1 ? second : first);
  }
  return shape;
}

/** Strides that read a tensor of `from` as if it had shape `to`. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides: number[] = [];
  let step = 1;
  for (let axis = to.length - 1; axis >= 0; axis -= 1) {
    const size = from[axis - to.length + from.length] ?? 1;
    strides.unshift(size === 1 ? 0 : step);
    step *= size;
  }
  return strides;
}

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
