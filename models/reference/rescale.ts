/** How a profile applies the factor `multiplier * 2^(shift - 31)` to a sum of at most 32 bits, before the zero point is added. */
import { mbqm, mbqmWide, roundingShiftRight } from '../arithmetic.ts';
import type { Profile } from '../graph.ts';
import { rintHalfEven } from '../onnx-arithmetic.ts';

export type Rescale = (sum: number, multiplier: number, shift: number) => number;

/** A float32 product: both the sum and the factor are float32 first. Source: ONNX QuantizeLinear on a float32 accumulator. */
function floatRescale(sum: number, multiplier: number, shift: number): number {
  return rintHalfEven(Math.fround(Math.fround(sum) * (multiplier * 2 ** (shift - 31))));
}

/** The factor is 2^(shift - 1), see checkPowerOfTwo. */
function shiftRescale(sum: number, _multiplier: number, shift: number): number {
  return roundingShiftRight(sum, 1 - shift);
}

const rescales: Readonly<Record<Profile, Rescale>> = {
  'tflite-reference': mbqm,
  'onnx-qlinear': floatRescale,
  'power-of-two': shiftRescale,
};

export function rescaleOf(profile: Profile): Rescale {
  return rescales[profile];
}

/** The rescaling that goes with the bias of a layer with int16 activations. */
export function wideRescale(bias: Int32Array | Float64Array): Rescale {
  return bias instanceof Float64Array ? mbqmWide : mbqm;
}
