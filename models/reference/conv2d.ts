import { clampTo } from '../arithmetic.ts';
import type { Conv2d, Tensor, TensorData } from '../graph.ts';
import { multiplyPairs, multiplyRow, pairable, pairUnit } from './matrix.ts';
import type { Rescale } from './rescale.ts';

/** Gathered doubles at once: they stay in a core's cache. */
const gatheredLimit = 8192;

/** Adds `unit` times the window of one output pixel and one group, input zero point subtracted, to `window`; taps outside add 0. */
function gather(
  layer: Conv2d,
  input: Tensor,
  data: TensorData,
  { pixel, columns, group }: { readonly pixel: number; readonly columns: number; readonly group: number },
  unit: number,
  window: Float64Array,
  at: number,
): void {
  const [, height, width, channels] = input.shape as [number, number, number, number];
  const depth = channels / layer.groups;
  const zero = input.zeroPoint;
  const row = Math.floor(pixel / columns);
  const top = row * layer.stride.height - layer.padding.top;
  const left = (pixel - row * columns) * layer.stride.width - layer.padding.left;
  let to = at;
  for (let ky = 0; ky < layer.kernel.height; ky += 1) {
    const y = top + ky * layer.dilation.height;
    for (let kx = 0; kx < layer.kernel.width; kx += 1) {
      const x = left + kx * layer.dilation.width;
      if (y < 0 || y >= height || x < 0 || x >= width) {
        to += depth;
        continue;
      }
      let from = (y * width + x) * channels + group * depth;
      for (const end = to + depth; to < end; to += 1, from += 1) window[to] = window[to]! + (data[from]! - zero) * unit;
    }
  }
}

/** Sums of `count` output pixels from `first` on, for the channels of one group: [count, channels of the group]. */
type Sums = (first: number, count: number, group: number, sums: Int32Array) => void;

/** Windows of two pixels in one double, all windows as the rows of a matrix. */
function pairedSums(layer: Conv2d, input: Tensor, output: Tensor, data: TensorData, taps: number, most: number): Sums {
  const columns = output.shape[2]!;
  const channels = output.shape[3]! / layer.groups;
  const packed = new Float64Array((most / 2) * taps);
  const weights = new Float64Array(layer.weights);
  return (first, count, group, sums) => {
    packed.fill(0);
    for (let index = 0; index < count; index += 1) {
      const unit = index % 2 === 0 ? 1 : pairUnit;
      gather(layer, input, data, { pixel: first + index, columns, group }, unit, packed, (index >> 1) * taps);
    }
    const used = weights.subarray(group * channels * taps, (group + 1) * channels * taps);
    multiplyPairs(packed, used, { taps, pairs: (count + 1) >> 1, channels }, sums);
  };
}

/** One pixel after the other in 32-bit integers: windows too large for pairs. */
function singleSums(layer: Conv2d, input: Tensor, output: Tensor, data: TensorData, taps: number): Sums {
  const columns = output.shape[2]!;
  const channels = output.shape[3]! / layer.groups;
  const window = new Float64Array(taps);
  const values = new Int16Array(taps);
  return (first, count, group, sums) => {
    for (let index = 0; index < count; index += 1) {
      window.fill(0);
      gather(layer, input, data, { pixel: first + index, columns, group }, 1, window, 0);
      values.set(window);
      const into = sums.subarray(index * channels, (index + 1) * channels);
      multiplyRow(values, layer.weights, group * channels * taps, { taps, channels }, into);
    }
  };
}

/** Source: reference_integer_ops::ConvPerChannel. */
export function conv2d(layer: Conv2d, input: Tensor, output: Tensor, data: TensorData, rescale: Rescale): Int8Array {
  const [, rows, columns, channels] = output.shape as [number, number, number, number];
  const { bias, groups } = layer;
  const { multiplier, shift } = layer.requantize;
  const { min, max } = layer.clamp;
  const step = multiplier.length === 1 ? 0 : 1;
  const taps = layer.weights.length / channels;
  const perGroup = channels / groups;
  const pixels = rows * columns;
  // An even number of at least eight: four pairs are multiplied at a time.
  const most = Math.max(8, 2 * Math.floor(gatheredLimit / taps));
  const magnitude = Math.max(127 - input.zeroPoint, input.zeroPoint + 128);
  const sumsOf = pairable(taps, magnitude)
    ? pairedSums(layer, input, output, data, taps, most)
    : singleSums(layer, input, output, data, taps);
  const sums = new Int32Array(most * perGroup);
  const result = new Int8Array(pixels * channels);
  for (let first = 0; first < pixels; first += most) {
    const count = Math.min(most, pixels - first);
    for (let group = 0; group < groups; group += 1) {
      sumsOf(first, count, group, sums);
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
