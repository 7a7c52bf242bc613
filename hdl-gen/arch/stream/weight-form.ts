import type { WeightForm } from '../../library/mac-lane.ts';
import type { WindowStage } from '../architecture.ts';

/** How the weights of a layer are stored and used; it follows from their values. */
export interface StoredWeights {
  readonly form: WeightForm;
  /** Of one weight. */
  readonly bits: number;
  /** Of the weight memory, in the stored form. */
  readonly words: Int16Array;
}

/**
 * Weights of -1, 0 and 1, or of -1 and 1 alone, need no multipliers. `words` is what the weight memory would hold otherwise (0 where a
 * lane has no channel), `bits` the width of its weights.
 */
export function storedWeights(words: Int16Array, { pe, results }: WindowStage, bits: number): StoredWeights {
  if (words.some((weight) => weight < -1 || weight > 1)) return { form: 'any', bits, words };
  const computed = results.reduce((sum, count) => sum + count, 0);
  const weights = words.reduce((sum, weight) => sum + Math.abs(weight), 0);
  // One bit cannot say 0, which a lane needs that reads input channels beyond the last. Nobody reads the sums of lanes beyond the last
  // output channel: of `results.length * pe` rows of words only `computed` are for a channel.
  if (weights * results.length * pe < words.length * computed) return { form: 'ternary', bits: 2, words };
  return { form: 'binary', bits: 1, words: words.map((weight) => Math.min(weight, 0)) };
}
