import { clampTo } from '../arithmetic.ts';
import type { FullyConnected, Tensor, TensorData } from '../graph.ts';
import { multiplyRow } from './matrix.ts';
import type { Rescale } from './rescale.ts';

/** Source: reference_integer_ops::FullyConnected and FullyConnectedPerChannel. */
export function fullyConnected(
  layer: FullyConnected,
  input: Tensor,
  output: Tensor,
  data: TensorData,
  rescale: Rescale,
): Int8Array {
  const { weights, bias, weightZeroPoint, clamp } = layer;
  const { multiplier, shift } = layer.requantize;
  const step = multiplier.length === 1 ? 0 : 1;
  const channels = bias.length;
  const taps = weights.length / channels;
  const rows = data.length / taps;
  const centred = new Int16Array(data.length);
  for (let i = 0; i < data.length; i += 1) centred[i] = data[i]! - input.zeroPoint;
  const sums = new Int32Array(rows * channels);
  for (let row = 0; row < rows; row += 1) {
    const values = centred.subarray(row * taps, (row + 1) * taps);
    multiplyRow(values, weights, 0, { taps, channels }, sums.subarray(row * channels, (row + 1) * channels));
  }
  const result = new Int8Array(rows * channels);
  for (let row = 0, at = 0; row < rows; row += 1) {
    // A weight zero point is taken off every weight: that often the sum of the row's values.
    let total = 0;
    if (weightZeroPoint !== 0) for (let tap = 0; tap < taps; tap += 1) total += centred[row * taps + tap]!;
    const offset = weightZeroPoint * total;
    for (let channel = 0; channel < channels; channel += 1, at += 1) {
      const sum = (sums[at]! - offset + bias[channel]!) | 0;
      const scaled = rescale(sum, multiplier[channel * step]!, shift[channel * step]!);
      result[at] = clampTo(scaled + output.zeroPoint, clamp.min, clamp.max);
    }
  }
  return result;
}
