import { clampTo } from '../arithmetic.ts';
import type { Conv2d, Tensor, TensorData } from '../graph.ts';
import { multiplyMatrix } from './matrix.ts';
import type { Rescale } from './rescale.ts';

/** Gathered values at once: they and their packed form stay in a core's cache. */
const gatheredLimit = 16384;

/** Copies the window of one output pixel and one group, input zero point subtracted; padding stays 0. */
function gather(
  layer: Conv2d,
  input: Tensor,
  data: TensorData,
  row: number,
  column: number,
  group: number,
  patches: Int16Array,
  at: number,
): void {
  const [, height, width, channels] = input.shape as [number, number, number, number];
  const depth = channels / layer.groups;
  const zero = input.zeroPoint;
  let to = at;
  for (let ky = 0; ky < layer.kernel.height; ky += 1) {
    const y = row * layer.stride.height - layer.padding.top + ky * layer.dilation.height;
    for (let kx = 0; kx < layer.kernel.width; kx += 1) {
      const x = column * layer.stride.width - layer.padding.left + kx * layer.dilation.width;
      if (y < 0 || y >= height || x < 0 || x >= width) {
        patches.fill(0, to, to + depth);
        to += depth;
        continue;
      }
      let from = (y * width + x) * channels + group * depth;
      for (const end = to + depth; to < end; to += 1, from += 1) patches[to] = data[from]! - zero;
    }
  }
}

/** Windows of many output pixels become the rows of a matrix, channels are its product's columns. Source: reference_integer_ops::ConvPerChannel. */
export function conv2d(layer: Conv2d, input: Tensor, output: Tensor, data: TensorData, rescale: Rescale): Int8Array {
  const [, rows, columns, channels] = output.shape as [number, number, number, number];
  const { weights, bias, groups } = layer;
  const { multiplier, shift } = layer.requantize;
  const { min, max } = layer.clamp;
  const step = multiplier.length === 1 ? 0 : 1;
  const taps = weights.length / channels;
  const perGroup = channels / groups;
  const pixels = rows * columns;
  const most = Math.min(pixels, Math.max(8, Math.floor(gatheredLimit / taps)));
  const patches = new Int16Array(most * taps);
  const sums = new Int32Array(most * perGroup);
  const result = new Int8Array(pixels * channels);
  for (let first = 0; first < pixels; first += most) {
    const count = Math.min(most, pixels - first);
    for (let group = 0; group < groups; group += 1) {
      for (let index = 0; index < count; index += 1) {
        const pixel = first + index;
        const row = Math.floor(pixel / columns);
        gather(layer, input, data, row, pixel - row * columns, group, patches, index * taps);
      }
      multiplyMatrix(patches, weights, group * perGroup * taps, { taps, rows: count, channels: perGroup }, sums);
      for (let index = 0, from = 0; index < count; index += 1) {
        let at = (first + index) * channels + group * perGroup;
        for (let channel = group * perGroup; channel < (group + 1) * perGroup; channel += 1, at += 1, from += 1) {
          const sum = (sums[from]! + bias[channel]!) | 0;
          const scaled = rescale(sum, multiplier[channel * step]!, shift[channel * step]!);
          result[at] = clampTo(scaled + output.zeroPoint, min, max);
        }
      }
    }
  }
  return result;
}
