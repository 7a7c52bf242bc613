import { clampTo, mbqm } from '../arithmetic.ts';
import type { Quantize, Tensor } from '../graph.ts';

/** Source: reference_ops::Requantize, int8 to int8. */
export function quantize(layer: Quantize, input: Tensor, output: Tensor, data: Int8Array): Int8Array {
  const multiplier = layer.requantize.multiplier[0]!;
  const shift = layer.requantize.shift[0]!;
  const { min, max } = layer.clamp;
  return Int8Array.from(data, (x) =>
    clampTo(mbqm(x - input.zeroPoint, multiplier, shift) + output.zeroPoint, min, max),
  );
}
