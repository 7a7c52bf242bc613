/** How often a network is right. */

/** Index of the largest value, the first of equal ones. */
export function largestIndex(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index += 1) if (values[index]! > values[best]!) best = index;
  return best;
}

export interface ClassFigures {
  readonly index: number;
  readonly samples: number;
  readonly right: number;
}

/** How often one class was taken for another. */
export interface Confusion {
  readonly expected: number;
  readonly found: number;
  readonly count: number;
}

export interface Classification {
  readonly samples: number;
  readonly right: number;
  /** right / samples. */
  readonly accuracy: number;
  /** Every class that has samples, in order. */
  readonly classes: readonly ClassFigures[];
  /** The most frequent first. */
  readonly confusions: readonly Confusion[];
}

/** Compares classes with the right ones, sample by sample; both lists have one entry or more. */
export function classify(found: readonly number[], expected: readonly number[]): Classification {
  const classes = new Map<number, { samples: number; right: number }>();
  const confusions = new Map<string, { expected: number; found: number; count: number }>();
  let right = 0;
  for (const [sample, answer] of found.entries()) {
    const label = expected[sample]!;
    const figures = classes.get(label) ?? { samples: 0, right: 0 };
    classes.set(label, figures);
    figures.samples += 1;
    if (answer === label) {
      figures.right += 1;
      right += 1;
      continue;
    }
    const key = `${label} ${answer}`;
    const confusion = confusions.get(key) ?? { expected: label, found: answer, count: 0 };
    confusions.set(key, confusion);
    confusion.count += 1;
  }
  return {
    samples: found.length,
    right,
    accuracy: right / found.length,
    classes: [...classes].map(([index, figures]) => ({ index, ...figures })).sort((a, b) => a.index - b.index),
    confusions: [...confusions.values()].sort(
      (a, b) => b.count - a.count || a.expected - b.expected || a.found - b.found,
    ),
  };
}

/**
 * Area under the receiver operating characteristic: the probability that a positive sample scores above a negative one, equal
 * scores counted half (Mann and Whitney 1947). Null when all samples are of one sort.
 */
export function areaUnderCurve(scores: readonly number[], positive: readonly boolean[]): number | null {
  const order = scores.map((score, index) => ({ score, positive: positive[index]! })).sort((a, b) => a.score - b.score);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && order[end]!.score === order[start]!.score) end += 1;
    const rank = (start + 1 + end) / 2;
    for (; start < end; start += 1) {
      if (!order[start]!.positive) continue;
      positives += 1;
      rankSum += rank;
    }
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

export function meanSquaredError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index]! - b[index]!) ** 2;
  return sum / a.length;
}
