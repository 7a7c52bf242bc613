import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equationDelay, equationEnergy } from '../../../../sim/cost/scale/equations.ts';
import { moveSupply, supplyRange } from '../../../../sim/cost/scale/supply.ts';
import { atSupply, pointOf } from '../../../../sim/cost/scale/supply-technology.ts';
import { type Scaling, scalingOf } from '../../../../specs/scalings.ts';
import { technologyNames, technologyOf } from '../../../../specs/technologies.ts';
import { dimensionOf } from '../../../../specs/technology.ts';

const scaling = scalingOf();
const ends = ['low', 'value', 'high'] as const;

const share = fc.double({ min: 0, max: 1, noNaN: true });
/** A library's own point and two supplies in its range, the first the lower. */
const arbitraryMove = fc.tuple(fc.constantFrom(...technologyNames), share, share).map(([name, a, b]) => {
  const from = pointOf(scaling, technologyOf(name));
  const { low, high } = supplyRange(scaling, from.volts);
  const [lower, upper] = [Math.min(a, b), Math.max(a, b)].map((part) => low + part * (high - low));
  return { from, lower: lower!, upper: upper! };
});

describe('another supply', () => {
  test('the band of the energy holds the square of the voltage and both families of the equations', () => {
    fc.assert(
      fc.property(arbitraryMove, ({ from, lower }) => {
        const { energy, delay } = moveSupply(scaling, from, lower);
        const to = { ...from, volts: lower };
        for (const family of ['HP', 'LP'] as const) {
          const said = equationEnergy(scaling.equations, family, from, to);
          // The equations end at 7 nm.
          if (said === null) expect(from.nanometres).toBeLessThan(7);
          else expect(energy.low <= said && said <= energy.high).toBe(true);
          const slower = equationDelay(scaling.equations, family, from, to);
          if (slower !== null) expect(delay.low <= slower && slower <= delay.high).toBe(true);
        }
        const square = (lower / from.volts) ** 2;
        expect(energy.low <= square && square <= energy.high).toBe(true);
        expect(energy.low <= energy.value && energy.value <= energy.high).toBe(true);
      }),
    );
  });

  test('energy and leakage rise with it, delay falls, at every end of the bands', () => {
    fc.assert(
      fc.property(arbitraryMove, ({ from, lower, upper }) => {
        fc.pre(upper - lower > 1e-6);
        const [less, more] = [moveSupply(scaling, from, lower), moveSupply(scaling, from, upper)];
        for (const end of ends) {
          expect(more.energy[end]).toBeGreaterThan(less.energy[end]);
          expect(more.leakage[end]).toBeGreaterThan(less.leakage[end]);
          expect(more.delay[end]).toBeLessThan(less.delay[end]);
        }
      }),
    );
  });

  test('by hand: half an octave down at 2 nm, where no equations reach', () => {
    const from = pointOf(scaling, technologyOf('gt2n'));
    const { energy, leakage, delay, laws } = moveSupply(scaling, from, 0.35);
    expect([energy.low, energy.value, energy.high]).toEqual([0.5 ** 2.6, 0.5 ** 2, 0.5 ** 1.3]);
    expect(leakage.high).toBeCloseTo(0.5, 15);
    expect(leakage.value).toBeCloseTo(0.5 * 10 ** -0.35, 15);
    expect(leakage.low).toBeCloseTo(0.5 * 10 ** (-2.3 * 0.35), 15);
    expect(delay.value).toBeCloseTo(0.5 * (0.65 / 0.15) ** 1.3, 12);
    expect(delay.high).toBeCloseTo(0.5 * (0.58 / 0.08) ** 2, 12);
    expect(laws).not.toContain('Stillmaker');
  });

  test.each([
    [
      'asap7',
      0.34,
      'asap7 at 0.34 V: 0.34 V is below what numbers for 0.7 V can be moved to; use a supply from 0.35 V to 0.805 V',
    ],
    [
      'sky130hd',
      2.3,
      'sky130hd at 2.3 V: 2.3 V is above what numbers for 1.8 V can be moved to; use a supply from 0.9 V to 2.07 V',
    ],
  ])('%s at %d V is refused in words', (name, volts, words) => {
    expect(() => atSupply(technologyOf(name), scaling, volts)).toThrow(`${words} [SCALING_RANGE]`);
  });

  test('a curve that bends back is refused, not bridged by the other law', () => {
    expect(() => moveSupply(scaling, { nanometres: 65, volts: 1 }, 0.55)).toThrow(
      '65 nm at 0.55 V: the scaling equations say nothing about energy from 1 V to 0.55 V: a fitted curve bends back; use a supply nearer to 1 V [SCALING_RANGE]',
    );
  });

  test('a law that is taken away is named', () => {
    for (const name of Object.keys(scaling.supply.entries)) {
      const { [name]: _, ...entries } = scaling.supply.entries;
      const less: Scaling = { ...scaling, supply: { ...scaling.supply, entries } };
      expect(() => atSupply(technologyOf('asap7'), less, 0.6)).toThrow(
        `specs/scaling/supply.json: has no entry '${name}'`,
      );
    }
  });
});

describe('a technology at another supply', () => {
  test('says so in its name and in every entry that moved; areas and ratios stay', () => {
    const own = technologyOf('asap7');
    const moved = atSupply(own, scaling, 0.55);
    expect(moved.name).toBe('asap7 scaled to 0.55 V');
    expect(moved.volts).toBe(0.55);
    const { energy, leakage } = moveSupply(scaling, pointOf(scaling, own), 0.55);
    for (const [name, entry] of Object.entries(moved.entries)) {
      const before = own.entries[name]!;
      const kind = dimensionOf(entry.unit)[0];
      const factor = kind === 'J' ? energy : kind === 'W' ? leakage : null;
      if (factor === null || dimensionOf(entry.unit) === 'F/m') expect(entry).toBe(before);
      else {
        for (const end of ends) expect(entry[end]).toBe(before[end] * factor[end]);
        expect(entry.class).toBe('scaled');
        expect(entry.source).toContain(`${before.source}; moved from 0.7 V to 0.55 V by the square of the voltage`);
      }
    }
  });

  test('at its own supply it is itself', () => {
    for (const name of technologyNames) {
      const technology = technologyOf(name);
      expect(atSupply(technology, scaling, technology.volts)).toBe(technology);
    }
  });
});
