import { Fault } from '../specs/fault.ts';
import type { Range } from './statistics.ts';

/** How real numbers map to int8: real = scale * (q - zeroPoint). `scale` is a float32 held in a double. */
export interface Quantization {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** The smallest normal float32: scales below it lose their digits. */
export const smallestScale = 2 ** -126;

/**
 * Asymmetric int8 for a measured range, as TensorFlow Lite does: the range is first widened to hold 0, so that 0 is
 * represented exactly (padding and ReLU need that), then spread over the 255 steps. A tensor that is always 0 gets scale 1.
 */
export function quantizeRange(range: Range, place: string): Quantization {
  const min = Math.min(0, range.min);
  const max = Math.max(0, range.max);
  if (min === 0 && max === 0) return { scale: 1, zeroPoint: 0 };
  const scale = Math.fround((max - min) / 255);
  if (!(scale >= smallestScale && scale < Number.POSITIVE_INFINITY)) {
    throw new Fault({
      code: 'QUANTIZE_RANGE',
      place,
      cause: `its values span ${range.min} to ${range.max}, for which a float32 scale does not exist`,
      wayOut: 'rescale the network so that activations stay between 1e-30 and 1e+30 in size',
    });
  }
  // -0 would be a surprise for everyone who compares with Object.is.
  const zeroPoint = Math.min(127, Math.max(-128, Math.round(-128 - min / scale))) + 0;
  return { scale, zeroPoint };
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
