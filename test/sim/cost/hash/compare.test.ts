import { expect, test } from 'vitest';
import { comparedChips, compareSteps, compareWithChips, type Native } from '../../../../sim/cost/hash/compare.ts';
import type { HashPrediction } from '../../../../sim/cost/hash/predict.ts';
import { miningBaselines } from '../../../../specs/baselines.ts';
import { scalingOf } from '../../../../specs/scalings.ts';

const band = (value: number) => ({ value, low: value / 2, high: value * 2 });
const native = (technology: string, nanometres: number, volts: number, joules: number): Native => ({
  prediction: {
    core: 'core',
    technology,
    volts,
    tier: 'T0',
    joulesPerHash: band(joules),
    breakdown: {},
    squareMicrons: band(1e6),
    squareMicronsPerHashPerClock: band(1e6),
    scope: 'test',
    origins: [],
  } satisfies HashPrediction,
  point: { nanometres, volts, library: technology },
});
const natives = [
  native('asap7', 7, 0.7, 3e-10),
  native('ihp-sg13g2', 130, 1.2, 7e-9),
  native('sky130hd', 130, 1.8, 1.2e-8),
  native('gt2n', 2, 0.7, 1.8e-10),
];
const compare = (chips = miningBaselines()) => compareWithChips(natives, chips, scalingOf());

test('every chip stands in the table, scaled, with weights that add up', () => {
  const rows = compare();
  expect(rows.map(({ chip }) => chip.id)).toEqual([...comparedChips]);
  for (const { from, energy, chip } of rows) {
    expect(from.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    for (const { factor } of from) expect(factor.class).toBe('scaled');
    expect(energy.ratio).toBeCloseTo(energy.predicted.value / energy.published, 12);
    expect(energy.predicted.high / energy.predicted.low, chip.id).toBeGreaterThan(2.5 / 0.4);
  }
  expect(rows.filter(({ area }) => area !== null).map(({ chip }) => chip.id)).toEqual(['avalon-110', 'bonanza-mine']);
});

test('at the node of a library only that library counts, and only its supply is moved', () => {
  const { from, energy, volts } = compare().find(({ chip }) => chip.id === 'bonanza-mine')!;
  expect(from.map(({ technology }) => technology)).toEqual(['asap7']);
  const { rules } = from[0]!.factor;
  expect(rules.find(({ name }) => name === 'libraries')!.value).toBeCloseTo((volts / 0.7) ** 2, 12);
  expect(energy.predicted.value).toBeCloseTo(3e-10 * from[0]!.factor.value, 20);
});

test.each([...comparedChips])('without %s the comparison fails with its name', (id) => {
  expect(() => compare(miningBaselines().filter((chip) => chip.id !== id))).toThrow(
    `specs/baselines/mining-chips.json: has no entry '${id}', which the comparison with silicon rests on`,
  );
});

test('no published chip is left out of the comparison', () => {
  expect(miningBaselines().map(({ id }) => id)).toEqual([...comparedChips]);
});

test('steps: all pairs of different nodes, neighbours marked, the offset drops out', () => {
  const rows = compare();
  const steps = compareSteps(rows);
  const doubled = compareSteps(
    rows.map((row) => ({
      ...row,
      energy: { ...row.energy, predicted: { ...row.energy.predicted, value: 2 * row.energy.predicted.value } },
    })),
  );
  expect(steps).toHaveLength(50);
  for (const [at, step] of steps.entries()) expect(doubled[at]!.distance).toBeCloseTo(step.distance, 12);
  const next = steps.filter(({ neighbours }) => neighbours).map(({ from, to }) => `${from} ${to}`);
  expect(next).toContain('avalon-110 bm1380-s1');
  expect(next).toContain('bm1398-s19pro bm1368-s21');
  expect(next).not.toContain('avalon-110 bm1385');
  expect(next).toHaveLength(16);
});
