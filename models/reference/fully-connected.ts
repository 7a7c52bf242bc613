import { clampTo } from '../arithmetic.ts';
import type { FullyConnected, Tensor, TensorData } from '../graph.ts';
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
  const inputs = weights.length / channels;
  const rows = data.length / inputs;
  const centred = new Int32Array(inputs);
  const result = new Int8Array(rows * channels);
  for (let row = 0, at = 0; row < rows; row += 1) {
    for (let i = 0; i < inputs; i += 1) centred[i] = data[row * inputs + i]! - input.zeroPoint;
    for (let channel = 0, w = 0; channel < channels; channel += 1, at += 1) {
      let sum = bias[channel]!;
      for (let i = 0; i < inputs; i += 1, w += 1) {
        sum = (sum + Math.imul(weights[w]! - weightZeroPoint, centred[i]!)) | 0;
      }
      const scaled = rescale(sum, multiplier[channel * step]!, shift[channel * step]!);
      result[at] = clampTo(scaled + output.zeroPoint, clamp.min, clamp.max);
    }
  }
  return result;
}
