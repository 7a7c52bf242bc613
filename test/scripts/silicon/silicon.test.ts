import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../../scripts/project.ts';
import { png } from '../../../scripts/report/png.ts';
import { causes, compareSilicon, fromOperators, fromStages } from '../../../scripts/silicon/comparison.ts';
import { cores } from '../../../scripts/silicon/cores.ts';
import { siliconFigure } from '../../../scripts/silicon/figure.ts';
import { siliconWords } from '../../../scripts/silicon/words.ts';
import { miningBaselines } from '../../../specs/baselines.ts';

const miner = compareSilicon(fromOperators(cores.miner()));
const stages = compareSilicon(fromStages);
const words = siliconWords([miner, stages], [miner, stages]);
const page = readFileSync(join(projectRoot, 'docs/silicon.md'), 'utf8');

test('the bar: the energy of the miner from one node to the next is within 2.5 of the published step', () => {
  const next = miner.steps.filter(({ neighbours }) => neighbours);
  expect(next).toHaveLength(16);
  for (const { from, to, distance } of next) expect(distance, `${from} to ${to}`).toBeLessThanOrEqual(2.5);
});

test('the two ways of predicting agree within their bands in every technology', () => {
  for (const [at, estimate] of miner.natives.entries()) {
    const gates = stages.natives[at]!;
    expect(gates.technology).toBe(estimate.technology);
    expect(estimate.joulesPerHash.low).toBeLessThan(gates.joulesPerHash.high);
    expect(gates.joulesPerHash.low).toBeLessThan(estimate.joulesPerHash.high);
    expect(estimate.squareMicrons.value / gates.squareMicrons.value).toBeGreaterThan(0.75);
    expect(estimate.squareMicrons.value / gates.squareMicrons.value).toBeLessThan(1.25);
  }
});

test('the offset is the mean of the quotients, and its ends are those of single chips', () => {
  for (const { chips, offset } of [miner, stages]) {
    const ratios = chips.map(({ energy }) => energy.predicted.value / energy.published);
    expect(offset.low).toBeCloseTo(Math.min(...ratios), 12);
    expect(offset.high).toBeCloseTo(Math.max(...ratios), 12);
    expect(offset.value ** ratios.length / ratios.reduce((product, ratio) => product * ratio, 1)).toBeCloseTo(1, 9);
  }
});

test('the output hides nothing: every chip, every step, what lies outside, causes', () => {
  for (const { name } of miningBaselines()) expect(words).toContain(name);
  const lines = words.split('\n');
  const outside = [miner, stages].flatMap(({ steps }) => steps).filter(({ distance }) => distance > 2.5);
  expect(outside.length).toBeGreaterThan(0);
  expect(lines.filter((line) => line.endsWith('  outside'))).toHaveLength(outside.length);
  for (const cause of causes) expect(words).toContain(cause);
  expect(words).toContain('(assumed)');
  expect(words).toContain('scaled');
});

test('the page says what the program prints', () => {
  const from = words.indexOf('sha256d_miner (T0): predicted over published');
  const summary = words.slice(from, words.indexOf('\n\n', from));
  expect(summary.split('\n')).toHaveLength(6);
  expect(page).toContain(summary);
  for (const { chip, energy } of miner.chips)
    expect(page).toMatch(
      new RegExp(`\\| ${chip.name.replace(/[()]/g, '\\$&')} \\|.*\\| ${energy.ratio.toPrecision(3)} \\|`),
    );
});

test('the figure holds every chip three times and is the one of the page', () => {
  const figure = siliconFigure([miner, stages]);
  expect(JSON.parse(JSON.stringify(figure.config))).toEqual(figure.config);
  const sets = figure.config.data.datasets as unknown as { data: unknown[] }[];
  expect(sets.map(({ data }) => data.length)).toEqual([11, 11, 11]);
  expect(figure.alt).toMatch(/tier T0 .* tier T2 .*\.$/);
  expect(png(figure).subarray(0, 4)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
});
