import { describe, expect, test } from 'vitest';
import { energyT0 } from '../../../sim/cost/energy.ts';
import { atSupply } from '../../../sim/cost/scale/supply-technology.ts';
import { type WhatIfRun, whatIf } from '../../../sim/cost/what-if.ts';
import { check } from '../../../specs/check.ts';
import { scalingOf } from '../../../specs/scalings.ts';
import { technologyNames, technologyOf } from '../../../specs/technologies.ts';
import { cycles, hertz, ops } from '../../../specs/units.ts';
import { WhatIf } from '../../../specs/what-if.ts';
import { interval, sample } from './activities.ts';

const scaling = scalingOf();
const run: WhatIfRun = {
  activities: [sample('a'), { ...sample('b'), dataProfile: 'uniform' }, { ...sample('wide'), activationBits: 16 }],
  technologies: technologyNames.map((name) => technologyOf(name)),
  scaling,
  clock: hertz(100e6),
  interval: cycles(interval),
  operations: ops(72_000),
};
const table = whatIf(run);

describe('the table of technologies, supplies and data', () => {
  test('is what its schema says, also after a trip through JSON', () => {
    expect(check(WhatIf, table, 'what-if')).toBe(table);
    expect(JSON.parse(JSON.stringify(table))).toEqual(table);
  });

  test('every number is the energy of that circuit in that technology on that data', () => {
    for (const { technology, volts, joulesPerInference } of table.points) {
      const there = atSupply(technologyOf(technology), scaling, volts);
      expect(Object.keys(joulesPerInference)).toEqual(table.profiles);
      expect(joulesPerInference.design).toEqual(energyT0({ ...run, technology: there }).joulesPerInference);
      const sparse = run.activities.map((activity) =>
        activity.activationBits === 16 ? activity : { ...activity, dataProfile: 'sparse90' as const },
      );
      expect(joulesPerInference.sparse90).toEqual(
        energyT0({ ...run, activities: sparse, technology: there }).joulesPerInference,
      );
    }
  });

  test('has every technology, its own supply not scaled and all others so', () => {
    for (const name of technologyNames) {
      const points = table.points.filter(({ technology }) => technology === name);
      const own = points.filter(({ scaled }) => !scaled);
      expect(own.map(({ volts }) => volts)).toEqual([technologyOf(name).volts]);
      expect(own[0]).toMatchObject({ laws: '', energyFactor: { value: 1, low: 1, high: 1 } });
      const volts = points.map((point) => point.volts);
      expect(volts).toEqual([...volts].sort((a, b) => a - b));
      expect(volts.length).toBe(6);
      for (const point of points.filter(({ scaled }) => scaled)) expect(point.laws).toContain('square of the voltage');
      // Energy rises with the supply, on all data; uniform data cost most.
      for (const profile of table.profiles) {
        const joules = points.map((point) => point.joulesPerInference[profile]!.value);
        expect(joules).toEqual([...joules].sort((a, b) => a - b));
      }
      for (const { joulesPerInference: at } of points) {
        expect(at.sparse90!.value).toBeLessThan(at.relu!.value);
        expect(at.relu!.value).toBeLessThan(at.design!.value);
        expect(at.design!.value).toBeLessThan(at.uniform!.value);
      }
    }
  });

  test('marks supplies at which not even one element reaches the clock', () => {
    const at = (megahertz: number) =>
      whatIf({ ...run, clock: hertz(megahertz * 1e6) })
        .points.filter(({ technology }) => technology === 'asap7')
        .map(({ tooFast }) => tooFast);
    expect(at(100)).toEqual([false, false, false, false, false, false]);
    // 929 MHz at 0.7 V; at 0.42 V even the high end of the band, 664 MHz, is below.
    expect(at(700)).toEqual([true, false, false, false, false, false]);
    expect(at(930)).toEqual([true, true, true, true, true, false]);
  });

  test('rests on entries that cannot be left out, of every technology', () => {
    for (const { technology: name, entries: used } of table.points.filter(({ scaled }) => !scaled)) {
      expect(used.length).toBeGreaterThan(20);
      for (const entry of used) {
        const technology = technologyOf(name);
        const { [entry]: _, ...entries } = technology.entries;
        const technologies = run.technologies.map((each) => (each === technology ? { ...each, entries } : each));
        expect(() => whatIf({ ...run, technologies }), entry).toThrow(`has no entry '${entry}'`);
      }
    }
  });
});
