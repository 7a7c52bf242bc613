import { clampTo, mbqm } from '../arithmetic.ts';
import type { FullyConnected, Tensor } from '../graph.ts';

/** Source: reference_integer_ops::FullyConnected and FullyConnectedPerChannel. */
export function fullyConnected(layer: FullyConnected, input: Tensor, output: Tensor, data: Int8Array): Int8Array {
  const { weights, bias, weightZeroPoint, clamp } = layer;
  const { multiplier, shift } = layer.requantize;
  const step = multiplier.length === 1 ? 0 : 1;
  const inputs = data.length;
  const centred = new Int32Array(inputs);
  for (let i = 0; i < inputs; i += 1) centred[i] = data[i]! - input.zeroPoint;
  const result = new Int8Array(bias.length);
  for (let channel = 0, w = 0; channel < bias.length; channel += 1) {
    let sum = bias[channel]!;
    for (let i = 0; i < inputs; i += 1, w += 1) {
      sum = (sum + Math.imul(weights[w]! - weightZeroPoint, centred[i]!)) | 0;
    }
    const scaled = mbqm(sum, multiplier[channel * step]!, shift[channel * step]!);
    result[channel] = clampTo(scaled + output.zeroPoint, clamp.min, clamp.max);
  }
  return result;
}
