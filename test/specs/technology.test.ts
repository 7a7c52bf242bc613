import { describe, expect, it } from 'vitest';
import asap7 from '../../specs/tech/asap7.json' with { type: 'json' };
import { technologyNames, technologyOf } from '../../specs/technologies.ts';
import { checkTechnology, entry } from '../../specs/technology.ts';

const valueIn = (technology: string, name: string): number => technologyOf(technology).entries[name]!.value;

describe.each(technologyNames)('%s', (name) => {
  const technology = technologyOf(name);

  it('has the entries that every other technology has', () => {
    expect(Object.keys(technology.entries).sort()).toEqual(Object.keys(technologyOf('asap7').entries).sort());
  });

  it('says for every number where it is from and what it holds for', () => {
    for (const e of Object.values(technology.entries)) {
      expect(e.low).toBeLessThanOrEqual(e.value);
      expect(e.value).toBeLessThanOrEqual(e.high);
      expect(e.source.length).toBeGreaterThan(10);
      expect(e.conditions.length).toBeGreaterThan(10);
      expect(`${e.source} ${e.conditions}`).not.toMatch(/notes\/|\.md\b|\/work\//);
    }
  });

  it('gives scaled and assumed numbers wide bands', () => {
    for (const [key, e] of Object.entries(technology.entries))
      if (['scaled', 'assumed'].includes(e.class)) expect(e.high / e.low, key).toBeGreaterThanOrEqual(2.2);
  });

  it('orders the data profiles: idle < sparse < weight stationary < ReLU < uniform', () => {
    const energies = ['idle', 'sparse90', 'weightStationary', 'relu', 'uniform'].map((p) =>
      valueIn(name, `mac.int8.${p}`),
    );
    expect(energies).toEqual([...energies].sort((a, b) => a - b));
  });

  it('accounts for the idle energy of the unit by the clock of its flip-flops', () => {
    const clock = valueIn(name, 'register.clock') * valueIn(name, 'mac.int8.flipFlops');
    expect(clock / valueIn(name, 'mac.int8.idle')).toBeGreaterThan(0.95);
    expect(clock / valueIn(name, 'mac.int8.idle')).toBeLessThan(1.05);
  });
});

/** IHP SG13G2 macros: words, bits, read pJ, write pJ (Liberty table averages), area µm² where known. */
const macros: readonly (readonly [number, number, number, number, number | null])[] = [
  [64, 64, 39.1, 50.5, 50489],
  [256, 64, 49.6, 63.4, 93181],
  [512, 64, 68.9, 80.0, 150102],
  [1024, 64, 91.8, 110.9, 263946],
  [2048, 64, 122.4, 155.4, 491634],
  [1024, 8, 15.6, 19.9, 49419],
  [1024, 16, 26.5, 32.9, 79674],
  [4096, 8, 33.7, 42.2, null],
  [4096, 16, 58.6, 72.5, null],
];

describe('memory laws', () => {
  const law = (technology: string, op: string, bits: number, words: number, end: 'low' | 'value' | 'high'): number => {
    const e = technologyOf(technology).entries;
    const at = (part: string): number => e[`sram.${op}.${part}`]![end];
    return at('access') + (at('bit') * bits + at('depth') * bits * words) / 1000;
  };

  it.each(macros)('ihp-sg13g2 holds the %i x %i macro in its band', (words, bits, read, write, area) => {
    for (const [op, energy] of [
      ['read', read],
      ['write', write],
    ] as const) {
      expect(law('ihp-sg13g2', op, bits, words, 'low')).toBeLessThan(energy);
      expect(law('ihp-sg13g2', op, bits, words, 'high')).toBeGreaterThan(energy);
      expect(Math.abs(law('ihp-sg13g2', op, bits, words, 'value') / energy - 1)).toBeLessThan(0.11);
    }
    if (area === null) return;
    const e = technologyOf('ihp-sg13g2').entries;
    const fitted =
      e['sram.area.macro']!.value + e['sram.area.column']!.value * bits + e['sram.area.bit']!.value * bits * words;
    expect(Math.abs(fitted / area - 1)).toBeLessThan(0.005);
  });

  it('asap7 holds both estimates of a 1024 x 64 read: CACTI 22 nm scaled by Stillmaker-Baas, and IHP by the logic ratio', () => {
    const hp20 = 0.373 * 0.8 ** 2 - 0.1582 * 0.8 + 0.04104;
    const hp7 = 0.1776 * 0.7 ** 2 - 0.09097 * 0.7 + 0.02447;
    const cacti = (0.024 * 64 * hp7) / hp20;
    const macro = (91.8 * valueIn('asap7', 'mac.int8.uniform')) / valueIn('ihp-sg13g2', 'mac.int8.uniform');
    for (const estimate of [cacti, macro]) {
      expect(law('asap7', 'read', 64, 1024, 'low')).toBeLessThan(estimate);
      expect(law('asap7', 'read', 64, 1024, 'high')).toBeGreaterThan(estimate);
    }
    // The fit itself is 7.5 % low at this size.
    expect(law('asap7', 'read', 64, 1024, 'value') / Math.sqrt(cacti * macro)).toBeCloseTo(0.926, 2);
  });
});

describe('entry', () => {
  const technology = technologyOf('asap7');

  it('gives base units and the birth certificate', () => {
    const e = entry(technology, 'mac.int8.relu', 'J/op');
    expect(e.value).toBe(136e-15);
    expect(e.origin).toMatchObject({ entry: 'mac.int8.relu', value: 136, unit: 'fJ/op', class: 'library' });
  });

  it.each([
    ['leakage.logic', 'W/um2', 1e-9],
    ['sram.leakage', 'W/bit', 1e-12],
    ['sram.read.access', 'J/access', 1e-12],
    ['sram.read.bit', 'J/bit', 1e-15],
    ['sram.read.depth', 'J/(bit*word)', 1e-15],
    ['register.clock', 'J/(bit*cycle)', 1e-15],
    ['register.area', 'um2/bit', 1],
    ['requantize.area', 'um2/block', 1],
    ['wires.logic', 'ratio', 1],
    ['wires.capacitance', 'F/m', 1e-9],
  ] as const)('%s in base units', (name, dimension, factor) => {
    const e = technology.entries[name]!;
    const { value, low, high } = entry(technology, name, dimension);
    expect([value, low, high]).toEqual([e.value * factor, e.low * factor, e.high * factor]);
  });

  it('refuses what is not there, by name', () => {
    expect(() => entry(technology, 'mac.int8.rleu', 'J/op')).toThrow(
      "technology asap7: has no entry 'mac.int8.rleu' (the nearest is 'mac.int8.relu'); add 'mac.int8.rleu' with value, low, high, unit, class, source and conditions; nothing is assumed for it [TECH_ENTRY_MISSING]",
    );
    expect(() => entry(technology, 'constructor', 'J/op')).toThrow('TECH_ENTRY_MISSING');
  });

  it('refuses an energy where an area is asked for', () => {
    expect(() => entry(technology, 'mac.int8.relu', 'um2/block')).toThrow(
      "technology asap7, entry 'mac.int8.relu': is given in fJ/op, which measures J/op; give it in a unit of um2/block [TECH_ENTRY_UNIT]",
    );
  });
});

describe('checkTechnology', () => {
  const changed = (change: object): unknown => ({
    ...asap7,
    entries: { ...asap7.entries, 'mac.int8.relu': { ...asap7.entries['mac.int8.relu'], ...change } },
  });
  it.each<[string, object, string]>([
    ['no unit', { unit: undefined }, 'unit: found nothing'],
    ['no source', { source: '' }, "source: found '', expected non-empty text"],
    [
      'unknown class',
      { class: 'guessed' },
      "class: found 'guessed', expected 'measured', 'library', 'literature', 'scaled' or 'assumed'",
    ],
    ['not a number', { value: Number.NaN }, 'value: found NaN, expected a finite number of at least 0'],
    ['negative', { low: -1 }, 'low: found -1, expected a finite number of at least 0'],
    ['band upside down', { low: 200 }, 'found low 200, value 136, high 272, expected low <= value <= high'],
  ])('%s', (_, change, expected) => {
    expect(() => checkTechnology(JSON.parse(JSON.stringify(changed(change), keepNaN), reviveNaN), 'tech.json')).toThrow(
      expected,
    );
  });
});

const keepNaN = (_: string, value: unknown): unknown => (Number.isNaN(value) ? 'NaN!' : value);
const reviveNaN = (_: string, value: unknown): unknown => (value === 'NaN!' ? Number.NaN : value);

it('names the nearest technology', () => {
  expect(() => technologyOf('asap', 'design.json: /technology')).toThrow(
    "design.json: /technology: found 'asap', which is not a technology here (did you mean 'asap7'?); use one of asap7, sky130hd, ihp-sg13g2, gt2n [TECH_UNKNOWN]",
  );
});
