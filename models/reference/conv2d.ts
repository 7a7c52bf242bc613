import { clampTo } from '../arithmetic.ts';
import type { Conv2d, Tensor, TensorData } from '../graph.ts';
import type { Rescale } from './rescale.ts';

/** Copies the window of one output pixel and one group, input zero point subtracted; padding stays 0. */
function gather(
  layer: Conv2d,
  input: Tensor,
  data: TensorData,
  row: number,
  column: number,
  group: number,
  patch: Int32Array,
): void {
  const [, height, width, channels] = input.shape as [number, number, number, number];
  const depth = channels / layer.groups;
  const zero = input.zeroPoint;
  let to = 0;
  for (let ky = 0; ky < layer.kernel.height; ky += 1) {
    const y = row * layer.stride.height - layer.padding.top + ky * layer.dilation.height;
    for (let kx = 0; kx < layer.kernel.width; kx += 1) {
      const x = column * layer.stride.width - layer.padding.left + kx * layer.dilation.width;
      if (y < 0 || y >= height || x < 0 || x >= width) {
        patch.fill(0, to, to + depth);
        to += depth;
        continue;
      }
      let from = (y * width + x) * channels + group * depth;
      for (const end = to + depth; to < end; to += 1, from += 1) patch[to] = data[from]! - zero;
    }
  }
}

/** Source: reference_integer_ops::ConvPerChannel. */
export function conv2d(layer: Conv2d, input: Tensor, output: Tensor, data: TensorData, rescale: Rescale): Int8Array {
  const [, rows, columns, channels] = output.shape as [number, number, number, number];
  const { weights, bias, groups } = layer;
  const { multiplier, shift } = layer.requantize;
  const step = multiplier.length === 1 ? 0 : 1;
  const taps = weights.length / channels;
  const perGroup = channels / groups;
  const patch = new Int32Array(taps);
  const result = new Int8Array(rows * columns * channels);
  const finish = (sum: number, channel: number): number =>
    clampTo(
      rescale(sum, multiplier[channel * step]!, shift[channel * step]!) + output.zeroPoint,
      layer.clamp.min,
      layer.clamp.max,
    );
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      for (let group = 0; group < groups; group += 1) {
        gather(layer, input, data, row, column, group, patch);
        let channel = group * perGroup;
        const end = channel + perGroup;
        // Four channels at once: each gathered value is loaded once for four products.
        for (; channel + 4 <= end; channel += 4) {
          const w0 = channel * taps;
          const w1 = w0 + taps;
          const w2 = w1 + taps;
          const w3 = w2 + taps;
          let a0 = bias[channel]!;
          let a1 = bias[channel + 1]!;
          let a2 = bias[channel + 2]!;
          let a3 = bias[channel + 3]!;
          for (let tap = 0; tap < taps; tap += 1) {
            const x = patch[tap]!;
            a0 = (a0 + Math.imul(weights[w0 + tap]!, x)) | 0;
            a1 = (a1 + Math.imul(weights[w1 + tap]!, x)) | 0;
            a2 = (a2 + Math.imul(weights[w2 + tap]!, x)) | 0;
            a3 = (a3 + Math.imul(weights[w3 + tap]!, x)) | 0;
          }
          result[at] = finish(a0, channel);
          result[at + 1] = finish(a1, channel + 1);
          result[at + 2] = finish(a2, channel + 2);
          result[at + 3] = finish(a3, channel + 3);
          at += 4;
        }
        for (; channel < end; channel += 1) {
          let sum = bias[channel]!;
          for (let tap = 0, w = channel * taps; tap < taps; tap += 1, w += 1) {
            sum = (sum + Math.imul(weights[w]!, patch[tap]!)) | 0;
          }
          result[at] = finish(sum, channel);
          at += 1;
        }
      }
    }
  }
  return result;
}
