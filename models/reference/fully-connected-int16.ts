import { clampTo } from '../arithmetic.ts';
import type { FullyConnected, TensorData } from '../graph.ts';
import { wideRescale } from './rescale.ts';

/** int16 activations. Source: reference_integer_ops::FullyConnected with int16 input. */
export function fullyConnectedInt16(layer: FullyConnected, data: TensorData): Int16Array {
  const { weights, bias, weightZeroPoint, clamp } = layer;
  const { multiplier, shift } = layer.requantize;
  const step = multiplier.length === 1 ? 0 : 1;
  const rescale = wideRescale(bias);
  const channels = bias.length;
  const inputs = weights.length / channels;
  const rows = data.length / inputs;
  const result = new Int16Array(rows * channels);
  for (let row = 0, at = 0; row < rows; row += 1) {
    for (let channel = 0, w = 0; channel < channels; channel += 1, at += 1) {
      let sum = bias[channel]!;
      for (let i = 0; i < inputs; i += 1, w += 1) {
        sum += (weights[w]! - weightZeroPoint) * data[row * inputs + i]!;
      }
      result[at] = clampTo(rescale(sum, multiplier[channel * step]!, shift[channel * step]!), clamp.min, clamp.max);
    }
  }
  return result;
}
