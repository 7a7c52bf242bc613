/** How a profile applies the factor `multiplier * 2^(shift - 31)` to a sum of at most 32 bits, before the zero point is added. */
import { mbqm, mbqmWide } from '../arithmetic.ts';
import type { Profile } from '../graph.ts';
import { rintHalfEven } from '../onnx-arithmetic.ts';

export type Rescale = (sum: number, multiplier: number, shift: number) => number;

/** A float32 product: both the sum and the factor are float32 first. Source: ONNX QuantizeLinear on a float32 accumulator. */
function floatRescale(sum: number, multiplier: number, shift: number): number {
  return rintHalfEven(Math.fround(Math.fround(sum) * (multiplier * 2 ** (shift - 31))));
}

export function rescaleOf(profile: Profile): Rescale {
  return profile === 'tflite-reference' ? mbqm : floatRescale;
}

/** The rescaling that goes with the bias of a layer with int16 activations. */
export function wideRescale(bias: Int32Array | Float64Array): Rescale {
  return bias instanceof Float64Array ? mbqmWide : mbqm;
}
