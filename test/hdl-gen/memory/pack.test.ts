import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cellsOfSplit,
  type LogicalMemory,
  type MemoryPart,
  partsOf,
  placedBlocks,
} from '../../../hdl-gen/memory/pack.ts';
import { blocksFor, cellsOf } from '../../../hdl-gen/memory/style.ts';
import { blockMemories } from '../../../specs/block-memories.ts';
import type { BlockDevice } from '../../../specs/design.ts';

const devices = ['ice40', 'ecp5', 'xc7'] as const satisfies readonly BlockDevice[];
const rom = (words: number, wordBits: number, elementBits = 1): LogicalMemory => ({
  ...{ kind: 'rom', words, wordBits, elementBits },
});
const blocksIn = (device: BlockDevice, parts: readonly MemoryPart[]) =>
  parts.reduce((sum, part) => sum + placedBlocks(device, { kind: 'rom', ...part }), 0);
/** What the parts cost, counted part by part. */
const cellsIn = (device: BlockDevice, parts: readonly MemoryPart[]) =>
  parts.reduce((sum, part) => {
    const size = { kind: 'rom' as const, ...part };
    if (part.style === 'block') return sum + blocksFor(device, size) * blockMemories[device].cellsPerBlock;
    // A part behind another one: a multiplexer for each bit, four cells that find the part.
    return sum + cellsOf(device, size, 'distributed') + (part.firstWord > 0 ? part.wordBits + 4 : 0);
  }, 0);

const anyRom = fc
  .record({
    device: fc.constantFrom(...devices),
    words: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.constantFrom(256, 512, 768, 1024, 300, 540, 1040)),
    elements: fc.integer({ min: 1, max: 40 }),
    elementBits: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ device, words, elements, elementBits }) => ({
    device,
    memory: rom(words, elements * elementBits, elementBits),
  }));

describe('tables cut to blocks', () => {
  test('every bit is in one part, elements stay whole, and no more blocks than in one piece', () => {
    const cuts = { one: 0, two: 0, three: 0 };
    fc.assert(
      fc.property(anyRom, ({ device, memory }) => {
        const parts = partsOf(device, memory);
        const { words, wordBits, elementBits } = memory;
        const area = parts.reduce((sum, part) => sum + part.words * part.wordBits, 0);
        expect(area).toBe(words * wordBits);
        for (const [at, a] of parts.entries()) {
          expect([a.firstBit % elementBits, a.wordBits % elementBits]).toEqual([0, 0]);
          for (const b of parts.slice(at + 1)) {
            const apart =
              a.firstWord + a.words <= b.firstWord ||
              b.firstWord + b.words <= a.firstWord ||
              a.firstBit + a.wordBits <= b.firstBit ||
              b.firstBit + b.wordBits <= a.firstBit;
            expect(apart).toBe(true);
          }
        }
        expect(blocksIn(device, parts)).toBeLessThanOrEqual(blocksFor(device, memory));
        cuts[(['one', 'two', 'three'] as const)[parts.length - 1]!] += 1;
      }),
      { numRuns: 400, seed: 20261122 },
    );
    expect(Math.min(...Object.values(cuts))).toBeGreaterThan(3);
  });

  test('of all cuts of one rectangle, at any word and any element, none takes fewer cells', () => {
    const small = anyRom.filter(({ memory: { words, wordBits } }) => words * wordBits < 40_000);
    fc.assert(
      fc.property(small, ({ device, memory }) => {
        const { words, wordBits, elementBits } = memory;
        let least = cellsOf(device, memory, 'distributed');
        for (let width = elementBits; width <= wordBits; width += elementBits) {
          for (let depth = 1; depth <= words; depth++)
            least = Math.min(least, cellsOfSplit(device, memory, depth, width));
        }
        expect(cellsIn(device, partsOf(device, memory))).toBe(least);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  test('what fills a block badly is in tables', () => {
    // 300 words of 88 bits fill 6.4 blocks of ice40 and take 11 in one piece: 6 hold the first 256 words.
    expect(partsOf('ice40', rom(300, 88, 8)).map(({ words, wordBits, style }) => [words, wordBits, style])).toEqual([
      [256, 88, 'block'],
      [44, 88, 'distributed'],
    ]);
    expect(partsOf('ice40', rom(256, 20, 4)).map(({ words, wordBits, style }) => [words, wordBits, style])).toEqual([
      [256, 16, 'block'],
      [256, 4, 'distributed'],
    ]);
    expect(partsOf('ecp5', rom(1024, 36, 4))).toEqual([
      { firstWord: 0, words: 1024, firstBit: 0, wordBits: 36, style: 'block' },
    ]);
  });
});
