/** The scale of one group of symmetric weights: of an output channel, or of a whole tensor. */
import { powerOfTwoFrom } from '../quantize-range.ts';
import { largestWeight, type WeightBits } from './options.ts';

export function roundHalfAway(x: number): number {
  return x < 0 ? -Math.floor(0.5 - x) : Math.floor(x + 0.5);
}

/** The nearest of the whole numbers from -largest to largest. */
export function quantizeWeight(weight: number, scale: number, largest: number): number {
  return Math.min(largest, Math.max(-largest, roundHalfAway(weight / scale)));
}

function squaredError(weights: Float64Array, scale: number, largest: number): number {
  let sum = 0;
  for (const weight of weights) {
    const error = weight - scale * quantizeWeight(weight, scale, largest);
    sum += error * error;
  }
  return sum;
}

function best(weights: Float64Array, candidates: readonly number[], largest: number): number {
  let [chosen, least] = [candidates[0]!, Number.POSITIVE_INFINITY];
  for (const scale of candidates) {
    const error = squaredError(weights, scale, largest);
    if (error < least) [chosen, least] = [scale, error];
  }
  return chosen;
}

/** For given steps the best scale is a quotient of sums; for it the best steps may be others, and so on. Source: Lloyd's iteration. */
function settle(weights: Float64Array, start: number, largest: number): number {
  let scale = start;
  for (let round = 0; round < 10; round++) {
    let [products, squares] = [0, 0];
    for (const weight of weights) {
      const q = quantizeWeight(weight, scale, largest);
      products += weight * q;
      squares += q * q;
    }
    if (squares === 0 || products / squares === scale) break;
    scale = products / squares;
  }
  return scale;
}

/**
 * The scale of -1, 0 and 1 with the least squared error, exactly: with the k largest magnitudes as +-1 the best scale is their
 * mean and the error falls by k times its square. Source: Li and Liu, Ternary Weight Networks, arXiv:1605.04711, equation 5.
 */
function ternaryScale(weights: Float64Array): number {
  const sizes = weights.map(Math.abs).sort().reverse();
  let [scale, most, sum] = [sizes[0]!, 0, 0];
  for (const [i, size] of sizes.entries()) {
    sum += size;
    const gain = (sum * sum) / (i + 1);
    if (gain > most) [scale, most] = [sum / (i + 1), gain];
  }
  return scale;
}

/** Fractions of the scale that would hold the largest weight. */
const shares = Array.from({ length: 61 }, (_, i) => 1 - i / 80);
const exponents = [0, 1, 2, 3, 4];

/**
 * 8 bits: the largest weight becomes 127, as TensorFlow Lite has it. Fewer bits, or a power of two: the least squared error
 * among the candidates. The weights are not all 0.
 */
export function weightScale(weights: Float64Array, bits: WeightBits, powerOfTwo: boolean): number {
  const largest = largestWeight[bits];
  const full = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / largest;
  if (powerOfTwo) {
    const top = powerOfTwoFrom(full);
    const powers = exponents.map((places) => top / 2 ** places);
    return best(weights, powers, largest);
  }
  if (bits === 8) return full;
  if (bits === 2) return ternaryScale(weights);
  const scales = shares.map((share) => full * share);
  return settle(weights, best(weights, scales, largest), largest);
}
