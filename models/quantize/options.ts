import type { Range } from '../statistics.ts';

/** One weight scale per output channel, or one for the whole tensor. */
export type WeightScales = 'perChannel' | 'perTensor';

/** How wide a weight is: -127..127, -7..7, or the three values -1, 0, 1. */
export type WeightBits = 8 | 4 | 2;

export const weightWidths: readonly WeightBits[] = [8, 4, 2];

/** Largest magnitude of a quantised weight. */
export const largestWeight: Readonly<Record<WeightBits, number>> = { 8: 127, 4: 7, 2: 1 };

/**
 * How the range of an activation follows from what was measured. `minMax`: all of it. `percentile`: without the outermost values
 * (see QuantizeOptions.percentile). `meanSquaredError`: the range whose quantised values lie closest to the measured ones.
 */
export type Calibrator = 'minMax' | 'percentile' | 'meanSquaredError';

export const calibrators: readonly Calibrator[] = ['minMax', 'percentile', 'meanSquaredError'];

export interface LayerOptions {
  readonly weightBits?: WeightBits;
}

export interface QuantizeOptions {
  /** Default `perChannel`: one weight scale for each output channel of every layer with weights. */
  readonly weights?: WeightScales;
  /** Of every layer that `layers` does not name; default 8. */
  readonly weightBits?: WeightBits;
  /** By layer name. */
  readonly layers?: Readonly<Record<string, LayerOptions>>;
  /** Real range of the network's inputs when it is known (pixels: 0 to 1); measured on the calibration inputs otherwise. */
  readonly inputRange?: Range;
  /** Default `minMax`. */
  readonly calibrator?: Calibrator;
  /** Of the values, how many per cent lie inside the range of calibrator `percentile`; default 99.99. */
  readonly percentile?: number;
  /**
   * All scales are powers of two, so that every requantizer is a shift. The one exception is in the network itself: a mean over
   * a number of values that is no power of two divides by that number.
   */
  readonly powerOfTwo?: boolean;
  /** Cross-layer equalisation before quantising (see equalize). */
  readonly equalize?: boolean;
  /**
   * Folds each channel's mean error on the calibration inputs into the bias (see correctBiases). Default: where any layer has
   * weights of fewer than 8 bits.
   */
  readonly correctBias?: boolean;
}
