/** One measurement: what moved per clock, the joules it took per clock, and those that an error is a share of. */
export interface Observation {
  readonly terms: readonly number[];
  readonly joules: number;
  readonly of: number;
}

const rounds = 20_000;

/**
 * Joules per term, none negative, with the least sum of squared relative errors: coordinate descent on the normal
 * equations, which ends at the one minimum of a convex problem. A term that never moves costs nothing.
 */
export function fitNonNegative(observations: readonly Observation[]): Float64Array {
  const size = observations[0]?.terms.length ?? 0;
  const shares = observations.map(({ terms, of }) => terms.map((term) => term / of));
  // Terms of unlike size would make the descent slow.
  const norm = Array.from({ length: size }, (_, i) => Math.hypot(...shares.map((own) => own[i]!)));
  const gram = Array.from({ length: size }, () => new Float64Array(size));
  const right = new Float64Array(size);
  const moving = norm.flatMap((value, i) => (value > 0 ? [i] : []));
  observations.forEach(({ joules, of }, at) => {
    for (const i of moving) {
      const own = shares[at]![i]! / norm[i]!;
      right[i]! += (own * joules) / of;
      for (const j of moving) gram[i]![j]! += (own * shares[at]![j]!) / norm[j]!;
    }
  });
  const found = new Float64Array(size);
  for (let round = 0, step = 1; round < rounds && step > 1e-10; round++) {
    step = 0;
    for (const i of moving) {
      const row = gram[i]!;
      let rest = right[i]!;
      for (const j of moving) if (j !== i) rest -= row[j]! * found[j]!;
      const next = Math.max(0, rest / row[i]!);
      step = Math.max(step, Math.abs(next - found[i]!));
      found[i] = next;
    }
  }
  return found.map((value, i) => (norm[i]! > 0 ? value / norm[i]! : 0));
}

/** Joules that the coefficients give for what moved. */
export function predicted(coefficients: ArrayLike<number>, terms: readonly number[]): number {
  return terms.reduce((sum, term, at) => sum + term * coefficients[at]!, 0);
}
