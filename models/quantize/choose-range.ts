import { type Quantization, quantizeRange, quantizeValue } from '../quantize-range.ts';
import type { Range } from '../statistics.ts';
import { type Histogram, occupied, percentileRange } from './histogram.ts';
import type { QuantizeOptions } from './options.ts';

const defaultPercentile = 99.99;

/** Candidates of the search: both ends shrink together, 16 steps per halving, down to a sixteenth. */
const together = Array.from({ length: 65 }, (_, i) => 2 ** (-i / 16));
/** Then each end on its own, around what was found. */
const apart = Array.from({ length: 33 }, (_, i) => 2 ** ((16 - i) / 16));

/** The range of an activation, by the calibrator that the options name. `place` names it in faults. */
export function chooseRange(histogram: Histogram, options: QuantizeOptions, place: string): Range {
  const { min, max } = histogram;
  switch (options.calibrator ?? 'minMax') {
    case 'minMax':
      return { min, max };
    case 'percentile':
      return percentileRange(histogram, options.percentile ?? defaultPercentile);
    case 'meanSquaredError':
      return leastErrorRange(histogram, place, options.powerOfTwo ?? false);
  }
}

/** Sum over the bins of count times squared distance between the centre and its quantised value. */
function squaredError(
  { centres, counts }: { centres: Float64Array; counts: Float64Array },
  quantization: Quantization,
): number {
  const { scale, zeroPoint } = quantization;
  let sum = 0;
  for (let i = 0; i < centres.length; i++) {
    const error = centres[i]! - scale * (quantizeValue(centres[i]!, quantization) - zeroPoint);
    sum += counts[i]! * error * error;
  }
  return sum;
}

function leastErrorRange(histogram: Histogram, place: string, powerOfTwo: boolean): Range {
  const bins = occupied(histogram);
  const full: Range = { min: Math.min(0, histogram.min), max: Math.max(0, histogram.max) };
  let best = full;
  let least = squaredError(bins, quantizeRange(full, place, powerOfTwo));
  const attempt = (range: Range): void => {
    const error = squaredError(bins, quantizeRange(range, place, powerOfTwo));
    if (error < least) [best, least] = [range, error];
  };
  for (const factor of together) attempt({ min: full.min * factor, max: full.max * factor });
  const { min } = best;
  for (const factor of apart) attempt({ min: Math.max(full.min, min * factor), max: best.max });
  const { max } = best;
  for (const factor of apart) attempt({ min: best.min, max: Math.min(full.max, max * factor) });
  return best;
}
