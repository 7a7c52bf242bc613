import { describe, expect, test } from 'vitest';
import { compareDesigns } from '../../../scripts/report/comparison.ts';
import { pairSentence, pairsOf } from '../../../scripts/report/pairs.ts';
import { ranks } from '../../../scripts/report/ranking.ts';
import { headline } from '../../../scripts/report/verdict.ts';
import type { Band, Result } from '../../../specs/result.ts';
import { sampleResult } from '../../support/results.ts';

/** A verified design whose multiply-accumulates and clock cost so many nanojoules. */
function design(name: string, mac: Band, clock: Band, more: Partial<Result['energy']> = {}): Result {
  const template = sampleResult({ name, architecture: 'stream', multipliers: 16 });
  const nano = ({ low, value, high }: Band) => ({ low: low * 1e-9, value: value * 1e-9, high: high * 1e-9 });
  const byComponent = { mac: nano(mac), clock: nano(clock) };
  const sum = (end: keyof Band) => byComponent.mac[end] + byComponent.clock[end];
  const joulesPerInference = { value: sum('value'), low: sum('low'), high: sum('high') };
  const breakdown = { ...template.energy.breakdown, byComponent };
  return { ...template, energy: { ...template.energy, joulesPerInference, breakdown, ...more } };
}
const band = (low: number, value: number, high: number): Band => ({ low, value, high });
const lean = design('lean', band(4, 10, 25), band(2, 4, 8));
const fat = design('fat', band(6, 15, 37.5), band(2, 4, 8));
const hot = design('hot', band(2, 5, 12.5), band(7, 14, 28));
const marks = (results: readonly Result[]) => {
  const { heads, rows } = compareDesigns(results);
  const at = heads.findIndex(({ column }) => column.id === 'energy_joules_per_inference');
  return rows.map(({ cells }) => cells[at]!.mark);
};

describe('bands overlap', () => {
  test('and the paired difference excludes zero: ranked, marked, and said with the difference', () => {
    const results = [fat, lean];
    expect(ranks(results)).toEqual([
      { best: 2, worst: 2, of: 2 },
      { best: 1, worst: 1, of: 2 },
    ]);
    expect(marks(results)).toEqual([null, 'best']);
    expect(pairsOf(results).map(pairSentence)).toEqual([
      'fat (A) needs 5.00 nJ (2.00 – 12.5) more per inference than lean (B).',
    ]);
    expect(headline(results)[1]).toBe(
      'lean (B) needs the least energy: 14.0 nJ (6.00 – 33.0) per inference, T0. Bands overlap, but errors that both designs share cancel: lean (B) needs 5.00 nJ (2.00 – 12.5) less per inference than fat (A).',
    );
  });

  test('and it does not: neither is called better', () => {
    const results = [lean, hot];
    expect(ranks(results)).toEqual([
      { best: 1, worst: 2, of: 2 },
      { best: 1, worst: 2, of: 2 },
    ]);
    expect(marks(results)).toEqual([null, null]);
    expect(pairsOf(results).map(pairSentence)).toEqual([
      'lean (A) needs between 18.0 nJ less and 7.50 nJ more per inference than hot (B); zero is not excluded, so neither is called better.',
    ]);
    expect(headline(results)[1]).toContain('bands overlap, so none of them is called better');
  });

  test('on the same inputs the interval of the sampling and the error of the fit are part of it', () => {
    const on = (result: Result, standardError: number, own: number) => {
      const { byComponent: shared } = result.energy.breakdown;
      const samples = { inputs: 'abc', count: 8, standardError, freedom: 20, own, shared };
      return { ...result, energy: { ...result.energy, samples } };
    };
    const calm = [on(fat, 1e-10, 0), on(lean, 0, 0)];
    expect(pairsOf(calm).map(pairSentence)).toEqual([
      'fat (A) needs 5.00 nJ (1.72 – 12.8) more per inference than lean (B) on the same 8 inputs (in the band +-285 pJ at 99 % for the sampling).',
    ]);
    expect(ranks(calm)[1]).toEqual({ best: 1, worst: 1, of: 2 });
    const fitted = [on(fat, 1e-10, 5e-10), on(lean, 0, 2e-10)];
    expect(pairsOf(fitted).map(pairSentence)).toEqual([
      'fat (A) needs 5.00 nJ (1.02 – 13.5) more per inference than lean (B) on the same 8 inputs (in the band +-285 pJ at 99 % for the sampling, +-700 pJ for the error of the fit).',
    ]);
    const wild = [on(fat, 2e-9, 0), on(lean, 0, 0)];
    expect(ranks(wild)[1]).toEqual({ best: 1, worst: 2, of: 2 });
    expect(pairsOf(wild).map(pairSentence)[0]).toContain('zero is not excluded');
  });
});

describe('what is not ranked says why', () => {
  test('tiers', () => {
    const gates = design('gates', band(40, 50, 60), band(10, 20, 30), { tier: 'T2' });
    expect(pairsOf([lean, gates]).map(pairSentence)).toEqual([
      'lean (A) and gates (B) are not ranked: their energies are of tiers T0 and T2, which count different things.',
    ]);
    expect(ranks([lean, gates])).toEqual([
      { best: 1, worst: 1, of: 1 },
      { best: 1, worst: 1, of: 1 },
    ]);
    expect(headline([lean, gates]).at(-1)).toBe(
      'Energies of kws at tiers T0 and T2 count different things and are not ranked against each other.',
    );
    expect(headline([lean, fat]).join(' ')).not.toContain('count different things');
  });

  test('terms beside the core', () => {
    const board = design('board', band(6, 15, 37.5), band(2, 4, 8), { includes: ['lpddr4', 'pads'] });
    expect(pairsOf([lean, board]).map(pairSentence)).toEqual([
      'lean (A) and board (B) are not ranked: their energies include different things beside the core.',
    ]);
    expect(ranks([lean, board])).toEqual([
      { best: 1, worst: 1, of: 1 },
      { best: 1, worst: 1, of: 1 },
    ]);
    expect(headline([lean, board]).at(-1)).toBe(
      'Energies of kws at tiers T0 and T0 including lpddr4, pads count different things and are not ranked against each other.',
    );
  });

  test('technologies: by their bands alone', () => {
    const there = (result: Result) => ({ ...result, design: { ...result.design, technology: 'gt2n' } });
    expect(pairsOf([lean, there(fat)]).map(pairSentence)).toEqual([
      'lean (A) and fat (B): their bands overlap, so neither is called better; their technologies are asap7 and gt2n: no error is common to them.',
    ]);
    const far = there(design('far', band(400, 500, 600), band(10, 20, 30)));
    expect(pairsOf([lean, far]).map(pairSentence)[0]).toContain('lean (A) needs less by its band; their technologies');
  });

  test('a design without proof has no pair', () => {
    expect(pairsOf([lean, { ...fat, verification: null }])).toEqual([]);
  });
});
