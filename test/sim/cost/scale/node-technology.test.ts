import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { energyT0 } from '../../../../sim/cost/energy.ts';
import { elementClock } from '../../../../sim/cost/scale/element-clock.ts';
import { libraryEnergy } from '../../../../sim/cost/scale/libraries.ts';
import { atNode } from '../../../../sim/cost/scale/node-technology.ts';
import { scaleArea, scaleEnergy } from '../../../../sim/cost/scale/scale.ts';
import { sramLeakageAt } from '../../../../sim/cost/scale/sram-leakage.ts';
import { pointOf } from '../../../../sim/cost/scale/supply-technology.ts';
import { scalingOf } from '../../../../specs/scalings.ts';
import { technologyNames, technologyOf } from '../../../../specs/technologies.ts';
import { checkTechnology, dimensionOf } from '../../../../specs/technology.ts';
import { cycles, hertz, ops } from '../../../../specs/units.ts';
import { interval, sample } from '../activities.ts';

const scaling = scalingOf();
const libraries = technologyNames.map((name) => technologyOf(name));
const ends = ['low', 'value', 'high'] as const;

const arbitraryMove = fc.record({
  name: fc.constantFrom(...technologyNames),
  nanometres: fc.double({ min: 2, max: 130, noNaN: true }),
  volts: fc.double({ min: 0.6, max: 0.8, noNaN: true }),
});
const moved = ({ name, nanometres, volts }: { name: string; nanometres: number; volts: number }) =>
  atNode(technologyOf(name), scaling, libraries, nanometres, volts);

describe('a technology at another node', () => {
  test('is a technology, scaled in every energy, area and leakage', () => {
    fc.assert(
      fc.property(arbitraryMove, (move) => {
        // The supplies of 130 nm begin at 0.6 V; those of 65 nm fit no curve below 0.59 V.
        const technology = checkTechnology(moved(move), 'moved');
        const own = technologyOf(move.name);
        const from = pointOf(scaling, own);
        const to = { nanometres: move.nanometres, volts: move.volts };
        const [energy, area] = [scaleEnergy(scaling, from, to), scaleArea(scaling, from, to)];
        for (const [name, entry] of Object.entries(technology.entries)) {
          const before = own.entries[name]!;
          const dimension = dimensionOf(entry.unit);
          const factor = dimension.startsWith('J/') ? energy : dimension.startsWith('um2/') ? area : null;
          if (factor !== null) for (const end of ends) expect(entry[end]).toBe(before[end] * factor[end]);
          if (factor !== null || dimension.startsWith('W/')) expect(entry.class).toBe('scaled');
          else expect(entry).toBe(before);
        }
        // What it costs keeps its band, too.
        const { joulesPerInference } = energyT0({
          activities: [sample()],
          technology,
          clock: hertz(1e8),
          interval: cycles(interval),
          operations: ops(24_000),
        });
        expect(joulesPerInference.low).toBeGreaterThan(0);
        expect(joulesPerInference.value).toBeGreaterThan(joulesPerInference.low);
        expect(joulesPerInference.high).toBeGreaterThan(joulesPerInference.value);
      }),
    );
  });

  test('holds the equations and the measured ratio: 130 nm to 7 nm beside asap7 itself', () => {
    const from = technologyOf('ihp-sg13g2');
    const there = moved({ name: 'ihp-sg13g2', nanometres: 7, volts: 0.7 });
    const ratio = libraryEnergy(scaling.libraries, pointOf(scaling, from), { nanometres: 7, volts: 0.7 })!;
    const [entry, before] = [there.entries['mac.int8.relu']!, from.entries['mac.int8.relu']!];
    expect(entry.low).toBeLessThan(before.value * ratio.low);
    expect(entry.high).toBeGreaterThan(before.value * ratio.high);
    // What was measured there lies in the band.
    for (const name of [
      'mac.int8.relu',
      'mac.int8.area',
      'register.clock',
      'add32.energy',
      'leakage.logic',
      'sram.leakage',
    ]) {
      const measured = technologyOf('asap7').entries[name]!.value;
      expect(there.entries[name]!.low, name).toBeLessThan(measured);
      expect(there.entries[name]!.high, name).toBeGreaterThan(measured);
    }
  });

  test('bits leak as is known around the node, from 130 to 2 nm', () => {
    const bits = libraries.map((library) => {
      const { value, low, high } = library.entries['sram.leakage']!;
      const { nanometres } = pointOf(scaling, library);
      return { nanometres, value: value * 1e-12, low: low * 1e-12, high: high * 1e-12 };
    });
    for (const nanometres of [90, 45, 28, 16, 5]) {
      const known = sramLeakageAt(scaling.leakage, nanometres, bits);
      const entry = moved({ name: 'sky130hd', nanometres, volts: 0.7 }).entries['sram.leakage']!;
      for (const end of ends) expect(entry[end] * 1e-12).toBeCloseTo(known[end], 18);
    }
    // 16 nm lies between CACTI's 22 nm and the bits of asap7.
    expect(sramLeakageAt(scaling.leakage, 16, bits)).toMatchObject({ low: 0.01e-9, high: 10.8e-9 });
    expect(() => sramLeakageAt(scaling.leakage, 1.9, bits)).toThrow(
      'nothing is known at 1.9 nm; use nodes from 2 to 130 nm',
    );
  });

  test('logic leaks as the libraries around the node and as the bits: the band holds both', () => {
    const there = moved({ name: 'sky130hd', nanometres: 65, volts: 0.8 });
    const { low, high } = there.entries['leakage.logic']!;
    for (const name of technologyNames.filter((each) => each !== 'gt2n')) {
      const around = technologyOf(name).entries['leakage.logic']!;
      expect(low).toBeLessThanOrEqual(around.low);
      expect(high).toBeGreaterThanOrEqual(around.high);
    }
    // 84.6 nW per bit of a high-performance SRAM at 65 nm.
    const own = technologyOf('sky130hd').entries;
    const area = scaleArea(scaling, pointOf(scaling, technologyOf('sky130hd')), { nanometres: 65, volts: 0.8 });
    const likeBits = (own['leakage.logic']!.value * 84.6e-9) / (own['sram.leakage']!.value * 1e-12) / area.value;
    expect(high).toBeGreaterThan(likeBits);
  });

  test('what it rests on cannot be left out', () => {
    for (const library of libraries) {
      for (const entry of ['leakage.logic', 'sram.leakage']) {
        const { [entry]: _, ...entries } = library.entries;
        const less = libraries.map((each) => (each === library ? { ...each, entries } : each));
        expect(() => atNode(technologyOf('asap7'), scaling, less, 16, 0.8)).toThrow(
          `technology ${library.name}: has no entry '${entry}'`,
        );
      }
    }
  });
});

describe('the clock of an element', () => {
  const asap7 = pointOf(scaling, technologyOf('asap7'));

  test('is the measured one at its own point', () => {
    expect(elementClock(scaling, asap7, asap7)).toEqual({ value: 929e6, low: 929e6, high: 929e6 });
  });

  test('falls with the supply and from node to node as delays do; nothing is said below 7 nm', () => {
    expect(elementClock(scaling, asap7, { ...asap7, volts: 0.5 })!.high).toBeLessThan(929e6);
    const sky = pointOf(scaling, technologyOf('sky130hd'));
    const { low, high } = elementClock(scaling, sky, { nanometres: 7, volts: 0.7 })!;
    expect(low < 929e6 && 929e6 < high).toBe(true);
    expect(elementClock(scaling, asap7, { nanometres: 5, volts: 0.7 })).toBeNull();
  });
});
