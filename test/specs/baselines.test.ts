import { describe, expect, it } from 'vitest';
import { acceleratorPeakBaselines, miningBaselines, mlperfTinyBaselines } from '../../specs/baselines.ts';
import {
  parseJoules,
  parseJoulesPerInference,
  parseJoulesPerOp,
  parseSeconds,
  parseSquareMicrons,
  parseVolts,
} from '../../specs/units.ts';

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
      if (b.latency !== null) expect(parseSeconds(b.latency)).toBeGreaterThan(1e-5);
    }
    for (const b of acceleratorPeakBaselines()) expect(b.scope).toContain('peak, dense, TDP');
  });

  it('hold microcontrollers, accelerators, FPGAs and graphics processors, each with a band around its value', () => {
    const rows = [
      ...mlperfTinyBaselines().map((b) => [b.low, b.joulesPerInference, b.high].map((q) => parseJoulesPerInference(q))),
      ...acceleratorPeakBaselines().map((b) => [b.low, b.joulesPerOp, b.high].map((q) => parseJoulesPerOp(q))),
      ...miningBaselines().map((b) => [b.low, b.joulesPerHash, b.high].map((q) => parseJoules(q))),
    ];
    expect(rows.length).toBeGreaterThanOrEqual(43);
    for (const [low, value, high] of rows) {
      expect(low).toBeLessThanOrEqual(value!);
      expect(high).toBeGreaterThan(value!);
    }
    const names = mlperfTinyBaselines().map(({ name }) => name);
    for (const kind of [/GAP9|NDP9120/, /STM32/, /FPGA/]) expect(names.some((name) => kind.test(name))).toBe(true);
  });

  it('are asked for by name: a row that was taken out is named', () => {
    const rows = [...mlperfTinyBaselines()];
    for (const { id } of rows)
      expect(() => mlperfTinyBaselines(rows.filter((row) => row.id !== id))).toThrow(
        `specs/baselines/mlperf-tiny.json: has no row '${id}', which reports ask for; add '${id}' with its source`,
      );
    const peaks = [...acceleratorPeakBaselines()];
    for (const { id } of peaks)
      expect(() => acceleratorPeakBaselines(peaks.filter((row) => row.id !== id))).toThrow(
        `specs/baselines/accelerator-peak.json: has no row '${id}'`,
      );
  });

  it('refuse a row without a field, and a band that does not hold its value', () => {
    const [first, ...rest] = mlperfTinyBaselines();
    for (const field of Object.keys(first!)) {
      const less = Object.fromEntries(Object.entries(first!).filter(([key]) => key !== field));
      expect(() => mlperfTinyBaselines([less, ...rest])).toThrow(`/0/${field}: found nothing`);
    }
    expect(() => mlperfTinyBaselines([{ ...first!, low: '6 µJ/inference' }, ...rest])).toThrow(
      '/0: found low 6 µJ/inference, value 5.252 µJ/inference, high 5.515 µJ/inference (gap9-ad), expected low <= value <= high',
    );
  });

  it('agree with rated power over rated rate', () => {
    const peak = Object.fromEntries(acceleratorPeakBaselines().map((b) => [b.id, parseJoulesPerOp(b.joulesPerOp)]));
    expect(peak.a100! / (400 / 623.7e12)).toBeCloseTo(1, 2);
    expect(peak.h100! / (700 / 1978.9e12)).toBeCloseTo(1, 2);
    expect(peak.b200! / (1000 / 4.5e15)).toBeCloseTo(1, 2);
  });

  it('hold mining chips whose energies are power over hash rate', () => {
    const rows = new Map(miningBaselines().map((b) => [b.id, b]));
    const perHash = (id: string): number => parseJoules(rows.get(id)!.joulesPerHash);
    expect(perHash('avalon-110') / (700 / 82e9)).toBeCloseTo(1, 2);
    expect(perHash('bm1384-080') / ((12.31 * 0.8) / 22e9)).toBeCloseTo(1, 2);
    expect(perHash('bm1384-060') / ((3.43 * 0.6) / 8.25e9)).toBeCloseTo(1, 2);
    expect(perHash('bonanza-mine') / (7.5 / 137e9)).toBeCloseTo(1, 2);
    const area = parseSquareMicrons(rows.get('bonanza-mine')!.area!.perHashPerClock);
    expect(area / ((14.16e6 * 0.9) / (137 / 1.6))).toBeCloseTo(1, 2);
  });

  it('say for every mining chip what is included, and at which supply', () => {
    for (const b of miningBaselines()) {
      expect(b.scope).toMatch(/^(wall|chip): /);
      expect(parseVolts(b.supply.voltage)).toBeGreaterThan(0.2);
      expect(b.supply.source.length).toBeGreaterThan(10);
      expect(`${b.source} ${b.conditions} ${b.supply.source}`).not.toMatch(/notes\/|\.md\b|\/work\//);
      if (/recalled|not verified/.test(b.source)) expect(b.class).toBe('assumed');
    }
    const nodes = miningBaselines().map(({ nanometres }) => nanometres);
    expect(nodes).toEqual([...nodes].sort((a, b) => b - a));
    expect([Math.max(...nodes), Math.min(...nodes)]).toEqual([110, 5]);
  });
});
