import { expect, test } from 'vitest';
import { lines, typeCosts } from '../../../scripts/bench/type-cost.ts';

/**
 * Processor time depends on the machine; how often tsc instantiates a type does not. Bounds: twice what it was when they
 * were set (60 and 555 for 1,500 lines). One type computed per call would already be thousands.
 */
const bounds = { arithmetic: 120, 'a mix': 1_110 } as const;

test('the language costs tsc hardly any instantiations', { timeout: 300_000 }, async () => {
  const costs = await typeCosts(['arithmetic', 'a mix'], 1);
  expect(lines).toBe(1_500);
  for (const name of ['arithmetic', 'a mix'] as const) {
    const { instantiations } = costs.get(name)!;
    expect(instantiations).toBeGreaterThan(0);
    expect({ name, within: instantiations <= bounds[name], instantiations }).toEqual({
      name,
      within: true,
      instantiations,
    });
  }
});
