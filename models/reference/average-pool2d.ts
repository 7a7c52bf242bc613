import { clampTo } from '../arithmetic.ts';
import type { AveragePool2d, Tensor, TensorData } from '../graph.ts';
import { allocate } from '../tensor-type.ts';

/** Mean over the window's pixels inside the image, halves away from zero. Source: reference_integer_ops::AveragePool. */
export function averagePool2d(layer: AveragePool2d, input: Tensor, output: Tensor, data: TensorData): TensorData {
  const [, height, width, channels] = input.shape as [number, number, number, number];
  const [, rows, columns] = output.shape as [number, number, number, number];
  const { kernel, stride, padding, clamp } = layer;
  const sums = new Int32Array(channels);
  const result = allocate(output, rows * columns * channels);
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    const top = row * stride.height - padding.top;
    const y0 = Math.max(0, top);
    const y1 = Math.min(height, top + kernel.height);
    for (let column = 0; column < columns; column += 1) {
      const left = column * stride.width - padding.left;
      const x0 = Math.max(0, left);
      const x1 = Math.min(width, left + kernel.width);
      sums.fill(0);
      for (let y = y0; y < y1; y += 1) {
        for (let from = (y * width + x0) * channels, end = (y * width + x1) * channels; from < end; ) {
          for (let channel = 0; channel < channels; channel += 1, from += 1) sums[channel]! += data[from]!;
        }
      }
      const count = (y1 - y0) * (x1 - x0);
      const half = Math.trunc(count / 2);
      for (let channel = 0; channel < channels; channel += 1, at += 1) {
        const sum = sums[channel]!;
        result[at] = clampTo(Math.trunc((sum > 0 ? sum + half : sum - half) / count), clamp.min, clamp.max);
      }
    }
  }
  return result;
}
