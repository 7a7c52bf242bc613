import { Fault } from '../specs/fault.ts';
import type { Range } from './statistics.ts';

/** How real numbers map to int8: real = scale * (q - zeroPoint). `scale` is a float32 held in a double. */
export interface Quantization {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** The smallest normal float32: scales below it lose their digits. */
export const smallestScale = 2 ** -126;

/** The smallest power of two that is not below a positive number. */
export function powerOfTwoFrom(value: number): number {
  let power = 2 ** Math.ceil(Math.log2(value));
  while (power < value) power *= 2;
  while (power / 2 >= value) power /= 2;
  return power;
}

/**
 * Asymmetric int8 for a measured range, as TensorFlow Lite does: the range is first widened to hold 0, so that 0 is
 * represented exactly (padding and ReLU need that), then spread over the 255 steps. A tensor that is always 0 gets scale 1.
 * `powerOfTwo`: the smallest such scale with which the range spans at most 256 steps (an end may then saturate by one step).
 */
export function quantizeRange(range: Range, place: string, powerOfTwo = false): Quantization {
  const min = Math.min(0, range.min);
  const max = Math.max(0, range.max);
  if (min === 0 && max === 0) return { scale: 1, zeroPoint: 0 };
  const scale = powerOfTwo ? powerOfTwoFrom((max - min) / 256) : Math.fround((max - min) / 255);
  if (!(scale >= smallestScale && Math.fround(scale) < Number.POSITIVE_INFINITY)) {
    throw new Fault({
      code: 'QUANTIZE_RANGE',
      place,
      cause: `its values span ${range.min} to ${range.max}, for which a float32 scale does not exist`,
      wayOut: 'rescale the network so that activations stay between 1e-30 and 1e+30 in size',
    });
  }
  return { scale, zeroPoint: zeroPointOf(min, scale) };
}

/** The zero point with which the lowest value falls on -128, or as near as int8 allows. */
export function zeroPointOf(min: number, scale: number): number {
  // -0 would be a surprise for everyone who compares with Object.is.
  return Math.min(127, Math.max(-128, Math.round(-128 - min / scale))) + 0;
}

/** The nearest int8, saturating; halves away from zero, as TensorFlow Lite's converter rounds. */
export function quantizeValue(value: number, { scale, zeroPoint }: Quantization): number {
  const steps = value / scale;
  const rounded = steps < 0 ? -Math.floor(0.5 - steps) : Math.floor(steps + 0.5);
  return Math.min(127, Math.max(-128, rounded + zeroPoint));
}

export function quantizeValues(values: Float32Array, quantization: Quantization): Int8Array {
  return Int8Array.from(values, (value) => quantizeValue(value, quantization));
}
