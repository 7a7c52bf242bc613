/** Clocks of a window, strata of a stage, windows drawn of each stratum. */
export interface Sampling {
  /**
   * What strata are made by: register bits that change in each window, for which the design is run once more; or what the
   * schedule says, which costs nothing, tells less, and so draws by the sizes of the strata: as many windows in all.
   */
  readonly by: 'registers' | 'schedule';
  readonly clocks: number;
  readonly strata: number;
  readonly perStratum: number;
  readonly seed: number;
  /** Inferences that the windows are cut from, one unless given. */
  readonly inferences?: number;
}

export const defaultSampling: Sampling = { by: 'registers', clocks: 8, strata: 4, perStratum: 16, seed: 1 };

/** What was looked at, in words. */
export function windowWords({ clocks, seed, inferences }: Sampling, windows: number): string {
  const of = inferences === undefined ? '' : ` out of ${inferences} inferences`;
  const each = `${clocks} ${clocks === 1 ? 'clock' : 'clocks'}`;
  return `${windows} ${windows === 1 ? 'window' : 'windows'} of ${each}${of}, seed ${seed}`;
}

/** Windows of one stratum, and how many of them exist. */
export interface Stratum {
  readonly windows: readonly number[];
}

/** What was seen of one stratum. */
export interface Seen {
  readonly size: number;
  readonly values: readonly number[];
}

/** An estimated mean per window, the variance of the estimate, and what of it each stratum brings, for degrees of freedom. */
export interface Estimate {
  readonly mean: number;
  readonly variance: number;
  readonly parts: readonly { readonly variance: number; readonly freedom: number }[];
}

const bins = 32;

/**
 * Cuts windows into at most so many strata of like activity, by the cumulative square root of how frequent it is (Dalenius
 * and Hodges): rare bursts get strata of their own and quiet stretches share one. `activity` has one number of at least 0
 * for each window.
 */
export function stratify(activity: Float64Array, strata: number): Stratum[] {
  const most = activity.reduce((found, value) => Math.max(found, value), 0);
  const binOf = (value: number): number => (most === 0 ? 0 : Math.min(bins - 1, Math.floor((bins * value) / most)));
  const counts = new Float64Array(bins);
  for (const value of activity) counts[binOf(value)]!++;
  const roots = counts.map(Math.sqrt);
  const total = roots.reduce((sum, root) => sum + root, 0);
  let sum = 0;
  const stratumOf = roots.map((root) => {
    const middle = sum + root / 2;
    sum += root;
    return Math.min(strata - 1, Math.floor((strata * middle) / total));
  });
  const found: number[][] = Array.from({ length: strata }, () => []);
  activity.forEach((value, window) => {
    found[stratumOf[binOf(value)]!]!.push(window);
  });
  return found.filter((windows) => windows.length > 0).map((windows) => ({ windows }));
}

/** Numbers in [0, 1), the same for the same seed (xorshift32); small seeds are spread first, theirs would begin near 0. */
export function seededFractions(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let step = 0; step < 8; step++) next();
  return next;
}

/** `count` windows of the stratum at random without repetition, or all when there are no more; ascending. */
export function draw({ windows }: Stratum, count: number, fraction: () => number): number[] {
  const left = [...windows];
  const drawn = Math.min(count, left.length);
  for (let at = 0; at < drawn; at++) {
    const other = at + Math.floor(fraction() * (left.length - at));
    [left[at], left[other]] = [left[other]!, left[at]!];
  }
  return left.slice(0, drawn).sort((a, b) => a - b);
}

/** The strata of a stage and which windows of each are looked at. */
export interface Drawing {
  readonly strata: readonly Stratum[];
  readonly drawn: readonly (readonly number[])[];
}

/** Fewer say too little of how far the windows of a stratum lie apart. */
const fewestDrawn = 3;

/** Stratifies the windows of a stage and draws from every stratum. */
export function drawWindows(activity: Float64Array, sampling: Sampling, fraction: () => number): Drawing {
  const strata = stratify(activity, sampling.strata);
  const countOf = ({ windows }: Stratum): number => {
    if (sampling.by === 'registers') return sampling.perStratum;
    const share = windows.length / activity.length;
    return Math.max(fewestDrawn, Math.round(sampling.strata * sampling.perStratum * share));
  };
  return { strata, drawn: strata.map((stratum) => draw(stratum, countOf(stratum), fraction)) };
}

/** What the windows drawn say about all windows. */
export function estimateFrom({ strata, drawn }: Drawing, energyOf: (window: number) => number): Estimate {
  return estimate(drawn.map((own, s) => ({ size: strata[s]!.windows.length, values: own.map(energyOf) })));
}

/** Mean over all windows from samples of each stratum; the variance counts that a stratum is finite. */
export function estimate(strata: readonly Seen[]): Estimate {
  const windows = strata.reduce((sum, { size }) => sum + size, 0);
  let mean = 0;
  const parts = strata.map(({ size, values }) => {
    const count = values.length;
    const own = values.reduce((sum, value) => sum + value, 0) / count;
    const weight = size / windows;
    mean += weight * own;
    if (count === size) return { variance: 0, freedom: Number.POSITIVE_INFINITY };
    const spread = values.reduce((sum, value) => sum + (value - own) ** 2, 0) / (count - 1);
    return { variance: (weight * weight * spread * (1 - count / size)) / count, freedom: count - 1 };
  });
  return { mean, variance: parts.reduce((sum, part) => sum + part.variance, 0), parts };
}

/** Sum of independent estimates. */
export function sumOf(estimates: readonly Estimate[]): Estimate {
  return {
    mean: estimates.reduce((sum, { mean }) => sum + mean, 0),
    variance: estimates.reduce((sum, { variance }) => sum + variance, 0),
    parts: estimates.flatMap(({ parts }) => parts),
  };
}

const normal995 = 2.5758293035489;

/** The 99.5 % quantile of Student's t (Abramowitz and Stegun 26.7.5; from 3 degrees of freedom on within 2 %). */
export function student995(freedom: number): number {
  const x = normal995;
  if (freedom === Number.POSITIVE_INFINITY) return x;
  const g1 = (x ** 3 + x) / 4;
  const g2 = (5 * x ** 5 + 16 * x ** 3 + 3 * x) / 96;
  const g3 = (3 * x ** 7 + 19 * x ** 5 + 17 * x ** 3 - 15 * x) / 384;
  const g4 = (79 * x ** 9 + 776 * x ** 7 + 1482 * x ** 5 - 1920 * x ** 3 - 945 * x) / 92160;
  return x + g1 / freedom + g2 / freedom ** 2 + g3 / freedom ** 3 + g4 / freedom ** 4;
}

/** Degrees of freedom of an estimate's variance, after Satterthwaite; without variance there is nothing to know of it. */
export const freedomOf = ({ variance, parts }: Pick<Estimate, 'variance' | 'parts'>): number =>
  variance === 0
    ? Number.POSITIVE_INFINITY
    : variance ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.freedom, 0);

/** Half the width of the 99 % confidence interval. */
export function halfWidth99(estimate: Pick<Estimate, 'variance' | 'parts'>): number {
  return student995(freedomOf(estimate)) * Math.sqrt(estimate.variance);
}
