/** Moving elements without computing: strided views and per-axis selections. */
import { stridesOf } from '../../../broadcast.ts';
import { newTensor, type OnnxTensor } from '../types.ts';

/** out[i, j, ...] = source[i * strides[0] + j * strides[1] + ...]: transposes and broadcasts. */
export function strided(
  source: OnnxTensor,
  shape: readonly number[],
  strides: readonly number[],
  place: string,
): OnnxTensor {
  const out = newTensor(source.type, shape, place);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < out.data.length; to += 1) {
    out.data[to] = source.data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      from += strides[axis]!;
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

export function transposed(source: OnnxTensor, permutation: readonly number[], place: string): OnnxTensor {
  const strides = stridesOf(source.shape);
  const shape = permutation.map((axis) => source.shape[axis]!);
  const steps = permutation.map((axis) => strides[axis]!);
  return strided(source, shape, steps, place);
}

/** Along every axis the source positions to take, in order; -1 puts `fill`. Slices, pads, gathers, nearest resizes. */
export function selected(
  source: OnnxTensor,
  positions: readonly (readonly number[])[],
  fill: number,
  place: string,
): OnnxTensor {
  const shape = positions.map((list) => list.length);
  const out = newTensor(source.type, shape, place);
  const strides = stridesOf(source.shape);
  const index = new Array<number>(shape.length).fill(0);
  for (let to = 0; to < out.data.length; to += 1) {
    let from = 0;
    let inside = true;
    for (let axis = 0; axis < shape.length; axis += 1) {
      const position = positions[axis]![index[axis]!]!;
      if (position < 0) inside = false;
      from += position * strides[axis]!;
    }
    out.data[to] = inside ? source.data[from]! : fill;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return out;
}

export function everything(size: number): number[] {
  return Array.from({ length: size }, (_, i) => i);
}
