import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LayerActivity } from '../../../sim/cost/activity.ts';
import { type Allowances, energyComponents, energyT0 } from '../../../sim/cost/energy.ts';
import { check } from '../../../specs/check.ts';
import type { Band } from '../../../specs/result.ts';
import { EnergyResult } from '../../../specs/result.ts';
import { technologyNames, technologyOf } from '../../../specs/technologies.ts';
import type { Technology } from '../../../specs/technology.ts';
import { cycles, hertz, ops } from '../../../specs/units.ts';
import { arbitraryActivities, idle, interval, sample } from './activities.ts';

const run = (
  activities: readonly LayerActivity[],
  technology: Technology = technologyOf('asap7'),
  allowances: Allowances = { wires: true, clockTree: true },
): EnergyResult =>
  energyT0({
    activities,
    technology,
    clock: hertz(100e6),
    interval: cycles(interval),
    operations: ops(24_000),
    allowances,
  });

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const close = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * Math.abs(b));
const ends = ['low', 'value', 'high'] as const;
const component = (result: EnergyResult, name: string): Band => result.breakdown.byComponent[name]!;

const arbitraryTechnology = fc.constantFrom(...technologyNames).map((name) => technologyOf(name));

describe('properties', () => {
  it('conserves: components, layers and the total are the same joules', () => {
    fc.assert(
      fc.property(arbitraryActivities, arbitraryTechnology, (activities, technology) => {
        const { joulesPerInference, joulesPerOp, breakdown } = run(activities, technology);
        for (const end of ends) {
          close(sum(Object.values(breakdown.byComponent).map((b) => b[end])), joulesPerInference[end]);
          close(sum(Object.values(breakdown.byLayer).map((b) => b[end])), joulesPerInference[end]);
          close(joulesPerOp[end] * 24_000, joulesPerInference[end]);
        }
        for (const [layer, parts] of Object.entries(breakdown.byLayerAndComponent))
          close(sum(Object.values(parts)), breakdown.byLayer[layer]!.value);
        for (const name of energyComponents)
          close(
            sum(Object.values(breakdown.byLayerAndComponent).map((parts) => parts[name]!)),
            component({ breakdown } as EnergyResult, name).value,
          );
      }),
    );
  });

  it('is never negative and keeps low <= value <= high, part by part', () => {
    fc.assert(
      fc.property(arbitraryActivities, arbitraryTechnology, (activities, technology) => {
        const { joulesPerInference, breakdown } = run(activities, technology);
        const bands = [
          joulesPerInference,
          ...Object.values(breakdown.byComponent),
          ...Object.values(breakdown.byLayer),
        ];
        for (const { low, value, high } of bands) {
          expect(low).toBeGreaterThanOrEqual(0);
          expect(value).toBeGreaterThanOrEqual(low);
          expect(high).toBeGreaterThanOrEqual(value);
        }
      }),
    );
  });

  it('grows with every count', () => {
    const counts = [
      'macs',
      'additions',
      'requantizations',
      'activeClocks',
      'multipliers',
      'requantizers',
      'registerBits',
    ] as const;
    fc.assert(
      fc.property(
        arbitraryTechnology,
        fc.constantFrom(...counts),
        fc.integer({ min: 1, max: 50 }),
        (technology, count, more) => {
          const less = sample();
          const grown = { ...less, [count]: less[count] + more };
          const before = run([less], technology).joulesPerInference;
          const after = run([grown], technology).joulesPerInference;
          for (const end of ends) expect(after[end]).toBeGreaterThan(before[end]);
        },
      ),
    );
  });

  it('grows with accesses and with the size of each memory', () => {
    fc.assert(
      fc.property(
        arbitraryTechnology,
        fc.constantFrom('words', 'wordBits', 'reads') as fc.Arbitrary<'words' | 'wordBits' | 'reads'>,
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 1, max: 8 }),
        (technology, field, which, more) => {
          const less = sample();
          const grown = {
            ...less,
            memories: less.memories.map((m, i) => (i === which ? { ...m, [field]: m[field] + more } : m)),
          };
          expect(run([grown], technology).joulesPerInference.value).toBeGreaterThan(
            run([less], technology).joulesPerInference.value,
          );
        },
      ),
    );
  });
});

describe('idle hardware', () => {
  it('costs clock and leakage, nothing else and never nothing', () => {
    const { breakdown } = run([idle(sample())]);
    for (const name of energyComponents) {
      const { value } = breakdown.byComponent[name]!;
      if (name === 'clock' || name === 'leakage') expect(value).toBeGreaterThan(0);
      else expect(value).toBe(0);
    }
  });

  it('pays the clock of every flip-flop in every clock, those of small memories included', () => {
    const without = run([idle(sample())], technologyOf('asap7'), { wires: false, clockTree: false });
    close(component(without, 'clock').value, (900 + 8 * 8) * interval * 0.76e-15);
  });

  it('leaks in proportion to time and not to work', () => {
    const at = (megahertz: number, activity: LayerActivity): number =>
      component(
        energyT0({
          activities: [activity],
          technology: technologyOf('gt2n'),
          clock: hertz(megahertz * 1e6),
          interval: cycles(interval),
          operations: ops(24_000),
        }),
        'leakage',
      ).value;
    close(at(50, sample()), 2 * at(100, sample()));
    expect(at(100, idle(sample()))).toBe(at(100, sample()));
  });
});

describe('by hand', () => {
  const bare: LayerActivity = { ...idle(sample()), memories: [] };
  const plain = (activity: LayerActivity, name: string): number =>
    component(run([activity], technologyOf('asap7'), { wires: false, clockTree: false }), name).value;

  it('a multiply-accumulate costs its data profile minus its idle clock', () => {
    close(plain({ ...bare, macs: 1000 }, 'mac'), 1000 * (136e-15 - 50e-15));
    close(plain({ ...bare, macs: 1000, dataProfile: 'uniform' }, 'mac'), 1000 * (209e-15 - 50e-15));
    close(plain({ ...bare, macs: 1000, dataProfile: 'weightStationary' }, 'mac'), 1000 * (110e-15 - 50e-15));
    close(plain({ ...bare, macs: 1000, dataProfile: 'sparse90' }, 'mac'), 1000 * (94e-15 - 50e-15));
  });

  it('registers outside the multiply-accumulate units toggle in active clocks only', () => {
    close(plain({ ...bare, activeClocks: 300 }, 'registers'), (900 - 500) * 300 * 0.3438e-15);
  });

  it('additions and requantizations cost their entries', () => {
    close(plain({ ...bare, additions: 7 }, 'mac'), 7 * 33e-15);
    close(plain({ ...bare, requantizations: 7 }, 'requantize'), 7 * 2280e-15);
  });

  it('leakage is power of logic and bits times the time of one inference', () => {
    const memory = { name: 'm', role: 'weights', words: 100, wordBits: 10, reads: 0, writes: 0 } as const;
    const stage: LayerActivity = { ...bare, multipliers: 0, adders: 0, requantizers: 0, macRegisterBits: 0 };
    const seconds = interval / 100e6;
    const logic = 900 * 0.3344 * 0.4426e-9;
    close(plain(stage, 'leakage'), logic * seconds);
    close(plain({ ...stage, memories: [{ ...memory, kind: 'ram' }] }, 'leakage'), (logic + 1000 * 200e-12) * seconds);
    close(plain({ ...stage, memories: [{ ...memory, kind: 'rom' }] }, 'leakage'), (logic + 1000 * 50e-12) * seconds);
  });

  it('a memory of flip-flops reads through multiplexers of all words and writes at all words, and the smallest macro is a macro', () => {
    const memory = { name: 'm', role: 'activations', kind: 'ram', wordBits: 8 } as const;
    const access = (words: number, reads: number, writes: number, moves?: number): number => {
      const accesses = { words, reads, writes, ...(moves === undefined ? {} : { moves }) };
      return plain({ ...bare, memories: [{ ...memory, ...accesses }] }, 'activation-memory');
    };
    const { entries } = technologyOf('asap7');
    const [read, write, bus, wires] = ['read', 'write', 'writeBus', 'wires'].map(
      (what) => entries[`memory.flipFlops.${what}`]!.value,
    );
    close(access(63, 1, 0), 8 * 63 * read! * 1e-15);
    close(access(63, 0, 1), 8 * (write! + 63 * bus!) * 1e-15);
    // Seven reads of two words, one after the other.
    close(access(63, 7, 0, 2), 2 * access(63, 1, 0));
    const wired = run([{ ...bare, memories: [{ ...memory, words: 63, reads: 1, writes: 0 }] }]);
    close(component(wired, 'activation-memory').value, access(63, 1, 0) * (1 + wires!));
    close(
      access(64, 0, 1),
      entries['sram.write.access']!.value * 1e-12 +
        8 * (entries['sram.write.bit']!.value + 64 * entries['sram.write.depth']!.value) * 1e-15,
    );
  });

  it('a word wider than a macro pays the fixed part of every macro, a deeper memory that of one', () => {
    const read = (words: number, wordBits: number): number =>
      plain(
        { ...bare, memories: [{ name: 'm', role: 'activations', kind: 'ram', words, wordBits, reads: 1, writes: 0 }] },
        'activation-memory',
      );
    const { entries } = technologyOf('asap7');
    const [access, bit, depth] = (['access', 'bit', 'depth'] as const).map((p) => entries[`sram.read.${p}`]!.value);
    close(read(100, 64), access! * 1e-12 + 64 * (bit! + 100 * depth!) * 1e-15);
    close(read(100, 65), 2 * access! * 1e-12 + 65 * (bit! + 100 * depth!) * 1e-15);
    close(read(9000, 64), access! * 1e-12 + 64 * (bit! + 4096 * depth!) * 1e-15);
  });

  it('a ROM read is the stated fraction of an SRAM read', () => {
    const memory = { name: 'm', role: 'weights', words: 100, wordBits: 64, reads: 10, writes: 0 } as const;
    const ram = plain({ ...bare, memories: [{ ...memory, kind: 'ram' }] }, 'weight-memory');
    close(plain({ ...bare, memories: [{ ...memory, kind: 'rom' }] }, 'weight-memory'), 0.5 * ram);
  });

  it('wires and clock tree add what they say and can be left out', () => {
    const full = run([sample()]);
    const noWires = run([sample()], technologyOf('asap7'), { wires: false, clockTree: true });
    const noTree = run([sample()], technologyOf('asap7'), { wires: true, clockTree: false });
    close(component(full, 'mac').value, 1.145 * component(noWires, 'mac').value);
    close(component(full, 'mac').high, 1.22 * component(noWires, 'mac').high);
    const logic = ['mac', 'requantize', 'registers'].map((name) => component(noWires, name).value);
    close(
      component(full, 'clock').value - component(noTree, 'clock').value,
      0.15 * (sum(logic) + component(noTree, 'clock').value),
    );
    expect(full.scope).toContain('wire allowance included, clock-tree allowance included');
    expect(noWires.scope).toContain('no wires');
    expect(noTree.scope).toContain('no clock tree');
  });
});

describe('provenance', () => {
  it.each(technologyNames)('%s: lists every entry used, and not one of them can be left out', (name) => {
    const technology = technologyOf(name);
    const { origins } = run([sample()], technology);
    expect(origins.length).toBeGreaterThan(20);
    for (const { entry } of origins) {
      const { [entry]: _, ...entries } = technology.entries;
      expect(() => run([sample()], { ...technology, entries }), entry).toThrow(
        `technology ${name}: has no entry '${entry}'`,
      );
    }
  });

  it('does not ask for numbers it does not use', () => {
    const technology = technologyOf('asap7');
    const used = new Set(run([sample()]).origins.map((o) => o.entry));
    const entries = Object.fromEntries(Object.entries(technology.entries).filter(([name]) => used.has(name)));
    expect(run([sample()], { ...technology, entries })).toEqual(run([sample()]));
    expect(used.has('mac.int8.uniform')).toBe(false);
    expect(used.has('sram.area.bit')).toBe(false);
  });

  it('is a result that the schema accepts', () => {
    expect(() => check(EnergyResult, run([sample('a'), sample('b')]), 'energy')).not.toThrow();
    expect(run([sample()]).tier).toBe('T0');
  });
});

describe('refuses', () => {
  it.each<[Partial<LayerActivity>, string]>([
    [{ macs: 16_001 }, 'layer conv2d_0: macs is 16001, more than multipliers x interval, 16000'],
    [{ macs: -1 }, 'macs is -1, not a whole number of at least 0'],
    [{ requantizations: 0.5 }, 'requantizations is 0.5'],
    [{ activeClocks: 1001 }, 'activeClocks is 1001, more than the interval, 1000'],
    [{ macRegisterBits: 901 }, 'macRegisterBits is 901, more than registerBits, 900'],
    [{ registerBits: Number.NaN }, 'registerBits is NaN'],
    [
      { memories: [{ name: 'w', role: 'weights', kind: 'rom', words: 8, wordBits: 8, reads: 1, writes: 1 }] },
      'w.writes is 1, more than a ROM allows, 0',
    ],
  ])('%j', (change, message) => {
    expect(() => run([{ ...sample(), ...change }])).toThrow(message);
    expect(() => run([{ ...sample(), ...change }])).toThrow('[ACTIVITY_IMPOSSIBLE]');
  });

  it('two layers of one name', () => {
    expect(() => run([sample(), sample()])).toThrow('layer conv2d_0: appears twice among the activities');
  });

  it('a model without operations', () => {
    expect(() =>
      energyT0({
        activities: [sample()],
        technology: technologyOf('asap7'),
        clock: hertz(1e8),
        interval: cycles(interval),
        operations: ops(0),
      }),
    ).toThrow('ENERGY_NO_OPS');
  });

  it('a technology whose multiply-accumulate is cheaper than its own clock', () => {
    const technology = technologyOf('asap7');
    const idleEntry = technology.entries['mac.int8.idle']!;
    const entries = { ...technology.entries, 'mac.int8.idle': { ...idleEntry, value: 200, high: 300 } };
    expect(() => run([sample()], { ...technology, entries })).toThrow('[TECH_INCONSISTENT]');
  });
});
