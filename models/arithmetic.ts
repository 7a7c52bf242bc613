/**
 * Profile A: the fixed-point arithmetic of TensorFlow Lite's reference integer kernels (gemmlowp, double rounding).
 * All values are int32 held in doubles; products of two int32 are split at 16 bits, so every step stays below 2^53 and is exact.
 */

const int32Max = 2147483647;
const int32Min = -2147483648;

export interface Multiplier {
  /** 0, or in 2^30 .. 2^31 - 1. */
  readonly multiplier: number;
  /** Positive shifts left; never below -31. */
  readonly shift: number;
}

const doubleBits = new DataView(new ArrayBuffer(8));

/** A non-negative real factor as `multiplier * 2^(shift - 31)`; factors too small for 31 places become 0. Source: QuantizeMultiplier. */
export function quantizeMultiplier(real: number): Multiplier {
  doubleBits.setFloat64(0, real);
  const biased = (doubleBits.getUint32(0) >>> 20) & 0x7ff;
  // Exponent field 0 is zero or a subnormal number: far below 2^-31.
  if (biased === 0) return { multiplier: 0, shift: 0 };
  let shift = biased - 1022;
  if (shift < -32) return { multiplier: 0, shift: 0 };
  let multiplier = Math.floor((real / 2 ** shift) * 2147483648 + 0.5);
  if (multiplier === 2147483648) {
    multiplier = 1073741824;
    shift += 1;
  }
  if (shift < -31) return { multiplier: 0, shift: 0 };
  return { multiplier, shift };
}

/** Saturating rounding doubling high multiply: floor((a * b + 2^30) / 2^31), and 2^31 - 1 for the one pair that overflows. */
export function srdhm(a: number, b: number): number {
  if (a === int32Min && b === int32Min) return int32Max;
  const low = Math.floor((a * (b & 0xffff) + 1073741824) * (1 / 65536));
  return Math.floor((a * (b >> 16) + low) * (1 / 32768));
}

/** Rounding division by 2^exponent, 0 <= exponent <= 31, halves away from zero. */
export function rdpot(x: number, exponent: number): number {
  const mask = ((1 << exponent) - 1) | 0;
  const threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

/** Multiply by a quantized multiplier: `rdpot(srdhm(x * 2^max(shift, 0), multiplier), max(-shift, 0))`, the left shift wraps in 32 bits. */
export function mbqm(x: number, multiplier: number, shift: number): number {
  const left = shift > 0 ? x << shift : x;
  if (left > -4194304 && left < 4194304) {
    // The product stays below 2^53.
    const exact = Math.floor((left * multiplier + 1073741824) * (1 / 2147483648));
    return shift < 0 ? rdpot(exact, -shift) : exact;
  }
  // srdhm without its saturation: a multiplier is never negative.
  const low = Math.floor((left * (multiplier & 0xffff) + 1073741824) * (1 / 65536));
  const high = Math.floor((left * (multiplier >> 16) + low) * (1 / 32768));
  return shift < 0 ? rdpot(high, -shift) : high;
}

/**
 * The same for sums of up to 48 bits (int16 activations with a 64-bit accumulator): the multiplier is rounded to 16 bits and the
 * product once, half up. `shift` is at most 7 and the result must fit 32 bits.
 */
export function mbqmWide(x: number, multiplier: number, shift: number): number {
  const reduced = multiplier < 0x7fff0000 ? (multiplier + 0x8000) >> 16 : 0x7fff;
  const places = 15 - shift;
  // Split at 24 bits, so that both products stay exact in a double.
  const high = Math.floor(x / 16777216);
  const low = (x - high * 16777216) * reduced + 2 ** (places - 1);
  if (places < 24) return high * reduced * 2 ** (24 - places) + Math.floor(low / 2 ** places);
  return Math.floor((high * reduced + Math.floor(low / 16777216)) / 2 ** (places - 24));
}

/** x / 2^places rounded to nearest, halves away from zero, in one step; |x| <= 2^31, 0 <= places <= 32. */
export function roundingShiftRight(x: number, places: number): number {
  return roundHalfAway(x / 2 ** places);
}

export function clampTo(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

function roundHalfAway(x: number): number {
  return x < 0 ? -Math.floor(-x + 0.5) : Math.floor(x + 0.5);
}

export type Activation = 'none' | 'relu' | 'reluN1To1' | 'relu6';

/**
 * The range a fused activation leaves, for an output of this float32 scale and of int8 (or of the type whose smallest value is
 * `lowest`). Source: CalculateActivationRangeQuantized.
 */
export function activationRange(
  activation: Activation,
  scale: number,
  zeroPoint: number,
  lowest = -128,
): { min: number; max: number } {
  const highest = -1 - lowest;
  const quantized = (real: number): number => zeroPoint + roundHalfAway(Math.fround(real / scale));
  const lower = activation === 'none' ? lowest : quantized(activation === 'reluN1To1' ? -1 : 0);
  const upper = activation === 'relu6' ? quantized(6) : activation === 'reluN1To1' ? quantized(1) : highest;
  return { min: Math.max(lowest, lower), max: Math.min(highest, upper) };
}

export interface AxisPadding {
  readonly output: number;
  readonly before: number;
  readonly after: number;
}

/** Output size and padding along one axis; an odd pixel goes after. The output is 0 or less where a VALID window does not fit. */
export function resolvePadding(
  mode: 'same' | 'valid',
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
): AxisPadding {
  const extent = (kernel - 1) * dilation + 1;
  if (mode === 'valid') return { output: Math.ceil((input - extent + 1) / stride), before: 0, after: 0 };
  const output = Math.ceil(input / stride);
  const total = Math.max(0, (output - 1) * stride + extent - input);
  const before = Math.floor(total / 2);
  return { output, before, after: total - before };
}

const expFactors = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242] as const;

/** e^a for a <= 0 with `integerBits` (4 or 5) before the point: Q5.26 or Q4.27; the result is Q0.31. Source: gemmlowp exp_on_negative_values. */
export function expOnNegativeValues(a: number, integerBits = 5): number {
  if (a === 0) return int32Max;
  const quarterPlaces = 29 - integerBits;
  const quarter = (a & ((1 << quarterPlaces) - 1)) - (1 << quarterPlaces);
  const x = (quarter << integerBits) + 268435456;
  const x2 = srdhm(x, x);
  const x3 = srdhm(x2, x);
  const x4 = srdhm(x2, x2);
  const tail = rdpot(srdhm(rdpot(x4, 2) + x3, 715827883) + x2, 1);
  let result = 1895147668 + srdhm(1895147668, x + tail);
  const rest = quarter - a;
  for (let bit = 0; bit < integerBits + 2; bit += 1) {
    if ((rest >> (quarterPlaces + bit)) & 1) result = srdhm(result, expFactors[bit]!);
  }
  return result;
}

function saturatingShiftLeft(x: number, places: number): number {
  return clampTo(x * 2 ** places, int32Min, int32Max);
}

/** 2 / (1 + a) in Q2.29 for a in [0, 1) in Q0.31, by three Newton steps. */
function twoOverOnePlusX(a: number): number {
  const half = Math.floor((a + 2147483648) / 2);
  let x = 1515870810 + srdhm(half, -1010580540);
  for (let step = 0; step < 3; step += 1) {
    const error = 536870912 - srdhm(half, x);
    x += saturatingShiftLeft(srdhm(x, error), 2);
  }
  return x;
}

/** 1 / (1 + a) for a in [0, 1), both Q0.31. Source: gemmlowp one_over_one_plus_x_for_x_in_0_1. */
export function oneOverOnePlusX(a: number): number {
  return saturatingShiftLeft(twoOverOnePlusX(a), 1);
}

/** (1 - a) / (1 + a) for a in [0, 1), both Q0.31. Source: gemmlowp one_minus_x_over_one_plus_x_for_x_in_0_1. */
export function oneMinusXOverOnePlusX(a: number): number {
  return saturatingShiftLeft(twoOverOnePlusX(a) - 536870912, 2);
}

/** Fixed-point constants of softmax, or null when `beta * scale` is too small for them. Source: PreprocessSoftmaxScaling. */
export function softmaxScaling(
  beta: number,
  scale: number,
): { multiplier: number; leftShift: number; diffMin: number } | null {
  const real = Math.min(beta * scale * 2 ** 26, int32Max);
  if (!(real > 1)) return null;
  const { multiplier, shift } = quantizeMultiplier(real);
  const radius = Math.floor((31 * 2 ** 26) / 2 ** shift);
  return { multiplier, leftShift: shift, diffMin: radius === 0 ? 0 : -radius };
}
