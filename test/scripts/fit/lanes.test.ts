import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  laneMeter,
  laneRatios,
  operators,
  profiles,
  restShapes,
  ternaryRatios,
  weights4Ratios,
  wideWeights,
} from '../../../scripts/fit/lane-ratios.ts';
import { laneStream } from '../../../scripts/fit/lane-streams.ts';
import { withEntries } from '../../../scripts/fit/technology-text.ts';
import { readLibertyFiles } from '../../../scripts/gate/liberty-files.ts';
import { projectRoot } from '../../../scripts/project.ts';
import { packagedYosys } from '../../../scripts/tools/yosys/open.ts';
import { clockGateOf } from '../../../sim/cost/gate/liberty/clock-gates.ts';
import { libertyForMapping } from '../../../sim/cost/gate/liberty/for-mapping.ts';
import { layoutEstimate } from '../../../sim/cost/gate/wire-model.ts';
import { technologyNames, technologyOf } from '../../../specs/technologies.ts';
import { cellTechnologies, cellTechnology, needLiberty } from '../../support/liberty.ts';

const yosys = packagedYosys();
afterAll(() => yosys.close());

test.each(technologyNames)('%s: entries are written into the text of the file, all other lines stay', (name) => {
  const text = readFileSync(join(projectRoot, 'specs', 'tech', `${name}.json`), 'utf8');
  expect(withEntries(text, {})).toBe(text);
  const { entries } = technologyOf(name);
  const old = entries['lane.split.relu']!;
  expect(withEntries(text, { 'lane.split.relu': old })).toBe(text);
  const changed = withEntries(text, { 'lane.split.relu': { ...old, value: 0.5 }, 'lane.new': old });
  expect(JSON.parse(changed).entries).toEqual({
    ...entries,
    'lane.split.relu': { ...old, value: 0.5 },
    'lane.new': old,
  });
  const before = text.slice(0, text.indexOf('"lane.split.relu"'));
  expect(changed.slice(0, before.length)).toBe(before);
  const perEntry = 9;
  expect(changed.split('\n').length).toBe(text.split('\n').length + perEntry);
});

test('operands of each kind of data are what its name says', () => {
  const shape = { simd: 4, unsigned: true, activationBits: 8, weightBits: 8, weightForm: 'any' } as const;
  const zeros = (profile: (typeof profiles)[number], of = shape) => {
    const { activations } = laneStream(profile, of, 2000);
    return activations.filter((value) => value === 0).length / activations.length;
  };
  expect(zeros('relu')).toBeCloseTo(0.5, 1);
  expect(zeros('sparse90')).toBeCloseTo(0.9, 1);
  expect(zeros('weightStationary')).toBe(0);
  expect(zeros('uniform')).toBeLessThan(0.01);
  for (const profile of profiles)
    for (const unsigned of [false, true]) {
      const { activations, weights } = laneStream(profile, { ...shape, unsigned }, 2000);
      const [low, high] = unsigned ? [0, 255] : [-128, 127];
      expect(activations.every((value) => value >= low && value <= high)).toBe(true);
      expect(weights.every((value) => value >= -128 && value <= 127)).toBe(true);
    }
  const { weights } = laneStream('weightStationary', { ...shape, simd: 1 }, 640);
  expect(weights.filter((value, at) => at > 0 && value !== weights[at - 1]).length).toBeLessThan(10);
});

test('narrow weights are spread as the scale of the least squared error leaves them', () => {
  const shape = { simd: 4, unsigned: false, activationBits: 8, weightBits: 4, weightForm: 'any' } as const;
  const rms = (weights: Int32Array) => Math.sqrt(weights.reduce((sum, one) => sum + one * one, 0) / weights.length);
  const [steps, range] = (['steps', 'range'] as const).map((spread) => laneStream('relu', shape, 2000, spread));
  // Less than 3, as the ends are cut off.
  expect(rms(steps!.weights)).toBeGreaterThan(2.8);
  expect(rms(steps!.weights)).toBeLessThan(3.1);
  expect(rms(range!.weights)).toBeCloseTo(1.04, 1);
  const ternary = { ...shape, weightBits: 2, weightForm: 'ternary' } as const;
  for (const [profile, zeros] of [
    ['uniform', 1 / 3],
    ['relu', 0.4],
  ] as const) {
    const { weights } = laneStream(profile, ternary, 2000);
    expect([...new Set(weights)].sort((a, b) => a - b)).toEqual([-1, 0, 1]);
    expect(weights.filter((one) => one === 0).length / weights.length).toBeCloseTo(zeros, 1);
  }
});

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
for (const technology of exhaustive ? cellTechnologies : [cellTechnology('gt2n')]) {
  const { name } = technology;
  const paths = technology.files.map((file) => `${name}/${file}`);
  needLiberty(
    `${name}: what a lane of form split, or with narrow weights, costs beside one of operators lies in the bands of its entries`,
    paths,
    async (folder) => {
      const libraries = readLibertyFiles(paths.map((path) => join(folder, `${path}.gz`)));
      const layout = layoutEstimate(technologyOf(name));
      const meter = laneMeter({
        ...{ libraries, cells: libertyForMapping(libraries), gate: clockGateOf(libraries), layout, yosys },
      });
      const found = {
        split: await laneRatios(meter, restShapes.slice(0, 1), operators('split'), operators('plain')),
        ternary: await ternaryRatios(meter, wideWeights.slice(0, 1)),
        weights4: await weights4Ratios(meter, wideWeights.slice(0, 1)),
      };
      const { entries } = technologyOf(name);
      for (const [lane, { energy, area }] of Object.entries(found)) {
        for (const [what, { value }] of Object.entries({ ...energy, area })) {
          const entry = entries[`lane.${lane}.${what}`]!;
          // The entries have three digits.
          expect(value, `${lane} ${what}`).toBeGreaterThan(0.997 * entry.low);
          expect(value, `${lane} ${what}`).toBeLessThan(1.003 * entry.high);
        }
      }
    },
    300,
  );
}
