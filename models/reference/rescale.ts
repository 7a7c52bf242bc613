/** How a profile applies the factor `multiplier * 2^(shift - 31)` to a sum of at most 32 bits, before the zero point is added. */
import { mbqm, mbqmWide } from '../arithmetic.ts';
import type { Profile } from '../graph.ts';

export type Rescale = (sum: number, multiplier: number, shift: number) => number;

/** To the nearest whole number, halves to even; exact for every double. */
function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down;
}

/** A float32 product: both the sum and the factor are float32 first. Source: ONNX QuantizeLinear on a float32 accumulator. */
function floatRescale(sum: number, multiplier: number, shift: number): number {
  return roundHalfEven(Math.fround(Math.fround(sum) * (multiplier * 2 ** (shift - 31))));
}

export function rescaleOf(profile: Profile): Rescale {
  return profile === 'tflite-reference' ? mbqm : floatRescale;
}

/** The rescaling that goes with the bias of a layer with int16 activations. */
export function wideRescale(bias: Int32Array | Float64Array): Rescale {
  return bias instanceof Float64Array ? mbqmWide : mbqm;
}
