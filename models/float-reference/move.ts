/** Layers that move values, and the mean. */
import { stridesOf, walk } from '../broadcast.ts';
import {
  type FloatConcatenation,
  type FloatMean,
  type FloatPad,
  type FloatResizeNearest,
  type FloatSlice,
  type FloatTensor,
  type FloatTranspose,
  imageShape,
} from '../float.ts';
import { resizeSource } from '../resize-source.ts';
import { tensorElements } from '../shape.ts';

function gather(offsets: Int32Array, x: Float32Array): Float32Array {
  const out = new Float32Array(offsets.length);
  for (let i = 0; i < out.length; i++) out[i] = x[offsets[i]!]!;
  return out;
}

export function pad(layer: FloatPad, from: FloatTensor, to: FloatTensor, x: Float32Array): Float32Array {
  const out = new Float32Array(tensorElements(to.shape)).fill(layer.value);
  const strides = stridesOf(to.shape);
  const start = layer.before.reduce((sum, before, d) => sum + before * strides[d]!, 0);
  for (const [i, at] of walk(from.shape, strides, start).entries()) out[at] = x[i]!;
  return out;
}

export function concatenation(
  layer: FloatConcatenation,
  from: readonly FloatTensor[],
  to: FloatTensor,
  xs: readonly Float32Array[],
): Float32Array {
  const out = new Float32Array(tensorElements(to.shape));
  const strides = stridesOf(to.shape);
  let begin = 0;
  for (const [operand, { shape }] of from.entries()) {
    for (const [i, at] of walk(shape, strides, begin * strides[layer.axis]!).entries()) out[at] = xs[operand]![i]!;
    begin += shape[layer.axis]!;
  }
  return out;
}

export function mean(layer: FloatMean, from: FloatTensor, to: FloatTensor, x: Float32Array): Float32Array {
  const averaged = (d: number): boolean => layer.axes.includes(d);
  const kept = stridesOf(from.shape.filter((_, d) => !averaged(d)));
  let next = 0;
  const strides = from.shape.map((_, d) => (averaged(d) ? 0 : kept[next++]!));
  const sums = new Float64Array(tensorElements(to.shape));
  for (const [i, at] of walk(from.shape, strides).entries()) sums[at]! += x[i]!;
  const count = x.length / sums.length;
  return Float32Array.from(sums, (sum) => sum / count);
}

export function resizeNearest(
  layer: FloatResizeNearest,
  from: FloatTensor,
  to: FloatTensor,
  x: Float32Array,
): Float32Array {
  const input = imageShape(from);
  const output = imageShape(to);
  const out = new Float32Array(tensorElements(to.shape));
  let at = 0;
  for (let oy = 0; oy < output.height; oy++) {
    const y = resizeSource(oy, input.height, output.height, layer);
    for (let ox = 0; ox < output.width; ox++) {
      const pixel = (y * input.width + resizeSource(ox, input.width, output.width, layer)) * input.channels;
      for (let c = 0; c < input.channels; c++) out[at++] = x[pixel + c]!;
    }
  }
  return out;
}

export function slice(layer: FloatSlice, from: FloatTensor, to: FloatTensor, x: Float32Array): Float32Array {
  const strides = stridesOf(from.shape);
  const start = layer.begin.reduce((sum, begin, d) => sum + begin * strides[d]!, 0);
  const steps = strides.map((stride, d) => stride * layer.step[d]!);
  return gather(walk(to.shape, steps, start), x);
}

export function transpose(layer: FloatTranspose, from: FloatTensor, to: FloatTensor, x: Float32Array): Float32Array {
  const strides = stridesOf(from.shape);
  return gather(
    walk(
      to.shape,
      layer.permutation.map((d) => strides[d]!),
    ),
    x,
  );
}
