import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadZoo } from '../../../models/zoo/zoo.ts';
import { energyT0 } from '../../../sim/cost/energy.ts';
import { withOutside } from '../../../sim/cost/outside.ts';
import { energyOrder, pairedDifference } from '../../../sim/cost/paired.ts';
import { evaluate } from '../../../sim/evaluate.ts';
import { check } from '../../../specs/check.ts';
import type { DesignRequest, Outside } from '../../../specs/design.ts';
import { checkOutsideTerms, outsideTerms } from '../../../specs/outside.ts';
import { type Band, EnergyResult } from '../../../specs/result.ts';
import { technologyNames, technologyOf } from '../../../specs/technologies.ts';
import { cycles, hertz, ops } from '../../../specs/units.ts';
import { arbitraryActivities, interval, sample } from './activities.ts';

const terms = outsideTerms();
const all: readonly Outside[] = ['ddr3', 'ddr4', 'lpddr4', 'gddr6', 'hbm2', 'pads', 'regulator'];
const traffic = { inputBits: 800, outputBits: 80, operations: 24_000 };
const ends = ['low', 'value', 'high'] as const;
const core = (activities = [sample()], technology = 'asap7') =>
  energyT0({
    activities,
    technology: technologyOf(technology),
    clock: hertz(1e8),
    interval: cycles(interval),
    operations: ops(traffic.operations),
  });
const close = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * Math.abs(b));
const sum = (bands: Iterable<Band>, end: keyof Band) => [...bands].reduce((total, band) => total + band[end], 0);

describe('what is counted beside the core', () => {
  test('by hand: bits of frame and result, and what the regulator loses on all of it', () => {
    const alone = core();
    const { breakdown, joulesPerInference, scope, includes } = withOutside(
      alone,
      ['lpddr4', 'pads', 'regulator'],
      terms,
      traffic,
    );
    close(breakdown.byComponent.dram!.value, 880 * 8e-12);
    close(breakdown.byComponent.dram!.high, 880 * 16e-12);
    close(breakdown.byComponent.pads!.low, 880 * 1e-12);
    const given = alone.joulesPerInference.value + 880 * 16e-12;
    close(breakdown.byComponent.regulator!.value, given * 0.176);
    close(joulesPerInference.value, given * 1.176);
    close(joulesPerInference.low, (alone.joulesPerInference.low + 880 * 5e-12) * 1.053);
    close(joulesPerInference.high, (alone.joulesPerInference.high + 880 * 46e-12) * 1.429);
    // Efficiencies of 85, 95 and 70 %, to the digits of the entry.
    for (const [end, efficiency] of Object.entries({ value: 0.85, low: 0.95, high: 0.7 }))
      expect(terms.regulator![end as keyof Band]).toBeCloseTo(1 / efficiency - 1, 2);
    expect(includes).toEqual(['lpddr4', 'pads', 'regulator']);
    expect(scope).toBe(
      `core with LPDDR4, pads and regulator, no host, 100 bytes in and 10 bytes out per inference; ${alone.scope}`,
    );
  });

  test('one byte is no bytes', () => {
    const scopeOf = (inputBits: number, outputBits: number) =>
      withOutside(core(), ['pads'], terms, { ...traffic, inputBits, outputBits }).scope;
    expect(scopeOf(8, 8)).toContain(', 1 byte in and 1 byte out per inference; ');
    expect(scopeOf(16, 8)).toContain(', 2 bytes in and 1 byte out per inference; ');
    expect(scopeOf(8, 4)).toContain(', 1 byte in and 0.5 bytes out per inference; ');
  });

  test('what pairs rest on has the same terms, and a regulator loses on what is not known, too', () => {
    const alone = core();
    const samples = {
      inputs: 'abc',
      count: 8,
      standardError: 1e-12,
      freedom: 9,
      own: 3e-12,
      shared: { mac: { low: 1e-9, value: 2e-9, high: 4e-9 } },
    };
    const seen = withOutside({ ...alone, samples }, ['pads', 'regulator'], terms, traffic).samples!;
    close(seen.shared.pads!.low, 880 * 1e-12);
    const { regulator, pads } = seen.shared;
    close(regulator!.value, (2e-9 + pads!.value) * 0.176);
    close(seen.standardError, 1e-12 * 1.429);
    close(seen.own, 3e-12 * 1.429);
    const crossing = withOutside({ ...alone, samples }, ['pads'], terms, traffic).samples!;
    expect(crossing).toEqual({ ...samples, shared: { ...samples.shared, pads } });
    expect(withOutside(alone, ['pads'], terms, traffic).samples).toBeUndefined();
  });

  test('nothing unless asked for', () => {
    const alone = core();
    const scope = `core only, no DRAM, pads, regulator or host; ${alone.scope}`;
    expect(withOutside(alone, [], terms, traffic)).toEqual({ ...alone, scope });
    expect(alone.includes).toBeUndefined();
  });

  test('the scope names every term once, as counted or as not', () => {
    fc.assert(
      fc.property(fc.subarray([...all], { minLength: 0 }), (include) => {
        const { scope } = withOutside({ ...core(), scope: 'core' }, include, terms, traffic);
        const [, counted = '', left = ''] =
          /^core (?:only|with ([^;]*?)), no ([^;,]*(?:, [^;,]*)*? or \w+|host)[,;]/.exec(scope)!;
        const names = (text: string) => text.split(/, | and | or /).filter((name) => name !== '');
        const called = { ddr3: 'DDR3', ddr4: 'DDR4', lpddr4: 'LPDDR4', gddr6: 'GDDR6', hbm2: 'HBM2' } as const;
        const wordOf = (term: Outside) => (Object.hasOwn(called, term) ? called[term as keyof typeof called] : term);
        expect(names(counted)).toEqual(include.map(wordOf));
        const drams = include.some((term) => Object.hasOwn(called, term)) ? [] : ['DRAM'];
        const others = ['pads', 'regulator'].filter((term) => !include.includes(term as Outside));
        expect(names(left)).toEqual([...drams, ...others, 'host']);
      }),
    );
  });

  test('sums agree, bands hold, every term costs: for any terms, designs and technologies', () => {
    fc.assert(
      fc.property(
        arbitraryActivities,
        fc.constantFrom(...technologyNames),
        fc.uniqueArray(fc.constantFrom(...all), { minLength: 1 }),
        fc.record({
          inputBits: fc.nat(1e9),
          outputBits: fc.integer({ min: 1, max: 1e6 }),
          operations: fc.integer({ min: 1, max: 1e12 }),
        }),
        (activities, technology, include, bits) => {
          const alone = core(activities, technology);
          const more = check(EnergyResult, withOutside(alone, include, terms, bits), 'energy');
          const { joulesPerInference, joulesPerOp, breakdown } = more;
          for (const end of ends) {
            close(sum(Object.values(breakdown.byComponent), end), joulesPerInference[end]);
            close(sum(Object.values(breakdown.byLayer), end), joulesPerInference[end]);
            close(joulesPerOp[end] * bits.operations, joulesPerInference[end]);
          }
          for (const [layer, parts] of Object.entries(breakdown.byLayerAndComponent))
            close(
              Object.values(parts).reduce((a, b) => a + b, 0),
              breakdown.byLayer[layer]!.value,
            );
          for (const { low, value, high } of Object.values(breakdown.byComponent))
            expect(0 <= low && low <= value && value <= high).toBe(true);
          if (include.some((term) => term !== 'regulator') || alone.joulesPerInference.low > 0)
            expect(joulesPerInference.low).toBeGreaterThan(alone.joulesPerInference.low);
        },
      ),
    );
  });

  test('a term that is taken out is named', () => {
    for (const name of Object.keys(terms)) {
      const { [name]: _, ...less } = terms;
      expect(() => withOutside(core(), all, less, traffic)).toThrow(
        `specs/outside/outside.json: has no entry '${name}', which the request counts; add '${name}' with its source, or do not ask to count it [OUTSIDE_ENTRY_MISSING]`,
      );
    }
    expect(Object.keys(terms)).toHaveLength(all.length);
  });
});

test('a term whose band does not hold its value is refused', () => {
  const { regulator } = terms;
  const upsideDown = { regulator: { ...regulator!, low: 0.95, value: 0.85, high: 0.7 } };
  expect(() => checkOutsideTerms(upsideDown, 'own.json')).toThrow(
    'own.json: /regulator: found low 0.95, value 0.85, high 0.7, expected low <= value <= high',
  );
});

describe('in a result', () => {
  const request = (include?: Outside[]): DesignRequest => ({
    name: 'own',
    model: 'digits',
    architecture: 'stream',
    parameters: { multipliers: 16 },
    clock: '100 MHz',
    technology: 'asap7',
    ...(include === undefined ? {} : { include }),
  });
  const resultOf = (include?: Outside[]) =>
    evaluate({
      request: request(include),
      graph: loadZoo('digits').graph,
      modelSha256: 'c0ffee',
      accuracy: null,
      technology: technologyOf('asap7'),
      verification: null,
    });

  test('digits moves 256 bytes in and 10 out; every origin is the entry', () => {
    const { energy } = resultOf(['hbm2', 'pads']);
    expect(energy.scope).toMatch(
      /^core with HBM2 and pads, no regulator or host, 256 bytes in and 10 bytes out per inference; 7 nm /,
    );
    expect(energy.scope.match(/regulator/g)).toHaveLength(1);
    close(energy.breakdown.byComponent.dram!.value, 266 * 8 * 3.9e-12);
    for (const name of ['dram.hbm2', 'pads'])
      expect(energy.origins.find(({ entry }) => entry === name)).toEqual({ entry: name, ...terms[name] });
  });

  test('is not ranked against one that includes other things', () => {
    const [alone, more] = [resultOf(), resultOf(['ddr3', 'regulator'])];
    expect(pairedDifference(alone, more)).toEqual({
      reason: 'their energies include different things beside the core',
      refused: true,
    });
    expect(energyOrder(alone, more)).toBe(0);
    expect('reason' in pairedDifference(more, resultOf(['regulator', 'ddr3']))).toBe(false);
  });
});
