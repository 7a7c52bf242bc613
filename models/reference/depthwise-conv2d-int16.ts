import { clampTo } from '../arithmetic.ts';
import type { DepthwiseConv2d, Tensor, TensorData } from '../graph.ts';
import { wideRescale } from './rescale.ts';

/** int16 activations. Source: reference_integer_ops::DepthwiseConvPerChannel with int16 input. */
export function depthwiseConv2dInt16(
  layer: DepthwiseConv2d,
  input: Tensor,
  output: Tensor,
  data: TensorData,
): Int16Array {
  const [, height, width, depth] = input.shape as [number, number, number, number];
  const [, rows, columns, channels] = output.shape as [number, number, number, number];
  const { weights, bias, kernel, stride, dilation, padding, depthMultiplier, clamp } = layer;
  const { multiplier, shift } = layer.requantize;
  const step = multiplier.length === 1 ? 0 : 1;
  const rescale = wideRescale(bias);
  const result = new Int16Array(rows * columns * channels);
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      for (let channel = 0; channel < channels; channel += 1, at += 1) {
        const source = Math.floor(channel / depthMultiplier);
        let sum = bias[channel]!;
        for (let ky = 0; ky < kernel.height; ky += 1) {
          const y = row * stride.height - padding.top + ky * dilation.height;
          if (y < 0 || y >= height) continue;
          for (let kx = 0; kx < kernel.width; kx += 1) {
            const x = column * stride.width - padding.left + kx * dilation.width;
            if (x < 0 || x >= width) continue;
            const weight = weights[(ky * kernel.width + kx) * channels + channel]!;
            sum += weight * data[(y * width + x) * depth + source]!;
          }
        }
        result[at] = clampTo(rescale(sum, multiplier[channel * step]!, shift[channel * step]!), clamp.min, clamp.max);
      }
    }
  }
  return result;
}
