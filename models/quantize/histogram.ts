/** How often an activation takes which values, gathered sample by sample in bounded memory. */
import type { Range } from '../statistics.ts';

/** Bins at either side of 0. */
const half = 4096;

/**
 * Bins of width 2^exponent aligned at 0: bin i counts the values in [(i - half), (i - half + 1)) * width. When a value falls
 * outside, the width doubles and neighbours merge, which loses nothing: the histogram is the one of all values at the final
 * width, whatever their order. The smallest and the largest value are exact.
 */
export interface Histogram {
  min: number;
  max: number;
  count: number;
  exponent: number;
  readonly bins: Float64Array;
}

export function emptyHistogram(): Histogram {
  const [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  // Below every float32 there is: the first value other than 0 sets the width.
  return { min, max, count: 0, exponent: -170, bins: new Float64Array(2 * half) };
}

function fits({ min, max }: Range, exponent: number): boolean {
  const edge = half * 2 ** exponent;
  return min >= -edge && max < edge;
}

function widen(histogram: Histogram): void {
  let { exponent } = histogram;
  while (!fits(histogram, exponent)) exponent += 1;
  const places = Math.min(31, exponent - histogram.exponent);
  if (places === 0) return;
  const merged = new Float64Array(2 * half);
  for (const [i, count] of histogram.bins.entries()) if (count > 0) merged[half + ((i - half) >> places)]! += count;
  histogram.bins.set(merged);
  histogram.exponent = exponent;
}

/** Finite values only. */
export function addValues(histogram: Histogram, values: Float32Array): void {
  for (const value of values) {
    if (value < histogram.min) histogram.min = value;
    if (value > histogram.max) histogram.max = value;
  }
  widen(histogram);
  const { bins } = histogram;
  const perWidth = 2 ** -histogram.exponent;
  for (const value of values) bins[half + Math.floor(value * perWidth)]! += 1;
  histogram.count += values.length;
}

/** The whole bins that leave out at most (100 - percent) / 2 per cent of the values at either end; inside min and max. */
export function percentileRange(histogram: Histogram, percent: number): Range {
  const { bins, count, exponent, min, max } = histogram;
  const allowed = (count * (100 - percent)) / 200;
  const width = 2 ** exponent;
  let low = 0;
  for (let below = bins[0]!; below <= allowed; below += bins[low]!) low += 1;
  let high = 2 * half - 1;
  for (let above = bins[high]!; above <= allowed; above += bins[high]!) high -= 1;
  return { min: Math.max(min, (low - half) * width), max: Math.min(max, (high - half + 1) * width) };
}

/** The bins that are not empty: their centres and counts. Values that are 0 count as 0. */
export function occupied(histogram: Histogram): { centres: Float64Array; counts: Float64Array } {
  const used = Array.from(histogram.bins.keys()).filter((i) => histogram.bins[i]! > 0);
  const width = 2 ** histogram.exponent;
  return {
    centres: Float64Array.from(used, (i) => (i === half && histogram.min >= 0 ? 0 : (i - half + 0.5) * width)),
    counts: Float64Array.from(used, (i) => histogram.bins[i]!),
  };
}
