import type { Band } from '../../specs/result.ts';

/**
 * Bands add and scale as if everything in them erred in the same direction: lows with lows, highs with highs.
 * The numbers of one technology share their library, corner and tools, so independence would be a claim we cannot back.
 */
export const zero: Band = { value: 0, low: 0, high: 0 };

export const plus = (...bands: readonly Band[]): Band => {
  let [value, low, high] = [0, 0, 0];
  for (const band of bands) {
    value += band.value;
    low += band.low;
    high += band.high;
  }
  return { value, low, high };
};

export const times = (band: Band, factor: number): Band => ({
  value: band.value * factor,
  low: band.low * factor,
  high: band.high * factor,
});

export const scaledBy = (band: Band, ratio: Band): Band => ({
  value: band.value * ratio.value,
  low: band.low * ratio.low,
  high: band.high * ratio.high,
});
