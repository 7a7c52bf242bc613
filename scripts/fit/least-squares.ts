/** One equation: numbers of each feature, what they should add up to, and how much an error of 1 counts. */
export interface Equation {
  readonly features: readonly number[];
  readonly value: number;
  readonly weight: number;
}

/** Most rounds over all coefficients. */
const rounds = 20_000;

/**
 * Coefficients of at least 0 with the least sum of weighted squared errors, by descent along one coefficient after the other, which
 * for such a convex problem ends at the minimum (Luo and Tseng, 1992).
 */
export function leastSquares(equations: readonly Equation[]): number[] {
  const size = equations[0]?.features.length ?? 0;
  const normal = Array.from({ length: size }, () => new Float64Array(size));
  const right = new Float64Array(size);
  for (const { features, value, weight } of equations) {
    for (let i = 0; i < size; i++) {
      const scaled = weight * weight * features[i]!;
      if (scaled === 0) continue;
      right[i] = right[i]! + scaled * value;
      for (let j = 0; j < size; j++) normal[i]![j] = normal[i]![j]! + scaled * features[j]!;
    }
  }
  const found = new Float64Array(size);
  for (let round = 0; round < rounds; round++) {
    let moved = 0;
    for (let i = 0; i < size; i++) {
      const own = normal[i]![i]!;
      if (own === 0) continue;
      let rest = right[i]!;
      for (let j = 0; j < size; j++) if (j !== i) rest -= normal[i]![j]! * found[j]!;
      const next = Math.max(0, rest / own);
      moved = Math.max(moved, Math.abs(next - found[i]!));
      found[i] = next;
    }
    if (moved < 1e-9) break;
  }
  return [...found];
}
