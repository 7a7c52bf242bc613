import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { energyOrder, pairedDifference } from '../../../sim/cost/paired.ts';
import {
  drawWindows,
  estimateFrom,
  freedomOf,
  type Sampling,
  seededFractions,
} from '../../../sim/cost/replay/strata.ts';
import type { Band, EnergyResult, Result } from '../../../specs/result.ts';
import { seededRandom } from '../../support/random.ts';
import { sampleResult } from '../../support/results.ts';

const template = sampleResult({ name: 'd', architecture: 'stream', multipliers: 16 });
const names = ['mac', 'weight-memory', 'clock'] as const;
const total = (bands: readonly Band[], end: keyof Band) => bands.reduce((sum, band) => sum + band[end], 0);

/** A result with these components, and joules per input. */
function result(components: readonly Band[], more: Partial<EnergyResult> = {}, technology = 'asap7'): Result {
  const sum = { value: total(components, 'value'), low: total(components, 'low'), high: total(components, 'high') };
  const byComponent = Object.fromEntries(components.map((band, index) => [names[index]!, band]));
  const breakdown = { ...template.energy.breakdown, byComponent };
  return {
    ...template,
    design: { ...template.design, technology },
    energy: { ...template.energy, joulesPerInference: sum, breakdown, ...more },
  };
}
const band = (low: number, value: number, high: number): Band => ({ low, value, high });
const measured = (more: Partial<NonNullable<EnergyResult['samples']>>) => ({
  samples: { inputs: 'abc', count: 8, standardError: 0.1, freedom: 9, own: 0, shared: {}, ...more },
});

const arbitraryBand = fc
  .tuple(fc.nat(50), fc.nat(50), fc.nat(50))
  .map(([low, less, more]) => band(low, low + less, low + less + more));
const arbitraryComponents = fc.tuple(arbitraryBand, arbitraryBand, arbitraryBand);

describe('the difference of two designs', () => {
  test('by hand: what is common to a component cancels, what is not does not', () => {
    // Twice the multiply-accumulates, half of the memory accesses, the same clock.
    const a = result([band(4, 10, 25), band(1, 2, 8), band(3, 5, 8)]);
    const b = result([band(2, 5, 12.5), band(2, 4, 16), band(3, 5, 8)]);
    expect(pairedDifference(a, b)).toEqual({
      difference: band(2 - 8, 5 - 2, 12.5 - 1),
      samples: 0,
      halfWidth: 0,
      own: 0,
    });
    expect(energyOrder(a, b)).toBe(0);
  });

  test('overlapping bands are ordered when less of everything is needed', () => {
    const less = result([band(4, 10, 25), band(1, 2, 8), band(3, 5, 8)]);
    const more = result([band(5, 12, 30), band(1, 2, 8), band(3, 5, 8)]);
    expect(less.energy.joulesPerInference.high).toBeGreaterThan(more.energy.joulesPerInference.low);
    expect(pairedDifference(less, more)).toMatchObject({ difference: band(-5, -2, -1) });
    expect([energyOrder(less, more), energyOrder(more, less)]).toEqual([-1, 1]);
  });

  test('holds the true difference for every way in which components can err together', () => {
    fc.assert(
      fc.property(
        arbitraryComponents,
        arbitraryComponents,
        fc.array(fc.constantFrom('low', 'value', 'high'), { minLength: 3, maxLength: 3 }),
        (a, b, errors) => {
          const paired = pairedDifference(result(a), result(b));
          if ('reason' in paired) throw new Error(paired.reason);
          const truth = errors.reduce((sum, end, index) => sum + a[index]![end] - b[index]![end], 0);
          expect(paired.difference.low).toBeLessThanOrEqual(truth);
          expect(paired.difference.high).toBeGreaterThanOrEqual(truth);
        },
      ),
    );
  });

  test('the order is strict: never both ways, never in a ring, and what bands alone decide stays so', () => {
    fc.assert(
      fc.property(arbitraryComponents, arbitraryComponents, arbitraryComponents, (x, y, z) => {
        const [a, b, c] = [result(x), result(y), result(z)];
        expect(energyOrder(a, b) + energyOrder(b, a)).toBe(0);
        if (energyOrder(a, b) < 0 && energyOrder(b, c) < 0) expect(energyOrder(a, c)).toBe(-1);
        if (a.energy.joulesPerInference.high < b.energy.joulesPerInference.low) expect(energyOrder(a, b)).toBe(-1);
      }),
    );
  });
});

describe('the same inputs', () => {
  const shared = { mac: band(4, 10, 25) };
  const other = { mac: band(5, 12, 30) };

  test('the interval of both samplings by hand, and what each may be off by for itself', () => {
    // Variances 9 and 16 with 6 and 12 degrees of freedom: standard error 5, freedom 625 / (81 / 6 + 256 / 12) = 17.94.
    const a = result([band(3, 10, 30)], measured({ standardError: 3, freedom: 6, own: 1, shared }));
    const b = result([band(4, 12, 40)], measured({ standardError: 4, freedom: 12, own: 2, shared: other }));
    const paired = pairedDifference(a, b);
    if ('reason' in paired) throw new Error(paired.reason);
    const { difference, halfWidth, own, samples } = paired;
    expect([samples, own]).toEqual([8, 3]);
    // Printed tables have 2.898 for 17 and 2.878 for 18 degrees of freedom.
    expect(halfWidth / (2.8792 * 5)).toBeCloseTo(1, 3);
    expect(difference).toEqual({ value: -2, low: -5 - (halfWidth + 3), high: -1 + (halfWidth + 3) });
    expect(energyOrder(a, b)).toBe(0);
  });

  test('bands overlap, and what both have in common cancels: ordered', () => {
    const a = result([band(3, 10, 30)], measured({ standardError: 0.1, freedom: 6, own: 0.1, shared }));
    const b = result([band(4, 12, 40)], measured({ standardError: 0.1, freedom: 6, own: 0.1, shared: other }));
    expect([energyOrder(a, b), energyOrder(b, a)]).toEqual([-1, 1]);
    // The bands of the results alone would allow too much.
    expect(pairedDifference(a, b)).toMatchObject({ difference: { value: -2 } });
  });

  test('all windows of both looked at, no fit: the difference is what the technology leaves of it', () => {
    const whole = { standardError: 0, freedom: 0, own: 0 };
    const a = result([band(3, 10, 30)], measured({ ...whole, shared }));
    const b = result([band(4, 12, 40)], measured({ ...whole, shared: other }));
    expect(pairedDifference(a, b)).toEqual({ difference: band(-5, -2, -1), samples: 8, halfWidth: 0, own: 0 });
  });

  test('two samplings of one design are ordered in at most 3 of 100 cases; of designs 20 % apart in nearly all', () => {
    const random = seededRandom(7).fraction;
    const activity = Float64Array.from({ length: 2000 }, () => Math.floor(60 * random() ** 2));
    // Energies follow the activity, with as much beside it.
    const energies = activity.map((moving) => 20 + moving + 30 * random());
    const sampling: Omit<Sampling, 'seed'> = { by: 'registers', clocks: 8, strata: 4, perStratum: 16 };
    const drawn = (seed: number, factor: number): Result => {
      const drawing = drawWindows(activity, { ...sampling, seed }, seededFractions(seed));
      const found = estimateFrom(drawing, (window) => factor * energies[window]!);
      const [standardError, freedom] = [Math.sqrt(found.variance), freedomOf(found)];
      const same = band(found.mean, found.mean, found.mean);
      const wide = band(0.5 * found.mean, found.mean, 2 * found.mean);
      return result([wide], measured({ standardError, freedom, own: 0, shared: { mac: same } }));
    };
    const repetitions = 2000;
    let [equal, apart] = [0, 0];
    for (let seed = 1; seed <= repetitions; seed++) {
      if (energyOrder(drawn(2 * seed, 1), drawn(2 * seed + 1, 1)) !== 0) equal++;
      if (energyOrder(drawn(2 * seed, 1), drawn(2 * seed + 1, 1.2)) < 0) apart++;
    }
    expect(equal / repetitions).toBeLessThanOrEqual(0.03);
    expect(equal).toBeGreaterThan(0);
    expect(apart / repetitions).toBeGreaterThan(0.97);
  });
});

describe('what is not paired says why', () => {
  const own = result([band(4, 10, 25)]);
  const near = band(5, 12, 30);
  const reasonOf = (other: Result, first = own) => {
    const paired = pairedDifference(first, other);
    return 'reason' in paired ? [paired.reason, paired.refused] : null;
  };

  test('tiers and networks: refused, also where bands are far apart', () => {
    const gates = result([band(400, 500, 600)], { tier: 'T2' });
    expect(reasonOf(gates)).toEqual(['their energies are of tiers T0 and T2, which count different things', true]);
    expect([energyOrder(own, gates), energyOrder(gates, own)]).toEqual([0, 0]);
    const other = { ...result([band(400, 500, 600)]), model: { ...template.model, sha256: 'other' } };
    expect(reasonOf(other)).toEqual(['they compute different networks', true]);
    expect(energyOrder(own, other)).toBe(0);
  });

  test('technologies and numbers: bands alone decide', () => {
    expect(reasonOf(result([near], {}, 'gt2n'))).toEqual([
      'their technologies are asap7 and gt2n: no error is common to them',
      false,
    ]);
    expect(energyOrder(own, result([near], {}, 'gt2n'))).toBe(0);
    expect(energyOrder(own, result([band(400, 500, 600)], {}, 'gt2n'))).toBe(-1);
    const [first, ...rest] = template.energy.origins;
    const changed = result([near], { origins: [{ ...first!, high: first!.high * 2 }, ...rest] });
    expect(reasonOf(changed)).toEqual([`they rest on different numbers for '${first!.entry}'`, false]);
  });

  test('sampled tiers: the same inputs, or bands alone', () => {
    const origin = (entry: string, value: number) => ({ ...template.energy.origins[0]!, entry, value });
    const gates = (value: number, of: number, seen: boolean) =>
      result([band(value - 2, value, value + 2)], {
        tier: 'T2',
        ...(seen ? measured({ shared: { mac: band(value, value, value) } }) : {}),
        origins: [...template.energy.origins, origin('gates.logic', of)],
      });
    const hint = '(simulate --tier T2 --samples 8)';
    expect(reasonOf(gates(10, 7, false), gates(11, 8, false))).toEqual([
      `neither was measured over whole inputs ${hint}`,
      false,
    ]);
    expect(reasonOf(gates(10, 7, true), gates(11, 8, false))).toEqual([
      `only one of them was measured over whole inputs ${hint}`,
      false,
    ]);
    expect(energyOrder(gates(10, 7, false), gates(11, 8, false))).toBe(0);
    expect(energyOrder(gates(10, 7, false), gates(20, 8, false))).toBe(-1);
    // What each was found to need at its own gates is no number that they have in common.
    expect(energyOrder(gates(10, 7, true), gates(11, 8, true))).toBe(-1);
    const library = (sha: string) =>
      result([near], { origins: [{ ...template.energy.origins[0]!, entry: 'liberty x.lib', source: sha }] });
    expect(reasonOf(library('a'), library('b'))).toEqual(["they rest on different numbers for 'liberty x.lib'", false]);
  });

  test('other inputs: refused, also where bands are far apart; too few: bands alone', () => {
    const seen = (inputs: string, count: number, at: Band = near) =>
      result([at], { tier: 'T1', ...measured({ inputs, count, shared: { mac: at } }) });
    expect(reasonOf(seen('def', 8), seen('abc', 8))).toEqual(['they were fed with different inputs', true]);
    const far = seen('def', 8, band(400, 500, 600));
    expect([energyOrder(seen('abc', 8), far), energyOrder(far, seen('abc', 8))]).toEqual([0, 0]);
    expect(reasonOf(seen('abc', 3), seen('abc', 3))).toEqual(['3 inputs are too few, 4 are needed', false]);
    expect(reasonOf(seen('abc', 4), seen('abc', 4))).toBeNull();
  });
});
