/** Tables of one-operand functions as TensorFlow Lite Micro's reference kernels compute them (profile A). */
import {
  clampTo,
  expOnNegativeValues,
  mbqm,
  oneMinusXOverOnePlusX,
  oneOverOnePlusX,
  quantizeMultiplier,
  rdpot,
} from './arithmetic.ts';
import type { Tensor, TensorData } from './graph.ts';
import { sigmoidAt } from './sigmoid-table.ts';
import { allocate, highestOf, lowestOf } from './tensor-type.ts';

type Quantized = Pick<Tensor, 'type' | 'scale' | 'zeroPoint'>;

function tabulate(input: Quantized, output: Quantized, f: (q: number) => number): TensorData {
  const lowest = lowestOf(input);
  const table = allocate(output, highestOf(input) - lowest + 1);
  for (let at = 0; at < table.length; at += 1) table[at] = f(at + lowest);
  return table;
}

/** 1 / (1 + e^-a), a in Q4.27, the result Q0.31. Source: gemmlowp logistic. */
function logistic(a: number): number {
  if (a === 0) return 1073741824;
  const positive = oneOverOnePlusX(expOnNegativeValues(a > 0 ? -a : a, 4));
  return a > 0 ? positive : 2147483647 - positive;
}

/** tanh a, a in Q4.27, the result Q0.31. Source: gemmlowp tanh. */
function tanh(a: number): number {
  if (a === 0) return 0;
  // Read with one place more before the point, a is 2a.
  const magnitude = oneMinusXOverOnePlusX(expOnNegativeValues(a > 0 ? -a : a, 5));
  return a > 0 ? magnitude : -magnitude;
}

/** A function of an int8 input brought to Q4.27; beyond the range of that format the output is at its ends. */
function fixedPointTable(input: Quantized, output: Quantized, f: (a: number) => number): TensorData {
  const { multiplier, shift } = quantizeMultiplier(input.scale * 2 ** 27);
  const radius = Math.floor((15 * 2 ** 27) / 2 ** shift);
  return tabulate(input, output, (q) => {
    const x = q - input.zeroPoint;
    if (x <= -radius) return -128;
    if (x >= radius) return 127;
    return clampTo(f(mbqm(x, multiplier, shift)), -128, 127);
  });
}

/** How an int16 input is brought to steps of 1/12288, of which the table of the logistic function has every 512th. */
interface Steps {
  readonly multiplier: number;
  readonly shift: number;
}

/** `powers`: which scales, as powers of two above 2^-12, need no rounding. Null where the scale is too large. */
function stepsOf(scale: number, powers: readonly number[]): Steps | null {
  const logarithm = Math.log2(scale);
  const left = 12 + Math.round(logarithm);
  if (Math.abs(logarithm - Math.round(logarithm)) < 1e-3 && powers.includes(left)) {
    return { multiplier: 3 << left, shift: 0 };
  }
  let multiplier = scale * 4096 * 3;
  let shift = 0;
  while (multiplier <= 32767 / 2 && shift <= 30) {
    shift += 1;
    multiplier *= 2;
  }
  return multiplier < 32768 ? { multiplier: Math.trunc(multiplier), shift } : null;
}

function inSteps(q: number, { multiplier, shift }: Steps): number {
  return Math.floor((q * multiplier + (shift > 0 ? 2 ** (shift - 1) : 0)) / 2 ** shift);
}

/** A function of int16 by straight lines between 256 points of the logistic function. */
export interface Interpolation extends Steps {
  /** Steps between two points: 2^fraction. */
  readonly fraction: number;
  /** Values at the points; from the last one on the function stays there. */
  readonly points: Int32Array;
  /** The value v, with `fraction` places, becomes (v + above) >> places for inputs of 0 and more, (below - v) >> places elsewhere. */
  readonly above: number;
  readonly below: number;
  readonly places: number;
}

const points = (last: number): Int32Array =>
  Int32Array.from({ length: 256 }, (_, at) => (at < 255 ? sigmoidAt(at) : last));

/** Null where the scale is too large. Source: reference_integer_ops::Logistic and Tanh for int16. */
export function interpolationOf(name: 'logistic' | 'tanh', { scale }: Quantized): Interpolation | null {
  const steps = stepsOf(scale, name === 'logistic' ? [0] : [0, 1]);
  if (steps === null) return null;
  return name === 'logistic'
    ? { ...steps, fraction: 9, points: points(0xfffe), above: 512, below: 2 ** 25 + 511, places: 10 }
    : { ...steps, fraction: 8, points: points(0xffff), above: 128 - 2 ** 23, below: 2 ** 23 + 127, places: 8 };
}

/** The rise from point `at` to the next one. */
export function rise(at: number): number {
  return at < 255 ? sigmoidAt(at + 1) - sigmoidAt(at) : 0;
}

function interpolated(x: number, { fraction, points, above, below, places }: Interpolation): number {
  const size = Math.abs(x);
  const at = Math.min(size >> fraction, 255);
  const value = points[at]! * 2 ** fraction + (size & (2 ** fraction - 1)) * rise(at);
  return (x >= 0 ? value + above : below - value) >> places;
}

/** Of an int16 input. */
export function interpolatedTable(input: Quantized, output: Quantized, line: Interpolation): TensorData {
  return tabulate(input, output, (q) => interpolated(inSteps(q, line), line));
}

function steppedTable(name: 'logistic' | 'tanh', input: Quantized, output: Quantized): TensorData | null {
  const line = interpolationOf(name, input);
  return line && interpolatedTable(input, output, line);
}

/** int8: output scale 1/256, zero point -128; int16: output scale 1/32768. Null where the input scale is too large. */
export function logisticTable(input: Quantized, output: Quantized): TensorData | null {
  if (input.type === 'int16') return steppedTable('logistic', input, output);
  return fixedPointTable(input, output, (a) => rdpot(logistic(a), 23) - 128);
}

/** int8: output scale 1/128, zero point 0; int16: output scale 1/32768. Null where the input scale is too large. */
export function tanhTable(input: Quantized, output: Quantized): TensorData | null {
  if (input.type === 'int16') return steppedTable('tanh', input, output);
  return fixedPointTable(input, output, (a) => rdpot(tanh(a), 24));
}

/**
 * `alpha` is a float32 value of either sign; any scales. Null where a factor is so large that 32 bits do not hold the product.
 * Source: reference_ops::QuantizeLeakyRelu.
 */
export function leakyReluTable(input: Quantized, output: Quantized, alpha: number): TensorData | null {
  const identity = quantizeMultiplier(Math.fround(input.scale / output.scale));
  const slope = Math.fround(Math.fround(input.scale * alpha) / output.scale);
  const below = quantizeMultiplier(Math.abs(slope));
  const most = input.type === 'int16' ? 15 : 22;
  if (!Number.isFinite(slope) || identity.shift > most || below.shift > most) return null;
  const sign = slope < 0 ? -1 : 1;
  return tabulate(input, output, (q) => {
    const x = q - input.zeroPoint;
    const y = x >= 0 ? mbqm(x, identity.multiplier, identity.shift) : mbqm(x, sign * below.multiplier, below.shift);
    return clampTo(y + output.zeroPoint, lowestOf(output), highestOf(output));
  });
}
