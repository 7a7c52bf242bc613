import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { energyOrder, pairedDifference, pairedMean } from '../../../sim/cost/paired.ts';
import type { Band, EnergyResult, Result } from '../../../specs/result.ts';
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
const onInputs = (joules: readonly number[], inputs = 'abc') => ({ samples: { inputs, joules: [...joules] } });

const arbitraryBand = fc
  .tuple(fc.nat(50), fc.nat(50), fc.nat(50))
  .map(([low, less, more]) => band(low, low + less, low + less + more));
const arbitraryComponents = fc.tuple(arbitraryBand, arbitraryBand, arbitraryBand);

describe('the difference of two designs', () => {
  test('by hand: what is common to a component cancels, what is not does not', () => {
    // Twice the multiply-accumulates, half of the memory accesses, the same clock.
    const a = result([band(4, 10, 25), band(1, 2, 8), band(3, 5, 8)]);
    const b = result([band(2, 5, 12.5), band(2, 4, 16), band(3, 5, 8)]);
    expect(pairedDifference(a, b)).toEqual({ difference: band(2 - 8, 5 - 2, 12.5 - 1), samples: 0, halfWidth: 0 });
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

/** The 99.5 % quantiles of Student's t for so many samples, from printed tables. */
const quantiles = [
  [4, 5.841],
  [6, 4.032],
  [11, 3.169],
  [31, 2.75],
  [101, 2.626],
] as const;

describe('the same inputs', () => {
  test('mean and interval by hand', () => {
    // Differences 1, 2, 3, 4, 5, 6: mean 3.5, standard deviation sqrt(3.5), 5 degrees of freedom.
    const { mean, halfWidth } = pairedMean([11, 22, 33, 44, 55, 66], [10, 20, 30, 40, 50, 60]);
    expect(mean).toBe(3.5);
    expect(halfWidth / (4.032 * Math.sqrt(3.5 / 6))).toBeCloseTo(1, 2);
  });

  test('random pairs: ordered exactly when the interval of the mean difference excludes zero, however wide the bands', () => {
    let ordered = 0;
    let open = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...quantiles),
        fc.integer({ min: -30, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.infiniteStream(fc.integer({ min: -1000, max: 1000 })),
        ([count, quantile], shift, spread, stream) => {
          const noise = [...stream.take(3 * count)];
          // What all inputs have in common is large and cancels.
          const b = noise.slice(0, count).map((value) => 5000 + 3 * value);
          const a = b.map((value, index) => value + shift + (spread * noise[count + index]!) / 1000);
          const differences = a.map((value, index) => value - b[index]!);
          const mean = differences.reduce((sum, value) => sum + value, 0) / count;
          const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
          const edge = quantile * Math.sqrt(squares / (count - 1) / count);
          // The quantile is known to 2 %.
          fc.pre(Math.abs(Math.abs(mean) / edge - 1) > 0.03);
          const wide = (joules: readonly number[]) => {
            const value = joules.reduce((sum, each) => sum + each, 0) / count;
            // A common error of both: the lows and highs differ as the values do.
            return result([band(value - 4000, value, value + 9000)], onInputs(joules));
          };
          const order = energyOrder(wide(a), wide(b));
          expect(order).toBe(Math.abs(mean) > edge ? Math.sign(mean) : 0);
          if (order === 0) open++;
          else ordered++;
        },
      ),
      { numRuns: 1000 },
    );
    expect(Math.min(ordered, open)).toBeGreaterThan(100);
  });

  test('a difference that is the same for every input is ordered without an interval', () => {
    const a = result([band(1, 10, 100)], onInputs([9, 10, 11, 10]));
    const b = result([band(2, 11, 101)], onInputs([10, 11, 12, 11]));
    expect(pairedDifference(a, b)).toEqual({ difference: band(-1, -1, -1), samples: 4, halfWidth: 0 });
    expect(energyOrder(a, b)).toBe(-1);
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
    expect(reasonOf(other)).toEqual(['their networks differ by their SHA-256', true]);
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

  test('sampled tiers: joules of every input, or bands alone', () => {
    const gates = (joules: readonly number[] | null, value: number, of: number) =>
      result([band(value - 2, value, value + 2)], {
        tier: 'T2',
        ...(joules === null ? {} : onInputs(joules)),
        origins: [...template.energy.origins, { ...template.energy.origins[0]!, entry: 'gates.logic', value: of }],
      });
    expect(reasonOf(gates(null, 10, 7), gates(null, 11, 8))).toEqual([
      'tier T2 sampled each of them on its own: no error is known to be common to them',
      false,
    ]);
    expect(energyOrder(gates(null, 10, 7), gates(null, 11, 8))).toBe(0);
    expect(energyOrder(gates(null, 10, 7), gates(null, 20, 8))).toBe(-1);
    // What each was found to need at its own gates is no number that they have in common.
    expect(energyOrder(gates([9, 10, 11, 10], 10, 7), gates([10, 11, 12, 11], 11, 8))).toBe(-1);
    const library = (sha: string) =>
      result([near], { origins: [{ ...template.energy.origins[0]!, entry: 'liberty x.lib', source: sha }] });
    expect(reasonOf(library('a'), library('b'))).toEqual(["they rest on different numbers for 'liberty x.lib'", false]);
  });

  test('inputs', () => {
    const seen = (joules: readonly number[], inputs?: string) => result([near], onInputs(joules, inputs));
    const four = seen([1, 2, 3, 4]);
    expect(reasonOf(four)).toEqual(['the energy of only one of them depends on its inputs', false]);
    expect(reasonOf(seen([1, 2, 3, 4], 'def'), four)).toEqual(['they were fed with different inputs', false]);
    expect(reasonOf(seen([1, 2, 3]), four)).toEqual(['they were fed with different inputs', false]);
    expect(reasonOf(seen([1, 2, 3]), seen([1, 2, 3]))).toEqual(['3 inputs are too few, 4 are needed', false]);
    expect(reasonOf(four, four)).toBeNull();
  });
});
