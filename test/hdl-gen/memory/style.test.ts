import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blocksFor, cellsOf, type MemorySize, smallStyle, styleOf } from '../../../hdl-gen/memory/style.ts';
import { blockMemories } from '../../../specs/block-memories.ts';
import type { BlockDevice } from '../../../specs/design.ts';

const devices = ['ice40', 'ecp5', 'xc7'] as const satisfies readonly BlockDevice[];
const rom = (words: number, wordBits: number): MemorySize => ({ kind: 'rom', words, wordBits });
const ram = (words: number, wordBits: number): MemorySize => ({ kind: 'ram', words, wordBits });

describe('blocks', () => {
  test('the shape that needs the fewest, columns of several depths side by side', () => {
    expect(blocksFor('ice40', rom(256, 16))).toBe(1);
    expect(blocksFor('ice40', rom(257, 16))).toBe(2);
    expect(blocksFor('ice40', rom(384, 88))).toBe(11);
    // Three columns of 5 bits in one word of 16.
    expect(blocksFor('ice40', rom(540, 5))).toBe(1);
    expect(blocksFor('ecp5', rom(384, 88))).toBe(3);
    // Seven columns: 798 bits in words of 36.
    expect(blocksFor('xc7', rom(3136, 114))).toBe(23);
    expect(blocksFor('ecp5', rom(16384, 1))).toBe(1);
  });
});

describe('styles', () => {
  test('small FIFOs take no block, large buffers and weights do', () => {
    expect(styleOf('ice40', ram(12, 8))).toBe('registers');
    expect(styleOf('ice40', ram(512, 8))).toBe('block');
    expect(styleOf('ecp5', ram(12, 8))).toBe('distributed');
    expect(styleOf('xc7', ram(12, 8))).toBe('distributed');
    for (const device of devices) {
      expect(styleOf(device, rom(1152, 64))).toBe('block');
      expect(styleOf(device, ram(2048, 32))).toBe('block');
      expect(styleOf(device, rom(16, 8))).toBe('distributed');
    }
  });

  test('iCE40 has no memory in tables, and no table is made of registers', () => {
    expect(cellsOf('ice40', ram(4, 8), 'distributed')).toBe(Number.POSITIVE_INFINITY);
    expect(smallStyle('ice40', ram(4000, 64))).toBe('registers');
    expect(cellsOf('xc7', rom(4, 8), 'registers')).toBe(Number.POSITIVE_INFINITY);
  });

  test('a style is never dearer than another one', () => {
    const anySize = fc.record({
      kind: fc.constantFrom('rom' as const, 'ram' as const),
      words: fc.integer({ min: 1, max: 5000 }),
      wordBits: fc.integer({ min: 1, max: 300 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...devices), anySize, (device, size) => {
        const cost = {
          block: blocksFor(device, size) * blockMemories[device].cellsPerBlock,
          distributed: cellsOf(device, size, 'distributed'),
          registers: cellsOf(device, size, 'registers'),
        };
        expect(cost[styleOf(device, size)]).toBe(Math.min(...Object.values(cost)));
      }),
    );
  });
});
