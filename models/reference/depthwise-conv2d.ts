import { clampTo, mbqm } from '../arithmetic.ts';
import type { DepthwiseConv2d, Tensor } from '../graph.ts';

/** Adds one tap of the window for all channels. `from`: input pixel, `w`: the tap's weights. */
function addTap(
  layer: DepthwiseConv2d,
  zero: number,
  data: Int8Array,
  from: number,
  w: number,
  sums: Int32Array,
): void {
  const { weights, depthMultiplier } = layer;
  const channels = sums.length;
  if (depthMultiplier === 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      sums[channel] = sums[channel]! + Math.imul(weights[w + channel]!, data[from + channel]! - zero);
    }
    return;
  }
  let channel = 0;
  for (let pixel = from; channel < channels; pixel += 1) {
    const x = data[pixel]! - zero;
    for (const end = channel + depthMultiplier; channel < end; channel += 1) {
      sums[channel] = sums[channel]! + Math.imul(weights[w + channel]!, x);
    }
  }
}

/** Source: reference_integer_ops::DepthwiseConvPerChannel. */
export function depthwiseConv2d(layer: DepthwiseConv2d, input: Tensor, output: Tensor, data: Int8Array): Int8Array {
  const [, height, width, inputChannels] = input.shape as [number, number, number, number];
  const [, rows, columns, channels] = output.shape as [number, number, number, number];
  const { kernel, stride, dilation, padding, clamp } = layer;
  const { multiplier, shift } = layer.requantize;
  const step = multiplier.length === 1 ? 0 : 1;
  const sums = new Int32Array(channels);
  const result = new Int8Array(rows * columns * channels);
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      sums.set(layer.bias);
      for (let ky = 0; ky < kernel.height; ky += 1) {
        const y = row * stride.height - padding.top + ky * dilation.height;
        if (y < 0 || y >= height) continue;
        for (let kx = 0; kx < kernel.width; kx += 1) {
          const x = column * stride.width - padding.left + kx * dilation.width;
          if (x < 0 || x >= width) continue;
          const from = (y * width + x) * inputChannels;
          addTap(layer, input.zeroPoint, data, from, (ky * kernel.width + kx) * channels, sums);
        }
      }
      for (let channel = 0; channel < channels; channel += 1, at += 1) {
        const scaled = mbqm(sums[channel]!, multiplier[channel * step]!, shift[channel * step]!);
        result[at] = clampTo(scaled + output.zeroPoint, clamp.min, clamp.max);
      }
    }
  }
  return result;
}
