import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastSquares } from '../../../scripts/fit/least-squares.ts';

const row = fc.record({
  features: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 3, maxLength: 3 }),
  value: fc.integer({ min: -50, max: 200 }),
  weight: fc.constantFrom(1, 0.5),
});

test('finds what made the numbers, exactly where it was not negative', () => {
  const truth = [2, 0, 5];
  const features = [
    [1, 4, 0],
    [3, 1, 2],
    [0, 5, 1],
    [2, 2, 7],
  ];
  const found = leastSquares(
    features.map((each) => ({
      features: each,
      value: each.reduce((sum, f, at) => sum + f * truth[at]!, 0),
      weight: 1,
    })),
  );
  for (const [at, value] of truth.entries()) expect(found[at]).toBeCloseTo(value, 6);
});

test('no small step to either side makes the error smaller, and nothing is below 0', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 4, maxLength: 12 }), (equations) => {
      const found = leastSquares(equations);
      const errorOf = (coefficients: readonly number[]) =>
        equations.reduce((sum, { features, value, weight }) => {
          const off = features.reduce((all, feature, at) => all + feature * coefficients[at]!, 0) - value;
          return sum + (weight * off) ** 2;
        }, 0);
      const least = errorOf(found);
      for (const at of found.keys()) {
        expect(found[at]).toBeGreaterThanOrEqual(0);
        for (const step of [-0.01, 0.01]) {
          const moved = found.map((value, index) => (index === at ? value + step : value));
          if (moved[at]! >= 0) expect(errorOf(moved)).toBeGreaterThanOrEqual(least - 1e-6);
        }
      }
    }),
    { numRuns: 60 },
  );
});
