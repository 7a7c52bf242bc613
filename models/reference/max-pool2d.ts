import { clampTo } from '../arithmetic.ts';
import type { MaxPool2d, Tensor, TensorData } from '../graph.ts';
import { allocate } from '../tensor-type.ts';

/** Largest value over the window's pixels inside the image. Source: reference_integer_ops::MaxPool. */
export function maxPool2d(layer: MaxPool2d, input: Tensor, output: Tensor, data: TensorData): TensorData {
  const [, height, width, channels] = input.shape as [number, number, number, number];
  const [, rows, columns] = output.shape as [number, number, number, number];
  const { kernel, stride, padding, clamp } = layer;
  const largest = new Int32Array(channels);
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
      largest.fill(clamp.min);
      for (let y = y0; y < y1; y += 1) {
        for (let from = (y * width + x0) * channels, end = (y * width + x1) * channels; from < end; ) {
          for (let channel = 0; channel < channels; channel += 1, from += 1) {
            if (data[from]! > largest[channel]!) largest[channel] = data[from]!;
          }
        }
      }
      for (let channel = 0; channel < channels; channel += 1, at += 1) {
        result[at] = clampTo(largest[channel]!, clamp.min, clamp.max);
      }
    }
  }
  return result;
}
