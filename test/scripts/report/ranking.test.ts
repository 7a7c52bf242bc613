import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareDesigns } from '../../../scripts/report/comparison.ts';
import { isVerified, paretoFront, ranks } from '../../../scripts/report/ranking.ts';
import type { Result } from '../../../specs/result.ts';
import { sampleResult, sampleResults, verification } from '../../support/results.ts';

const template = sampleResult({ name: 'd', architecture: 'stream', multipliers: 16 });
const design = (value: number, spread: number, latency: number, proven: boolean): Result => ({
  ...template,
  latencySeconds: latency,
  energy: { ...template.energy, joulesPerInference: { value, low: value - spread, high: value + spread } },
  verification: proven ? template.verification : null,
});
const designs = fc.array(
  fc
    .record({
      value: fc.integer({ min: 10, max: 60 }),
      spread: fc.integer({ min: 0, max: 9 }),
      latency: fc.integer({ min: 1, max: 20 }),
      proven: fc.boolean(),
    })
    .map((d) => design(d.value, d.spread, d.latency, d.proven)),
  { minLength: 1, maxLength: 12 },
);

test('places are what the bands allow: no more and no less', () => {
  fc.assert(
    fc.property(designs, (results) => {
      const places = ranks(results);
      const proven = results.filter(isVerified);
      results.forEach((own, index) => {
        const place = places[index]!;
        if (!isVerified(own)) {
          expect(place).toBeNull();
          return;
        }
        const { low, high } = own.energy.joulesPerInference;
        const others = proven.filter((other) => other !== own).map(({ energy }) => energy.joulesPerInference);
        // The lowest energy this design may have, against the most favourable case of all others, and the reverse.
        expect(place!.best).toBe(1 + others.filter((other) => other.high < low).length);
        expect(place!.worst).toBe(1 + others.filter((other) => other.low <= high).length);
        expect(place!.best).toBeLessThanOrEqual(place!.worst);
      });
      if (proven.length > 0) expect(places.some((place) => place?.best === 1)).toBe(true);
    }),
  );
});

test('the front is verified, nobody beats it, and it beats everyone else', () => {
  fc.assert(
    fc.property(designs, (results) => {
      const front = paretoFront(results);
      const energy = ({ energy }: Result) => energy.joulesPerInference.value;
      const noWorse = (a: Result, b: Result) => energy(a) <= energy(b) && a.latencySeconds <= b.latencySeconds;
      const equal = (a: Result, b: Result) => energy(a) === energy(b) && a.latencySeconds === b.latencySeconds;
      for (const one of front) {
        expect(isVerified(one)).toBe(true);
        for (const other of results.filter(isVerified)) expect(noWorse(other, one) && !equal(other, one)).toBe(false);
      }
      for (const one of results.filter(isVerified)) {
        if (!front.includes(one)) expect(front.some((other) => noWorse(other, one))).toBe(true);
      }
    }),
  );
});

describe('what counts as verified', () => {
  const proven = (parts: Parameters<typeof verification>[2]) =>
    isVerified({ ...template, verification: verification(1, 1, parts) });
  const rung = { samples: 2, matched: 2, cycles: null, tool: 't' };

  test.each([
    ['equal at a hardware rung', { levels: { reference: rung, rtl: rung } }, true],
    ['no rung at all', { levels: {} }, false],
    ['the reference alone', { levels: { reference: rung } }, false],
    ['a hardware rung without samples', { levels: { rtl: { ...rung, samples: 0, matched: 0 } } }, false],
    ['a sample that did not match', { levels: { rtl: { ...rung, matched: 1 } } }, false],
    ['another verdict', { verdict: 'different', levels: { rtl: rung } }, false],
  ] as const)('%s', (_, parts, expected) => {
    expect(proven(parts)).toBe(expected);
  });
});

describe('marks in the comparison', () => {
  const marks = (results: readonly Result[], id: string) => {
    const { heads, rows } = compareDesigns(results);
    const index = heads.findIndex(({ column }) => column.id === id);
    return rows.map(({ cells }) => cells[index]?.mark ?? null);
  };
  const energy = 'energy_joules_per_inference';

  test('a lone best, a tie inside the bands, and never an unverified design', () => {
    expect(marks([design(10, 1, 1, true), design(20, 1, 1, true), design(5, 1, 1, false)], energy)).toEqual([
      'best',
      null,
      null,
    ]);
    expect(marks([design(10, 2, 1, true), design(12, 2, 1, true), design(30, 2, 1, true)], energy)).toEqual([
      'tied',
      'tied',
      null,
    ]);
  });

  test('nothing is marked when all are equal within their bands, or there is nobody to beat', () => {
    expect(marks([design(10, 2, 1, true), design(12, 2, 1, true)], energy)).toEqual([null, null]);
    expect(marks([design(10, 2, 1, true)], energy)).toEqual([null]);
  });

  test('other networks and other tiers are not compared', () => {
    const other = { ...design(20, 1, 1, true), model: { ...template.model, sha256: 'other' } };
    expect(marks([design(10, 1, 1, true), other], energy)).toEqual([null, null]);
    const measured = design(20, 1, 1, true);
    measured.energy = { ...measured.energy, tier: 'T2' };
    expect(marks([design(10, 1, 1, true), measured], energy)).toEqual([null, null]);
    expect(ranks([design(10, 1, 1, true), measured])).toEqual([
      { best: 1, worst: 1, of: 1 },
      { best: 1, worst: 1, of: 1 },
    ]);
  });

  test('latency is exact: the sample with the fewest cycles among the verified is best', () => {
    expect(marks(sampleResults(), 'latency_seconds')).toEqual([null, null, 'best', null]);
  });
});
