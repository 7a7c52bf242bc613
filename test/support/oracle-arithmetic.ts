/** Profile A in BigInt, from the definitions of gemmlowp and TensorFlow Lite: shares nothing with models/arithmetic.ts. */

const int32Max = 2n ** 31n - 1n;
const int32Min = -(2n ** 31n);

export interface Factor {
  readonly m: bigint;
  readonly s: number;
}

/** A real number as m * 2^(s - 31), 2^30 <= |m| < 2^31. */
export function factorOf(real: number): Factor {
  if (real === 0) return { m: 0n, s: 0 };
  let q = Math.abs(real);
  let s = 0;
  for (; q >= 1; s += 1) q /= 2;
  for (; q < 0.5; s -= 1) q *= 2;
  let m = BigInt(Math.round(q * 2 ** 31));
  if (m === 2n ** 31n) {
    m /= 2n;
    s += 1;
  }
  if (s < -31) return { m: 0n, s: 0 };
  return { m: real < 0 ? -m : m, s };
}

/** Division of C: the fraction is cut. The nudge makes it round to nearest. */
export function doublingHighMultiply(a: bigint, b: bigint): bigint {
  if (a === int32Min && b === int32Min) return int32Max;
  const product = a * b;
  return (product + (product >= 0n ? 2n ** 30n : 1n - 2n ** 30n)) / 2n ** 31n;
}

/** To nearest, ties away from zero. */
export function divideByPower(x: bigint, places: number): bigint {
  const half = places === 0 ? 0n : 2n ** BigInt(places - 1);
  const size = (x < 0n ? -x : x) + half;
  const quotient = size / 2n ** BigInt(places);
  return x < 0n ? -quotient : quotient;
}

/** Two roundings, for sums of 32 bits. */
export function rescale(x: bigint, { m, s }: Factor): bigint {
  const left = x * 2n ** BigInt(Math.max(0, s));
  if (left > int32Max || left < int32Min) throw new Error(`${x} does not fit 32 bits after a shift by ${s}`);
  return divideByPower(doublingHighMultiply(left, m), Math.max(0, -s));
}

/** One rounding and a multiplier of 16 bits, for sums of 64 bits. */
export function rescaleWide(x: bigint, { m, s }: Factor): bigint {
  const reduced = m < 0x7fff0000n ? (m + 0x8000n) >> 16n : 0x7fffn;
  const places = BigInt(15 - s);
  return (x * reduced + (1n << (places - 1n))) >> places;
}

const saturate = (x: bigint): bigint => (x > int32Max ? int32Max : x < int32Min ? int32Min : x);
/** A real constant with `bits` bits before the point. */
const fixed = (real: number, bits: number): bigint => BigInt(Math.round(real * 2 ** (31 - bits)));

/** e^a for a <= 0 with `bits` before the point. */
function exponential(a: bigint, bits: number): bigint {
  if (a === 0n) return int32Max;
  const quarter = fixed(0.25, bits);
  // a = -(rest) + fraction - 1/4 with a fraction below 1/4.
  const fraction = (((a % quarter) + quarter) % quarter) - quarter;
  const x = fraction * 2n ** BigInt(bits) + fixed(1 / 8, 0);
  const square = doublingHighMultiply(x, x);
  const cube = doublingHighMultiply(square, x);
  const fourth = doublingHighMultiply(square, square);
  const inner = divideByPower(fourth, 2) + cube;
  const tail = divideByPower(doublingHighMultiply(inner, fixed(1 / 3, 0)) + square, 1);
  const base = fixed(Math.exp(-1 / 8), 0);
  let result = base + doublingHighMultiply(base, x + tail);
  const rest = (fraction - a) / quarter;
  for (let power = -2; power < bits; power += 1) {
    if ((rest >> BigInt(power + 2)) % 2n === 1n)
      result = doublingHighMultiply(result, fixed(Math.exp(-(2 ** power)), 0));
  }
  return result;
}

/** 2 / (1 + a) with two bits before the point. */
function reciprocal(a: bigint): bigint {
  const half = (a + int32Max + 1n) / 2n;
  let x = fixed(48 / 17, 2) + doublingHighMultiply(half, fixed(-32 / 17, 2));
  for (let step = 0; step < 3; step += 1) {
    const error = fixed(1, 2) - doublingHighMultiply(half, x);
    x += saturate(doublingHighMultiply(x, error) * 4n);
  }
  return x;
}

/** Of a number with 4 bits before the point. */
export function logistic(a: bigint): bigint {
  if (a === 0n) return 2n ** 30n;
  const positive = saturate(2n * reciprocal(exponential(a > 0n ? -a : a, 4)));
  return a > 0n ? positive : int32Max - positive;
}

/** Of a number with 4 bits before the point. */
export function tanh(a: bigint): bigint {
  if (a === 0n) return 0n;
  const positive = saturate(4n * (reciprocal(exponential(a > 0n ? -a : a, 5)) - fixed(1, 2)));
  return a > 0n ? positive : -positive;
}
