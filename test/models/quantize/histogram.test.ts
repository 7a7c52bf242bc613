import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseRange } from '../../../models/quantize/choose-range.ts';
import { addValues, emptyHistogram, type Histogram, percentileRange } from '../../../models/quantize/histogram.ts';
import { quantizeRange, quantizeValue } from '../../../models/quantize-range.ts';

const real = fc.float({ noNaN: true, noDefaultInfinity: true });
const chunks = fc.array(fc.array(real, { maxLength: 30 }), { minLength: 1, maxLength: 6 });

function histogramOf(parts: readonly (readonly number[])[]): Histogram {
  const histogram = emptyHistogram();
  for (const part of parts) addValues(histogram, Float32Array.from(part));
  return histogram;
}

test('a histogram counts every value in the bin that holds it, and does not depend on the order', () => {
  fc.assert(
    fc.property(chunks, (parts) => {
      const values = parts.flat().map((value) => value + 0);
      const histogram = histogramOf(parts);
      const width = 2 ** histogram.exponent;
      const bins = new Map<number, number>();
      for (const value of values) {
        const bin = 4096 + Math.floor(value / width);
        bins.set(bin, (bins.get(bin) ?? 0) + 1);
      }
      const filled = ({ bins: all }: Histogram) => [...all.entries()].filter(([, count]) => count > 0);
      const found = filled(histogram);
      expect(found).toEqual([...bins].sort(([a], [b]) => a - b));
      expect(histogram.count).toBe(values.length);
      if (values.length > 0) {
        expect(histogram.min).toBe(Math.min(...values));
        expect(histogram.max).toBe(Math.max(...values));
      }
      expect(filled(histogramOf([...parts].reverse()))).toEqual(found);
      // The bins are used: the largest magnitude lies in the outer half of its side.
      const largest = Math.max(0, ...values.map(Math.abs));
      if (largest > 0) expect(largest).toBeGreaterThanOrEqual(2047 * width);
    }),
  );
});

test('a percentile leaves out no more values than it may, and no bin more could go', () => {
  const percent = fc.double({ min: 50, max: 100, noNaN: true });
  fc.assert(
    fc.property(fc.array(real, { minLength: 1, maxLength: 200 }), percent, (values, kept) => {
      const histogram = histogramOf([values]);
      const { min, max } = percentileRange(histogram, kept);
      const allowed = (values.length * (100 - kept)) / 200;
      const width = 2 ** histogram.exponent;
      expect(values.filter((value) => value < min).length).toBeLessThanOrEqual(allowed);
      expect(values.filter((value) => value > max).length).toBeLessThanOrEqual(allowed);
      expect(values.filter((value) => value < min + width).length).toBeGreaterThan(min < max ? allowed : -1);
      expect(min).toBeGreaterThanOrEqual(Math.min(...values));
      expect(max).toBeLessThanOrEqual(Math.max(...values));
    }),
  );
});

test('100 per cent is the whole range', () => {
  expect(percentileRange(histogramOf([[-3, 0.25, 7]]), 100)).toEqual({ min: -3, max: 7 });
});

function meanSquaredError(values: readonly number[], range: { min: number; max: number }): number {
  const quantization = quantizeRange(range, 'test');
  const { scale, zeroPoint } = quantization;
  const errors = values.map((value) => (value - scale * (quantizeValue(value, quantization) - zeroPoint)) ** 2);
  return errors.reduce((a, b) => a + b, 0);
}

test('least squared error cuts outliers off when that pays, and nothing from an even spread', () => {
  const even = Array.from({ length: 20000 }, (_, i) => Math.fround(i / 10000 - 1));
  const options = { calibrator: 'meanSquaredError' } as const;
  const full = chooseRange(histogramOf([even]), options, 'test');
  expect(full.min).toBeCloseTo(-1, 1);
  expect(full.max).toBeCloseTo(1, 1);
  // One in 500,000: cutting it to 1 costs 1 / 500,000, coarser steps for all cost (3^2 - 2^2) / 255^2 / 12 = 3.2 / 500,000.
  const rare = histogramOf([...Array.from({ length: 25 }, () => even), [2]]);
  const cut = chooseRange(rare, options, 'test');
  expect(cut.max).toBeLessThan(1.2);
  expect(cut.min).toBeLessThan(-0.95);
  const often = chooseRange(histogramOf([even, [2]]), options, 'test');
  expect(often.max).toBeGreaterThan(1.8);
  const percentile = chooseRange(rare, { calibrator: 'percentile' }, 'test');
  expect(percentile.max).toBeLessThan(1.01);
});

test('the least squared error is never above that of the whole range, by more than what a bin hides', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true, min: -8, max: 8 }), { minLength: 1, maxLength: 300 }), (values) => {
      const histogram = histogramOf([values]);
      const { min, max } = histogram;
      fc.pre(max - min > 1e-3);
      const chosen = chooseRange(histogram, { calibrator: 'meanSquaredError' }, 'test');
      // A value is at most half a bin from the centre that stood for it.
      const hidden = 2 ** histogram.exponent;
      const rms = (range: { min: number; max: number }): number =>
        Math.sqrt(meanSquaredError(values, range) / values.length);
      expect(rms(chosen)).toBeLessThanOrEqual(rms({ min, max }) + hidden);
    }),
  );
});
