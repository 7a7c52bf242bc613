import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equationEnergy } from '../../../../sim/cost/scale/equations.ts';
import { libraryEnergy } from '../../../../sim/cost/scale/libraries.ts';
import type { OperatingPoint, Scaled } from '../../../../sim/cost/scale/operating-point.ts';
import { scaleArea, scaleDelay, scaleEnergy } from '../../../../sim/cost/scale/scale.ts';
import { sramLeakageAt } from '../../../../sim/cost/scale/sram-leakage.ts';
import type { Scaling } from '../../../../specs/scalings.ts';
import { scalingOf } from '../../../../specs/scalings.ts';

const scaling = scalingOf();
const at = (nanometres: number, volts: number, library?: string): OperatingPoint =>
  library === undefined ? { nanometres, volts } : { nanometres, volts, library };
const points = Object.entries(scaling.libraries.libraries).map(([name, { nanometres, volts }]) =>
  at(nanometres, volts, name),
);

describe('scaling equations', () => {
  const energy = (from: OperatingPoint, to: OperatingPoint) => 1 / equationEnergy(scaling.equations, 'HP', from, to)!;

  test('the worked example of the corrigendum: 65 nm at 1.3 V to 32 nm at 0.9 V is 0.1755', () => {
    expect(equationEnergy(scaling.equations, 'HP', at(65, 1.3), at(32, 0.9))).toBeCloseTo(0.1755, 3);
  });

  test('steps that were worked out elsewhere from the same coefficients', () => {
    expect(energy(at(45, 0.9), at(7, 0.7))).toBeCloseTo(14.6, 1);
    expect(energy(at(45, 1.1), at(7, 0.7))).toBeCloseTo(21.8, 1);
    expect(energy(at(45, 0.9), at(7, 0.9))).toBeCloseTo(8.1, 1);
    expect(energy(at(180, 1.8), at(130, 1.2))).toBeCloseTo(5.1, 1);
    expect(energy(at(130, 1.2), at(45, 1.1))).toBeCloseTo(5.0, 1);
  });

  test('nothing is said beyond 180 and 7 nm, and where a fit bends back', () => {
    expect(equationEnergy(scaling.equations, 'HP', at(7, 0.7), at(5, 0.7))).toBeNull();
    expect(equationEnergy(scaling.equations, 'HP', at(250, 2.5), at(180, 1.8))).toBeNull();
    // The parabola of 65 nm has its minimum at 0.586 V.
    expect(equationEnergy(scaling.equations, 'HP', at(65, 1), at(65, 0.58))).toBeNull();
    expect(equationEnergy(scaling.equations, 'HP', at(65, 1), at(65, 0.6))).not.toBeNull();
  });

  test('between two nodes lies between the two', () => {
    const of = (nanometres: number) => equationEnergy(scaling.equations, 'HP', at(65, 1), at(nanometres, 0.9))!;
    expect(of(55)).toBeLessThan(of(65));
    expect(of(55)).toBeGreaterThan(of(45));
  });
});

describe('measured libraries', () => {
  test('from library to library the factor is the ratio of the measured blocks', () => {
    const { blocks } = scaling.libraries.libraries.nangate45!;
    const seven = scaling.libraries.libraries.asap7!.blocks;
    const ratios = Object.keys(blocks).map((block) => seven[block]!.femtojoules / blocks[block]!.femtojoules);
    const rule = libraryEnergy(scaling.libraries, at(45, 1.1, 'nangate45'), at(7, 0.7, 'asap7'))!;
    expect(rule.low).toBeCloseTo(Math.min(...ratios), 12);
    expect(rule.high).toBeCloseTo(Math.max(...ratios), 12);
    // The int8 unit alone: 11.0 times.
    expect(1 / ratios[0]!).toBeCloseTo(11, 1);
  });

  test('another supply counts with its square', () => {
    const rule = libraryEnergy(scaling.libraries, at(7, 0.7, 'asap7'), at(7, 0.35, 'asap7'))!;
    expect([rule.low, rule.value, rule.high].map((x) => x.toFixed(12))).toEqual(Array(3).fill('0.250000000000'));
  });
});

const holds = (scaled: Scaled): boolean =>
  scaled.rules.every((rule) => scaled.low <= rule.low && rule.high <= scaled.high && rule.low <= rule.value);

describe('scaled numbers', () => {
  test('are labelled so, and their band holds both ways and a factor of 2.5 each way', () => {
    for (const from of points)
      for (const to of points) {
        const scaled = scaleEnergy(scaling, from, to);
        expect(scaled.class).toBe('scaled');
        expect(holds(scaled)).toBe(true);
        expect(scaled.low).toBeLessThanOrEqual(0.4 * scaled.value);
        expect(scaled.high).toBeGreaterThanOrEqual(2.5 * scaled.value);
        expect(holds(scaleDelay(scaling, at(130, 1.2, 'ihp-sg13g2'), at(7, 0.7, 'asap7')))).toBe(true);
      }
  });

  test('45 nm to 7 nm: equations and libraries both lie in the band', () => {
    const { low, high, rules } = scaleEnergy(scaling, at(45, 1.1, 'nangate45'), at(7, 0.7, 'asap7'));
    expect(rules.map(({ name }) => name)).toEqual(['equations', 'libraries']);
    expect(low).toBeLessThan(1 / 21.8);
    expect(high).toBeGreaterThan(1 / 11);
  });

  test('to the same point nothing changes, there and back cancel', () => {
    for (const from of points) {
      expect(scaleEnergy(scaling, from, from).value).toBeCloseTo(1, 12);
      expect(scaleArea(scaling, from, from).value).toBeCloseTo(1, 12);
      for (const to of points)
        expect(scaleEnergy(scaling, from, to).value * scaleEnergy(scaling, to, from).value).toBeCloseTo(1, 10);
    }
  });

  test('energy rises and delay falls with the supply', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 7, max: 130, noNaN: true }),
        fc.double({ min: 0.8, max: 1.2, noNaN: true }),
        fc.double({ min: 0.001, max: 0.3, noNaN: true }),
        (nanometres, volts, more) => {
          const [low, high] = [at(nanometres, volts), at(nanometres, volts + more)];
          expect(scaleEnergy(scaling, low, high).value).toBeGreaterThan(1);
        },
      ),
    );
    expect(scaleDelay(scaling, at(65, 1), at(65, 1.1)).value).toBeLessThan(1);
    expect(scaleDelay(scaling, at(7, 0.7), at(7, 0.5)).value).toBeGreaterThan(1);
  });

  test('a node that nothing covers is refused', () => {
    expect(() => scaleEnergy(scaling, at(7, 0.7), at(1, 0.7))).toThrow(
      /nothing covers 7 nm at 0.7 V to 1 nm at 0.7 V; use nodes from 2 to 180 nm .* \[SCALING_RANGE\]/,
    );
  });
});

describe('a missing entry is named, never bridged', () => {
  const without = (part: object, name: string): object =>
    Object.fromEntries(Object.entries(part).filter(([key]) => key !== name));
  const use = (changed: Scaling) => () => scaleEnergy(changed, at(65, 1, 'nangate45'), at(28, 0.8));

  const used = Object.keys(scaling.equations.nodes);
  test.each(used)('equations, %s', (name) => {
    const nodes = without(scaling.equations.nodes, name) as Scaling['equations']['nodes'];
    expect(use({ ...scaling, equations: { ...scaling.equations, nodes } })).toThrow(
      `specs/scaling/stillmaker-baas.json: has no entry '${name}'`,
    );
  });

  test.each(Object.keys(scaling.libraries.libraries))('library %s, and each of its blocks', (name) => {
    const { libraries } = scaling.libraries;
    const less = without(libraries, name) as typeof libraries;
    expect(use({ ...scaling, libraries: { ...scaling.libraries, libraries: less } })).toThrow(
      `specs/scaling/libraries.json: has no entry '${name}'`,
    );
    for (const block of Object.keys(libraries[name]!.blocks)) {
      const blocks = without(libraries[name]!.blocks, block) as (typeof libraries)[string]['blocks'];
      const changed = { ...libraries, [name]: { ...libraries[name]!, blocks } };
      const data = { ...scaling, libraries: { ...scaling.libraries, libraries: changed } };
      expect(() => scaleEnergy(data, at(7, 0.7, 'asap7'), at(28, 0.8))).toThrow(`has no entry '${block}'`);
    }
  });
});

describe('leakage of SRAM', () => {
  test('holds every kind of cell, in watts per bit', () => {
    const { low, high } = sramLeakageAt(scaling.leakage, 45);
    expect(low).toBeCloseTo(0.87e-9, 15);
    expect(high).toBeCloseTo(76.2e-9, 15);
    expect(sramLeakageAt(scaling.leakage, 55).high).toBeCloseTo(84.6e-9, 15);
  });
  test('is not made up for nodes without data', () => {
    expect(() => sramLeakageAt(scaling.leakage, 7)).toThrow('nothing is known at 7 nm; use nodes from 22 to 130 nm');
  });
});
