import { describe, expect, test } from 'vitest';
import { asEnum, enumeration } from '../../hdl-gen/lang/enum.ts';
import { ram } from '../../hdl-gen/lang/memory.ts';
import { module } from '../../hdl-gen/lang/module.ts';
import { uint } from '../../hdl-gen/lang/types.ts';
import { blockOf } from '../support/block.ts';
import { runFuzzBatch } from '../support/fuzz-batch.ts';
import { differencesOfBatch } from '../support/fuzz-failure.ts';
import { expectedOf, firstDifference } from '../support/fuzz-run.ts';
import { needTool } from '../support/tools.ts';
import { found } from './cases/found.ts';
import { uncaught } from './cases/uncaught.ts';

const cases = { ...found, ...uncaught };

describe('what random designs have found, and what they find seldom: equal everywhere, lint silent', async () => {
  const titles = Object.keys(cases);
  const items = Object.values(cases).map((design, index) => expectedOf(design, index + 1));

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

test('the last arm of a case serves patterns that are no member with its memory writes too', () => {
  const top = module('beyond_members', { in: { bits: uint(2), data: uint(4) }, out: { word: uint(4) } }, (inputs) => {
    const memory = ram('memory', uint(4), 2);
    asEnum(enumeration('op', ['idle', 'load', 'store']), inputs.bits).cases({
      idle: () => {},
      load: () => {},
      store: () => memory.write(0, inputs.data),
    });
    return { word: memory.read(0) };
  });
  const block = blockOf(top);
  for (const [bits, word] of [
    [2, 9],
    [1, 9],
    [3, 6],
    [0, 6],
  ] as const) {
    block.clock({ bits, data: word });
    block.clock({ bits: 0, data: 15 });
    block.clock();
    expect({ bits, word: block.out('word') }).toEqual({ bits, word });
  }
});
