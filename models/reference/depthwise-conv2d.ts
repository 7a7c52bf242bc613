import { clampTo } from '../arithmetic.ts';
import type { DepthwiseConv2d, Tensor, TensorData } from '../graph.ts';
import type { Rescale } from './rescale.ts';

/** The taps of one window that lie inside the image: where each pixel and each tap's weights begin. */
interface Taps {
  count: number;
  readonly pixel: Int32Array;
  readonly weight: Int32Array;
}

function findTaps(
  layer: DepthwiseConv2d,
  input: Tensor,
  output: Tensor,
  row: number,
  column: number,
  taps: Taps,
): void {
  const [, height, width, channels] = input.shape as [number, number, number, number];
  const { kernel, stride, dilation, padding } = layer;
  const outputChannels = output.shape[3]!;
  taps.count = 0;
  for (let ky = 0; ky < kernel.height; ky += 1) {
    const y = row * stride.height - padding.top + ky * dilation.height;
    if (y < 0 || y >= height) continue;
    for (let kx = 0; kx < kernel.width; kx += 1) {
      const x = column * stride.width - padding.left + kx * dilation.width;
      if (x < 0 || x >= width) continue;
      taps.pixel[taps.count] = (y * width + x) * channels;
      taps.weight[taps.count] = (ky * kernel.width + kx) * outputChannels;
      taps.count += 1;
    }
  }
}

/** Source: reference_integer_ops::DepthwiseConvPerChannel. */
export function depthwiseConv2d(
  layer: DepthwiseConv2d,
  input: Tensor,
  output: Tensor,
  data: TensorData,
  rescale: Rescale,
): Int8Array {
  const [, rows, columns, channels] = output.shape as [number, number, number, number];
  const { weights, bias, depthMultiplier, kernel } = layer;
  const { multiplier, shift } = layer.requantize;
  const { min, max } = layer.clamp;
  const step = multiplier.length === 1 ? 0 : 1;
  const zero = input.zeroPoint;
  const size = kernel.height * kernel.width;
  const taps: Taps = { count: 0, pixel: new Int32Array(size), weight: new Int32Array(size) };
  const { pixel, weight } = taps;
  const result = new Int8Array(rows * columns * channels);
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      findTaps(layer, input, output, row, column, taps);
      const { count } = taps;
      let source = 0;
      for (let channel = 0, copies = depthMultiplier; channel < channels; channel += 1, at += 1) {
        let sum = bias[channel]!;
        for (let tap = 0; tap < count; tap += 1) {
          sum = (sum + Math.imul(weights[weight[tap]! + channel]!, data[pixel[tap]! + source]! - zero)) | 0;
        }
        const scaled = rescale(sum, multiplier[channel * step]!, shift[channel * step]!);
        result[at] = clampTo(scaled + output.zeroPoint, min, max);
        copies -= 1;
        if (copies === 0) {
          source += 1;
          copies = depthMultiplier;
        }
      }
    }
  }
  return result;
}
