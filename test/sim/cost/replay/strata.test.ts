import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  defaultSampling,
  draw,
  drawWindows,
  estimate,
  halfWidth99,
  type Sampling,
  seededFractions,
  stratify,
  student995,
} from '../../../../sim/cost/replay/strata.ts';

const { strata: strataCount, perStratum } = defaultSampling;

/** Windows of a stage that works in bursts: mostly quiet, energy follows activity up to noise. */
function population(windows: number, seed: number) {
  const fraction = seededFractions(seed);
  const activity = new Float64Array(windows);
  const energy = new Float64Array(windows);
  for (let at = 0; at < windows; at++) {
    const busy = Math.floor(at / 50) % 5 === 0;
    activity[at] = busy ? 40 + 60 * fraction() : 2 * fraction();
    energy[at] = 10 + activity[at]! * (0.8 + 0.4 * fraction());
  }
  return { activity, energy, mean: energy.reduce((sum, value) => sum + value, 0) / windows };
}

function sample({ activity, energy }: ReturnType<typeof population>, seed: number) {
  const fraction = seededFractions(seed);
  return estimate(
    stratify(activity, strataCount).map((stratum) => ({
      size: stratum.windows.length,
      values: draw(stratum, perStratum, fraction).map((window) => energy[window]!),
    })),
  );
}

test('the 99 % interval covers the mean of all windows in at least 97 % of 200 samplings, within 5 % of it', () => {
  const all = population(2000, 3);
  let covered = 0;
  for (let repetition = 1; repetition <= 200; repetition++) {
    const found = sample(all, 7919 * repetition);
    const half = halfWidth99(found);
    if (Math.abs(found.mean - all.mean) <= half) covered++;
    expect(half).toBeLessThan(0.05 * all.mean);
  }
  expect(covered).toBeGreaterThanOrEqual(194);
  // An interval a third as wide does not: the check can fail.
  const narrow = Array.from({ length: 200 }, (_, at) => sample(all, 7919 * (at + 1))).filter(
    (found) => Math.abs(found.mean - all.mean) <= halfWidth99(found) / 3,
  );
  expect(narrow.length).toBeLessThan(194);
});

test('strata hold every window once, and a census is exact', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 80 }), (values) => {
      const activity = Float64Array.from(values);
      const strata = stratify(activity, strataCount);
      const windows = strata.flatMap((stratum) => [...stratum.windows]);
      expect(windows.sort((a, b) => a - b)).toEqual(values.map((_, at) => at));
      const seen = strata.map((stratum) => ({
        size: stratum.windows.length,
        values: draw(stratum, values.length, seededFractions(1)).map((window) => values[window]!),
      }));
      const found = estimate(seen);
      expect(found.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
      expect(halfWidth99(found)).toBe(0);
    }),
  );
});

test("Student's quantile: tables", () => {
  // 99.5 % points of printed tables.
  for (const [freedom, quantile] of [
    [5, 4.0321],
    [10, 3.1693],
    [30, 2.75],
    [Number.POSITIVE_INFINITY, 2.5758],
  ] as const)
    expect(student995(freedom) / quantile).toBeCloseTo(1, 2);
});

test('by the schedule, windows are drawn by the sizes of the strata, at least three of each', () => {
  const activity = Float64Array.from({ length: 200 }, (_, window) => (window < 40 ? 100 : window < 100 ? 40 : 0));
  const sampling: Sampling = { by: 'schedule', clocks: 31, strata: 3, perStratum: 4, seed: 1 };
  const { strata, drawn } = drawWindows(activity, sampling, seededFractions(1));
  expect(strata.map(({ windows }) => windows.length)).toEqual([100, 60, 40]);
  expect(drawn.map(({ length }) => length)).toEqual([6, 4, 3]);
  const byRegisters = drawWindows(activity, { ...sampling, by: 'registers' }, seededFractions(1));
  expect(byRegisters.drawn.map(({ length }) => length)).toEqual([4, 4, 4]);
});
