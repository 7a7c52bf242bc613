import { clampTo } from '../arithmetic.ts';
import type { Conv2d, Tensor, TensorData } from '../graph.ts';
import { wideRescale } from './rescale.ts';

/** int16 activations; sums in doubles are exact for both accumulators. Source: reference_integer_ops::ConvPerChannel<AccumScalar>. */
export function conv2dInt16(layer: Conv2d, input: Tensor, output: Tensor, data: TensorData): Int16Array {
  const [, height, width, depth] = input.shape as [number, number, number, number];
  const [, rows, columns, channels] = output.shape as [number, number, number, number];
  const { weights, bias, kernel, stride, dilation, padding, groups, clamp } = layer;
  const { multiplier, shift } = layer.requantize;
  const step = multiplier.length === 1 ? 0 : 1;
  const rescale = wideRescale(bias);
  const perGroup = depth / groups;
  const result = new Int16Array(rows * columns * channels);
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      for (let channel = 0; channel < channels; channel += 1, at += 1) {
        const group = Math.floor(channel / (channels / groups));
        let sum = bias[channel]!;
        for (let ky = 0; ky < kernel.height; ky += 1) {
          const y = row * stride.height - padding.top + ky * dilation.height;
          if (y < 0 || y >= height) continue;
          for (let kx = 0; kx < kernel.width; kx += 1) {
            const x = column * stride.width - padding.left + kx * dilation.width;
            if (x < 0 || x >= width) continue;
            const pixel = (y * width + x) * depth + group * perGroup;
            const tap = ((channel * kernel.height + ky) * kernel.width + kx) * perGroup;
            for (let i = 0; i < perGroup; i += 1) sum += weights[tap + i]! * data[pixel + i]!;
          }
        }
        result[at] = clampTo(rescale(sum, multiplier[channel * step]!, shift[channel * step]!), clamp.min, clamp.max);
      }
    }
  }
  return result;
}
