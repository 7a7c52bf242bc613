import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitNonNegative, predicted } from '../../../../sim/cost/toggle/fit.ts';
import { seededRandom } from '../../../support/random.ts';

test('finds the energies that made the observations, whatever their scale', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.array(fc.double({ min: 0.5, max: 5, noNaN: true }), { minLength: 1, maxLength: 6 }),
      (seed, made) => {
        const random = seededRandom(seed);
        const observations = Array.from({ length: 40 }, () => {
          const terms = made.map((_, at) => random.fraction() * 10 ** at);
          const joules = 1e-15 * terms.reduce((sum, term, at) => sum + term * made[at]!, 0);
          return { terms, joules, of: joules };
        });
        const found = fitNonNegative(observations);
        expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
        for (const { terms, joules } of observations) expect(predicted(found, terms) / joules).toBeCloseTo(1, 2);
      },
    ),
    { numRuns: 30 },
  );
});

test('an energy that would be negative becomes 0, and the rest is still the best there is', () => {
  // The second term goes against the first: unbounded, it would be -1.
  const observations = [
    { terms: [1, 0], joules: 2, of: 2 },
    { terms: [1, 1], joules: 1, of: 2 },
  ];
  const found = fitNonNegative(observations);
  expect(found[1]).toBe(0);
  expect(found[0]).toBeCloseTo(1.5, 9);
});

test('a term that never moves costs nothing', () => {
  expect([...fitNonNegative([{ terms: [2, 0], joules: 4, of: 4 }])]).toEqual([2, 0]);
});
