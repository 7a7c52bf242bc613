import { signedBitsFor } from '../../library/counter.ts';
import { mostSumBits } from '../../library/rescaler.ts';
import type { WindowStage } from '../architecture.ts';
import type { WindowWork } from './work.ts';

/** Sums of a layer: how wide they can get, and the bias with the operand zero's share folded in. */
export interface SumTables {
  /** Width of the sum of weight x operand, final value exact. */
  readonly accumulatorBits: number;
  /** Width of sum + bias, no more than the reference has. */
  readonly biasedBits: number;
  readonly bias: BigInt64Array;
  readonly weightBits: number;
}

/** What the multipliers read in place of the raw byte q. */
export interface Operand {
  /**
   * With a zero point of -128 (every ReLU output) the engine reads q + 128, which costs one inverter: a zero activation is then a
   * zero operand and moves no multiplier. Otherwise it reads q itself.
   */
  readonly unsigned: boolean;
  /** The operand's value for a real 0, and so for taps outside the image. */
  readonly zero: number;
  readonly low: number;
  readonly high: number;
}

export function operandOf(work: WindowWork): Operand {
  const low = -(2 ** (work.inputBits - 1));
  const high = -1 - low;
  // Taps outside the image must lose against every value inside.
  if (work.reduce === 'maximum') return { unsigned: false, zero: low, low, high };
  if (work.weight !== null && work.inputBits === 8 && work.inputZeroPoint === low)
    return { unsigned: true, zero: 0, low: 0, high: 255 };
  return { unsigned: false, zero: work.inputZeroPoint, low, high };
}

/** Calls `visit` with every weight of one output channel. */
function eachWeight(work: WindowWork, output: number, visit: (weight: number) => void): void {
  if (work.weight === null) {
    // A layer that only adds: weight 1 on every tap.
    for (let tap = 0; tap < work.kernel.height * work.kernel.width; tap++) visit(1);
    return;
  }
  const inputs = work.reach === 'dense' ? work.input.channels : 1;
  for (let row = 0; row < work.kernel.height; row++) {
    for (let column = 0; column < work.kernel.width; column++) {
      for (let input = 0; input < inputs; input++) visit(work.weight(output, row, column, input));
    }
  }
}

/**
 * Exact ranges over all inputs. The reference computes sum of w * (q - zp) + bias; the engine computes sum of w * x for operands x with
 * a zero of z, reads z for taps outside the image, and adds bias - z * (sum of w): the same integer.
 */
export function sumTables(work: WindowWork): SumTables {
  if (work.reduce === 'maximum') {
    const bits = work.inputBits;
    return { accumulatorBits: bits, biasedBits: bits, bias: new BigInt64Array(work.output.channels), weightBits: 1 };
  }
  const { zero, low: least, high: most } = operandOf(work);
  const channels = work.output.channels;
  const bias = new BigInt64Array(channels);
  const given = work.scaler.kind === 'requantize' ? work.scaler.bias : null;
  const mostBits = work.scaler.kind === 'requantize' ? mostSumBits(work.scaler.scaling) : 32;
  let low = 0;
  let high = 0;
  let biasedLow = 0;
  let biasedHigh = 0;
  let weightLow = 0;
  let weightHigh = 0;
  for (let output = 0; output < channels; output++) {
    let positive = 0;
    let negative = 0;
    eachWeight(work, output, (weight) => {
      if (weight > 0) positive += weight;
      else negative += weight;
      weightLow = Math.min(weightLow, weight);
      weightHigh = Math.max(weightHigh, weight);
    });
    const own = given?.[output] ?? 0;
    low = Math.min(low, positive * least + negative * most);
    high = Math.max(high, positive * most + negative * least);
    biasedLow = Math.min(biasedLow, positive * (least - zero) + negative * (most - zero) + own);
    biasedHigh = Math.max(biasedHigh, positive * (most - zero) + negative * (least - zero) + own);
    bias[output] = BigInt(own) - BigInt(zero) * BigInt(positive + negative);
  }
  return {
    accumulatorBits: signedBitsFor(low, high),
    biasedBits: Math.min(mostBits, signedBitsFor(biasedLow, biasedHigh)),
    bias,
    weightBits: signedBitsFor(weightLow, weightHigh),
  };
}

/**
 * Weight memory: one word per operand read, `pe x taps x simd` weights each (channel lane by channel lane, within it tap by tap),
 * in the order the sequencer walks: pass, kernel rows, kernel columns, channel word. Lanes beyond the last channel hold 0.
 */
export function weightWords(work: WindowWork, stage: WindowStage): Int16Array {
  const { pe, simd, kernel, taps, wordsPerPixel, results } = stage;
  const weight = work.weight;
  if (weight === null) return new Int16Array(0);
  const dense = stage.kind === 'conv';
  const perLane = simd * taps.height * taps.width;
  const words = new Int16Array(results.length * stage.steps * pe * perLane);
  let at = 0;
  let firstOutput = 0;
  for (const count of results) {
    for (let row = 0; row < kernel.height; row += taps.height) {
      for (let column = 0; column < kernel.width; column += taps.width) {
        for (let word = 0; word < (dense ? wordsPerPixel : 1); word++) {
          for (let lane = 0; lane < pe * perLane; lane++) {
            const p = Math.floor(lane / perLane);
            const tap = Math.floor((lane % perLane) / simd);
            const tapRow = row + Math.floor(tap / taps.width);
            const tapColumn = column + (tap % taps.width);
            const input = word * simd + (lane % simd);
            const used = p < count && (!dense || input < stage.input.channels);
            words[at++] = used ? weight(firstOutput + p, tapRow, tapColumn, input) : 0;
          }
        }
      }
    }
    firstOutput += count;
  }
  return words;
}

/** Numbers of taps inside the image that occur over all windows, ascending. */
export function tapCounts(stage: WindowStage): number[] {
  const along = (inputs: number, outputs: number, kernel: number, stride: number, dilation: number, pad: number) =>
    new Set(
      Array.from({ length: outputs }, (_, output) => {
        let inside = 0;
        for (let tap = 0; tap < kernel; tap++) {
          const position = output * stride - pad + tap * dilation;
          if (position >= 0 && position < inputs) inside++;
        }
        return inside;
      }),
    );
  const { input, output, kernel, stride, dilation, padding } = stage;
  const rows = along(input.height, output.height, kernel.height, stride.height, dilation.height, padding.top);
  const columns = along(input.width, output.width, kernel.width, stride.width, dilation.width, padding.left);
  return [...new Set([...rows].flatMap((r) => [...columns].map((c) => r * c)))].sort((a, b) => a - b);
}

/** What of a layer's sums and weights decides how wide its lanes are, under any folding. */
export function layerSums(work: WindowWork) {
  const { accumulatorBits, weightBits } = sumTables(work);
  let small = true;
  let signs = true;
  if (work.weight !== null) {
    for (let output = 0; output < work.output.channels; output++) {
      eachWeight(work, output, (weight) => {
        if (weight < -1 || weight > 1) small = false;
        if (weight === 0) signs = false;
      });
    }
  }
  return { accumulatorBits, weightBits, small, signs };
}
