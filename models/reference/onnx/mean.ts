import { stridesOf, walk } from '../../broadcast.ts';
import type { AveragePool2d, Clamp, Mean, Tensor, TensorData } from '../../graph.ts';
import { quantized } from '../../onnx-arithmetic.ts';
import { tensorElements } from '../../shape.ts';
import { allocate, lowestOf } from '../../tensor-type.ts';
import { realTable } from './elementwise.ts';

/** A sum of float32 values of one scale is exact in double for any tensor that fits memory; the quotient is rounded to float32 once. */
function finish(sum: number, count: number, output: Tensor, { min, max }: Clamp): number {
  return quantized(Math.fround(sum / count), output.scale, output.zeroPoint, min, max);
}

/** QuantizeLinear(AveragePool(DequantizeLinear(x))) over the pixels inside the image; input and output may have different scales. */
export function averagePool2d(layer: AveragePool2d, input: Tensor, output: Tensor, data: TensorData): TensorData {
  const [, height, width, channels] = input.shape as [number, number, number, number];
  const [, rows, columns] = output.shape as [number, number, number, number];
  const { kernel, stride, padding, clamp } = layer;
  const real = realTable(input);
  const lowest = lowestOf(input);
  const sums = new Float64Array(channels);
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
          for (let channel = 0; channel < channels; channel += 1, from += 1)
            sums[channel]! += real[data[from]! - lowest]!;
        }
      }
      const count = (y1 - y0) * (x1 - x0);
      for (let channel = 0; channel < channels; channel += 1, at += 1) {
        result[at] = finish(sums[channel]!, count, output, clamp);
      }
    }
  }
  return result;
}

/** QuantizeLinear(ReduceMean(DequantizeLinear(x))). */
export function mean(layer: Mean, input: Tensor, output: Tensor, data: TensorData): TensorData {
  const kept = input.shape.map((size, axis) => (layer.axes.includes(axis) ? 1 : size));
  const strides = stridesOf(kept).map((stride, axis) => (layer.axes.includes(axis) ? 0 : stride));
  const places = walk(input.shape, strides, 0);
  const real = realTable(input);
  const lowest = lowestOf(input);
  const result = allocate(output, tensorElements(output.shape));
  const sums = new Float64Array(result.length);
  for (let i = 0; i < data.length; i += 1) sums[places[i]!]! += real[data[i]! - lowest]!;
  const count = data.length / result.length;
  for (const [i, sum] of sums.entries()) result[i] = finish(sum, count, output, layer.clamp);
  return result;
}
