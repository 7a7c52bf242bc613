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

test('terms that shrink: no other energies have a smaller sum of squares, of errors and of what shrinks', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 12 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (seed, size, weight) => {
        const random = seededRandom(seed);
        const from = Math.floor(size / 2);
        const observations = Array.from({ length: 8 }, () => ({
          terms: Array.from({ length: size }, (_, at) =>
            random.fraction() < 0.3 ? 0 : random.fraction() * 10 ** (at % 3),
          ),
          joules: random.fraction(),
          of: 1 + random.fraction(),
        }));
        const norm = Array.from({ length: size }, (_, i) =>
          Math.hypot(...observations.map(({ terms, of }) => terms[i]! / of)),
        );
        const loss = (found: ArrayLike<number>): number =>
          observations.reduce((sum, { terms, joules, of }) => sum + ((predicted(found, terms) - joules) / of) ** 2, 0) +
          Array.from(found).reduce((sum, value, i) => sum + (i < from ? 0 : weight * (value * norm[i]!) ** 2), 0);
        const found = fitNonNegative(observations, { from, weight });
        expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
        for (let i = 0; i < size; i++) {
          for (const step of [-1e-3, 1e-3]) {
            const other = found.map((value, at) =>
              at === i ? Math.max(0, value + step / Math.max(norm[i]!, 1e-9)) : value,
            );
            expect(loss(other)).toBeGreaterThanOrEqual(loss(found) - 1e-12);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('more terms than observations: without shrinking they follow the data, with it they stay smaller', () => {
  const observations = [
    { terms: [1, 0, 1, 0], joules: 3, of: 1 },
    { terms: [0, 1, 0, 1], joules: 1, of: 1 },
  ];
  const free = fitNonNegative(observations);
  for (const { terms, joules } of observations) expect(predicted(free, terms)).toBeCloseTo(joules, 9);
  const [a, b, c, d] = fitNonNegative(observations, { from: 0, weight: 1 });
  expect([a, b, c, d].map((value) => value!.toFixed(6))).toEqual(['1.000000', '0.333333', '1.000000', '0.333333']);
});
