import { describe, expect, test } from 'vitest';
import { runFuzzBatch } from '../support/fuzz-batch.ts';
import { differencesOfBatch } from '../support/fuzz-failure.ts';
import { expectedOf, firstDifference } from '../support/fuzz-run.ts';
import { needTool } from '../support/tools.ts';
import { found } from './cases/found.ts';

describe('what random designs have found: equal everywhere, lint silent', async () => {
  const titles = Object.keys(found);
  const items = Object.values(found).map((design, index) => expectedOf(design, index + 1));

  test('compiled simulator', () => {
    for (const [index, item] of items.entries())
      expect({ title: titles[index], difference: firstDifference(item, item.embedded.trace) }).toEqual({
        title: titles[index],
        difference: null,
      });
  });

  for (const name of ['iverilog', 'verilator'] as const) {
    await needTool(name, name, async (tool) => {
      const { said, traces } = await runFuzzBatch(tool, items);
      expect(differencesOfBatch(items, traces)).toEqual([]);
      expect(said).toBe('');
    });
  }
});
