import { clampTo, expOnNegativeValues, oneOverOnePlusX, rdpot, srdhm } from '../arithmetic.ts';
import type { Softmax, Tensor, TensorData } from '../graph.ts';

/** Softmax over the last axis. Source: reference_ops::Softmax, int8 to int8. */
export function softmax(layer: Softmax, input: Tensor, data: TensorData): Int8Array {
  const depth = input.shape[input.shape.length - 1]!;
  const result = new Int8Array(data.length);
  const exponential = (difference: number): number =>
    expOnNegativeValues(srdhm(difference << layer.leftShift, layer.multiplier));
  for (let start = 0; start < data.length; start += depth) {
    const row = data.subarray(start, start + depth);
    let max = -128;
    for (const x of row) max = Math.max(max, x);
    let sum = 0;
    for (const x of row) {
      if (x - max >= layer.diffMin) sum += rdpot(exponential(x - max), 12);
    }
    const headroom = Math.clz32(sum);
    const reciprocal = oneOverOnePlusX(((sum << headroom) >>> 0) - 2147483648);
    const places = 12 - headroom + 23;
    for (let i = 0; i < depth; i += 1) {
      const difference = row[i]! - max;
      // More than 31 places leave nothing of a 31-bit value.
      const share = places > 31 || difference < layer.diffMin ? 0 : srdhm(reciprocal, exponential(difference));
      result[start + i] = clampTo((share === 0 ? 0 : rdpot(share, places)) - 128, -128, 127);
    }
  }
  return result;
}
