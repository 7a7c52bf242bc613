/** One measurement: what moved per clock, the joules it took per clock, and those that an error is a share of. */
export interface Observation {
  readonly terms: readonly number[];
  readonly joules: number;
  readonly of: number;
}

/** Terms from number `from` on are drawn towards 0: so many of them could follow any data, and then tell little of others. */
export interface Shrinking {
  readonly from: number;
  /** Of their squares, where the errors' squares and what a term does to all observations together count 1. */
  readonly weight: number;
}

const noShrinking: Shrinking = { from: Number.POSITIVE_INFINITY, weight: 0 };
/** Gains below it are rounding; a term that is that near to a sum of others tells nothing of its own. */
const least = 1e-10;

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
};

/** The row that Cholesky's factor of a matrix gets for one more row of the matrix; null where that is a sum of the others. */
function nextRow(factor: readonly Float64Array[], row: Float64Array): Float64Array | null {
  const last = factor.length;
  const own = new Float64Array(last + 1);
  let pivot = row[last]!;
  for (let at = 0; at < last; at++) {
    const above = factor[at]!;
    let sum = row[at]!;
    for (let j = 0; j < at; j++) sum -= above[j]! * own[j]!;
    own[at] = sum / above[at]!;
    pivot -= own[at]! * own[at]!;
  }
  if (pivot < least) return null;
  own[last] = Math.sqrt(pivot);
  return own;
}

/** The solution of the equations whose matrix has this factor. */
function solved(factor: readonly Float64Array[], right: readonly number[]): Float64Array {
  const found = Float64Array.from(right);
  for (let at = 0; at < found.length; at++) {
    const row = factor[at]!;
    for (let j = 0; j < at; j++) found[at]! -= row[j]! * found[j]!;
    found[at]! /= row[at]!;
  }
  for (let at = found.length - 1; at >= 0; at--) {
    found[at]! /= factor[at]![at]!;
    for (let j = 0; j < at; j++) found[j]! -= factor[at]![j]! * found[at]!;
  }
  return found;
}

/**
 * Joules per term, none negative, with the least sum of squared relative errors: the method of Lawson and Hanson, which
 * lets in the term that gains most, one after the other, and puts out those that would be negative. A term that never
 * moves costs nothing.
 */
export function fitNonNegative(observations: readonly Observation[], shrinking = noShrinking): Float64Array {
  const size = observations[0]?.terms.length ?? 0;
  const wanted = Float64Array.from(observations, ({ joules, of }) => joules / of);
  const columns = Array.from({ length: size }, (_, i) =>
    Float64Array.from(observations, (one) => one.terms[i]! / one.of),
  );
  // Terms are of unlike size, and shrink by what they do.
  const norm = columns.map((column) => Math.hypot(...column));
  const shares = columns.map((column, i) => column.map((share) => (norm[i]! > 0 ? share / norm[i]! : 0)));
  const right = shares.map((column) => dot(column, wanted));
  const found = new Float64Array(size);
  let taken: number[] = [];
  let factor: Float64Array[] = [];
  const take = (i: number): boolean => {
    const pull = i < shrinking.from ? 0 : shrinking.weight;
    const row = nextRow(factor, Float64Array.from([...taken.map((j) => dot(shares[i]!, shares[j]!)), 1 + pull]));
    if (row === null) return false;
    taken.push(i);
    factor.push(row);
    return true;
  };
  const refused = new Set<number>();
  for (;;) {
    const rest = wanted.map((value, at) => value - taken.reduce((sum, i) => sum + found[i]! * shares[i]![at]!, 0));
    const gains = shares.map((share, i) => (taken.includes(i) || refused.has(i) ? 0 : dot(share, rest)));
    const best = gains.reduce((most, gain, i) => (gain > gains[most]! ? i : most), 0);
    if (size === 0 || gains[best]! <= least) break;
    if (!take(best)) {
      refused.add(best);
      continue;
    }
    for (let first = true; ; first = false) {
      const next = solved(
        factor,
        taken.map((i) => right[i]!),
      );
      // Rounding may let in a term that gains nothing: it would come and go for ever.
      if (first && next.at(-1)! <= 0) refused.add(best);
      else if (first) refused.clear();
      // As far towards it as none becomes negative.
      const way = taken.reduce(
        (part, i, at) => (next[at]! > 0 ? part : Math.min(part, found[i]! / (found[i]! - next[at]!))),
        1,
      );
      taken.forEach((i, at) => {
        found[i]! += way * (next[at]! - found[i]!);
        if (next[at]! <= 0 && found[i]! < least) found[i] = 0;
      });
      if (way === 1) break;
      const kept = taken.filter((i) => found[i]! > 0);
      [taken, factor] = [[], []];
      for (const i of kept) take(i);
    }
  }
  return found.map((value, i) => (norm[i]! > 0 ? value / norm[i]! : 0));
}

/** Joules that the coefficients give for what moved. */
export function predicted(coefficients: ArrayLike<number>, terms: readonly number[]): number {
  return terms.reduce((sum, term, at) => sum + term * coefficients[at]!, 0);
}
