import { expect, test } from 'vitest';
import type { MemoryActivity } from '../../../sim/cost/activity.ts';
import { coefficientsOf } from '../../../sim/cost/coefficients.ts';
import { parseLiberty } from '../../../sim/cost/gate/liberty/parse.ts';
import { type LibertySource, memoryMacros, priceByMacro } from '../../../sim/cost/macro-memory.ts';
import { memoryEnergy } from '../../../sim/cost/memory.ts';
import { technologyOf } from '../../../specs/technologies.ts';
import { libertyFolder, libertyText, needLiberty } from '../../support/liberty.ts';
import { smallLiberty } from '../../support/small-liberty.ts';

const shapes = ['64x64', '512x64', '1024x8', '1024x16', '1024x64', '2048x64'];
const file = (shape: string) => `ihp-sg13g2/RM_IHPSG13_1P_${shape}_c2_bm_bist_typ_1p20V_25C.lib`;
const files = shapes.map(file);

const sourceOf = (name: string, text: string): LibertySource => ({
  name,
  sha256: 'ab'.repeat(32),
  library: parseLiberty(text, name),
});

const memory = (words: number, wordBits: number, more: Partial<MemoryActivity> = {}): MemoryActivity => ({
  name: 'buffer',
  role: 'activations',
  kind: 'ram',
  words,
  wordBits,
  reads: 1,
  writes: 0,
  ...more,
});

const macros = (folder: string) => memoryMacros(files.map((name) => sourceOf(name, libertyText(folder, name))));

needLiberty(
  'a read of 1024 x 64 is what the file prints for its macro, and half of the address moves',
  files,
  (folder) => {
    const price = priceByMacro(macros(folder), memory(1024, 64))!;
    // 91.8272 pJ printed for the clock's edge; the address has ten bits of 0.2347 / 2 pJ each and edge.
    expect(price.energy.low * 1e12).toBeCloseTo(91.8272, 3);
    const all = price.energy.high - price.energy.low;
    expect(price.energy.value - price.energy.low).toBeCloseTo(all / 2, 20);
    expect(all).toBeGreaterThan(0);
    expect(all / price.energy.low).toBeLessThan(0.05);
    const [read, write, leakage] = price.origins;
    expect(read!.source).toBe(
      `cell RM_IHPSG13_1P_1024x64_c2_bm_bist of ${file('1024x64')} (sha256 ${'ab'.repeat(32)})`,
    );
    expect(read!.value).toBeCloseTo(price.energy.value * 1e12, 9);
    expect([read!.unit, write!.unit, leakage!.unit]).toEqual(['pJ/access', 'pJ/access', 'nW']);
    expect(leakage!.value).toBeCloseTo(price.watts * 1e9, 9);
  },
);

needLiberty(
  'wide memories are macros side by side, deep ones behind each other of which one wakes up',
  files,
  (folder) => {
    const all = macros(folder);
    const only = all.filter(({ cell }) => cell.name.includes('1024x64'));
    const one = priceByMacro(only, memory(1024, 64))!;
    expect(priceByMacro(only, memory(1024, 128))!.energy.low).toBeCloseTo(2 * one.energy.low, 20);
    expect(priceByMacro(only, memory(4096, 64))!.energy.value).toBeCloseTo(one.energy.value, 20);
    expect(priceByMacro(only, memory(4096, 64))!.watts).toBeCloseTo(4 * one.watts, 20);
    expect(priceByMacro(only, memory(1024, 64, { reads: 7 }))!.energy.value).toBeCloseTo(7 * one.energy.value, 20);
    // The kind that takes least area, whatever its order among the files.
    expect(priceByMacro(all, memory(1000, 8))!.origins[0]!.source).toContain('1024x8_');
    expect(priceByMacro([...all].reverse(), memory(1000, 8))).toEqual(priceByMacro(all, memory(1000, 8)));
  },
);

needLiberty('the size law of ihp-sg13g2 lies beside its macros: within 15 % of every one of them', files, (folder) => {
  const k = coefficientsOf(technologyOf('ihp-sg13g2'));
  for (const macro of macros(folder))
    for (const accesses of [{ reads: 1 }, { reads: 0, writes: 1 }]) {
      const asked = memory(macro.words, macro.wordBits, accesses);
      const law = memoryEnergy(k, asked, technologyOf('ihp-sg13g2'), false).value;
      expect(Math.abs(law / priceByMacro([macro], asked)!.energy.low - 1)).toBeLessThan(0.15);
    }
});

test('ROMs and libraries without macros have no price here', () => {
  expect(memoryMacros([sourceOf('small.lib', smallLiberty)])).toEqual([]);
  expect(priceByMacro([], memory(1024, 64))).toBeNull();
});

needLiberty('a ROM is no RAM', files, (folder) => {
  expect(priceByMacro(macros(folder), memory(1024, 64, { kind: 'rom', role: 'weights' }))).toBeNull();
  expect(libertyFolder()).not.toBeNull();
});
