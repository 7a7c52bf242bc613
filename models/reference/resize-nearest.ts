import type { ResizeNearest, Tensor, TensorData } from '../graph.ts';
import { tensorElements } from '../shape.ts';
import { allocate } from '../tensor-type.ts';

/** Which input row (or column) every output row reads; float32 at every step. Source: reference_ops::GetNearestNeighbor. */
function neighbours(layer: ResizeNearest, input: number, output: number): Int32Array {
  const { alignCorners, halfPixelCenters } = layer;
  const scale = Math.fround(alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output);
  return Int32Array.from({ length: output }, (_, index) => {
    const place = Math.fround((halfPixelCenters ? index + 0.5 : index) * scale);
    return Math.min(Math.floor(alignCorners ? place + 0.5 : place), input - 1);
  });
}

/** Source: reference_ops::ResizeNearestNeighbor. */
export function resizeNearest(layer: ResizeNearest, input: Tensor, output: Tensor, data: TensorData): TensorData {
  const [batches, height, width, channels] = input.shape as [number, number, number, number];
  const rows = neighbours(layer, height, output.shape[1]!);
  const columns = neighbours(layer, width, output.shape[2]!);
  const result = allocate(output, tensorElements(output.shape));
  let at = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    for (const y of rows) {
      for (const x of columns) {
        const from = ((batch * height + y) * width + x) * channels;
        result.set(data.subarray(from, from + channels), at);
        at += channels;
      }
    }
  }
  return result;
}
