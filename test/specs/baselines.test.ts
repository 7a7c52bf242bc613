import { describe, expect, it } from 'vitest';
import { acceleratorPeakBaselines, mlperfTinyBaselines } from '../../specs/baselines.ts';
import { parseJoulesPerInference, parseJoulesPerOp, parseSeconds } from '../../specs/units.ts';

describe('baselines', () => {
  it('hold the rows a design is compared with', () => {
    const energies = Object.fromEntries(
      mlperfTinyBaselines().map((b) => [b.id, parseJoulesPerInference(b.joulesPerInference)]),
    );
    expect(energies).toMatchObject({
      'gap9-ad': 5.252e-6,
      'gap9-ic': 27.711e-6,
      'gap9-kws': 18.561e-6,
      'gap9-vww': 40.801e-6,
      'ndp9120-kws': 31.54e-6,
    });
    expect(Object.keys(energies)).toHaveLength(mlperfTinyBaselines().length);
  });

  it('carry scope, source and readable quantities', () => {
    for (const b of mlperfTinyBaselines()) {
      expect(b.scope).toContain('board level');
      expect(b.source).toContain('mlcommons/tiny_results_v');
      if (b.latency !== null) expect(parseSeconds(b.latency)).toBeGreaterThan(1e-4);
    }
    for (const b of acceleratorPeakBaselines()) expect(b.scope).toContain('peak, dense, TDP');
  });

  it('agree with rated power over rated rate', () => {
    const peak = Object.fromEntries(acceleratorPeakBaselines().map((b) => [b.id, parseJoulesPerOp(b.joulesPerOp)]));
    expect(peak.a100! / (400 / 623.7e12)).toBeCloseTo(1, 2);
    expect(peak.h100! / (700 / 1978.9e12)).toBeCloseTo(1, 2);
    expect(peak.b200! / (1000 / 4.5e15)).toBeCloseTo(1, 2);
  });
});
