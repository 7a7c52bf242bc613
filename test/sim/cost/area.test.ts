import fc from 'fast-check';
import { expect, it } from 'vitest';
import { areaT0 } from '../../../sim/cost/area.ts';
import { check } from '../../../specs/check.ts';
import { AreaResult } from '../../../specs/result.ts';
import { technologyNames, technologyOf } from '../../../specs/technologies.ts';
import { arbitraryActivities, sample } from './activities.ts';

it('conserves, is never negative and keeps band order', () => {
  fc.assert(
    fc.property(arbitraryActivities, fc.constantFrom(...technologyNames), (activities, name) => {
      const { squareMicrons, byComponent, byLayerAndComponent } = areaT0(activities, technologyOf(name));
      for (const [component, { value }] of Object.entries(byComponent)) {
        const layers = Object.values(byLayerAndComponent).reduce((sum, parts) => sum + parts[component]!, 0);
        expect(Math.abs(layers - value)).toBeLessThanOrEqual(1e-12 * value);
      }
      for (const end of ['low', 'value', 'high'] as const) {
        const sum = Object.values(byComponent).reduce((a, b) => a + b[end], 0);
        expect(Math.abs(sum - squareMicrons[end])).toBeLessThanOrEqual(1e-12 * sum);
      }
      for (const { low, value, high } of Object.values(byComponent)) {
        expect(low).toBeGreaterThanOrEqual(0);
        expect(value).toBeGreaterThanOrEqual(low);
        expect(high).toBeGreaterThanOrEqual(value);
      }
    }),
  );
});

it('a multiply-accumulate unit with its own 66 flip-flops has the area that was measured', () => {
  for (const name of technologyNames) {
    const unit = {
      ...sample(),
      multipliers: 1,
      adders: 0,
      requantizers: 0,
      registerBits: 66,
      macRegisterBits: 66,
      memories: [],
    };
    const { squareMicrons } = areaT0([unit], technologyOf(name));
    expect(squareMicrons.value).toBeCloseTo(technologyOf(name).entries['mac.int8.area']!.value, 6);
  }
});

it('an IHP memory has the area of the macros it is made of', () => {
  const memory = {
    name: 'm',
    role: 'activations',
    kind: 'ram',
    words: 1024,
    wordBits: 64,
    reads: 0,
    writes: 0,
  } as const;
  const area = (words: number, wordBits: number): number =>
    areaT0(
      [
        {
          ...sample(),
          multipliers: 0,
          adders: 0,
          requantizers: 0,
          registerBits: 0,
          memories: [{ ...memory, words, wordBits }],
        },
      ],
      technologyOf('ihp-sg13g2'),
    ).squareMicrons.value;
  expect(area(1024, 64) / 263_946).toBeCloseTo(1, 2);
  expect(area(1024, 128)).toBeCloseTo(2 * area(1024, 64), 3);
  expect(area(8192, 64)).toBeCloseTo(2 * area(4096, 64), 3);
  // Too small for a macro: 63 words of flip-flops.
  expect(area(63, 8)).toBeCloseTo(63 * 8 * technologyOf('ihp-sg13g2').entries['memory.flipFlops.area']!.value, 6);
});

it('refuses to go on without an entry, by name', () => {
  const technology = technologyOf('sky130hd');
  const { origins } = areaT0([sample()], technology);
  for (const { entry } of origins) {
    const { [entry]: _, ...entries } = technology.entries;
    expect(() => areaT0([sample()], { ...technology, entries }), entry).toThrow(`has no entry '${entry}'`);
  }
  expect(() => check(AreaResult, areaT0([sample()], technology), 'area')).not.toThrow();
});
