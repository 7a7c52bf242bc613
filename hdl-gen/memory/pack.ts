import { blockMemories } from '../../specs/block-memories.ts';
import type { BlockDevice } from '../../specs/design.ts';
import type { MemoryStyle } from '../ir/design.ts';
import { blocksFor, cellsOf, type MemorySize, styleOf } from './style.ts';

export interface LogicalMemory extends MemorySize {
  /** Bits of a word that stay together: those of one weight; of words with unlike fields all. */
  readonly elementBits: number;
}

/** A rectangle of a memory's bits, that is a memory of its own. */
export interface MemoryPart {
  readonly firstWord: number;
  readonly words: number;
  readonly firstBit: number;
  readonly wordBits: number;
  readonly style: MemoryStyle;
}

/** Tables that find which of two parts a word is in, beside the one for each bit that chooses between them. */
const choosing = 4;

/**
 * Cells of a table with `depth` x `width` of its bits in blocks (a block counted as `cellsPerBlock`), the words behind and the columns
 * beside them in look-up tables.
 */
export function cellsOfSplit(device: BlockDevice, rom: MemorySize, depth: number, width: number): number {
  const tables = (words: number, wordBits: number) =>
    words === 0 || wordBits === 0 ? 0 : cellsOf(device, { kind: 'rom', words, wordBits }, 'distributed');
  const blocks = width === 0 ? 0 : blocksFor(device, { kind: 'rom', words: depth, wordBits: width });
  const behind = depth === rom.words || width === 0 ? 0 : tables(rom.words - depth, width) + width + choosing;
  return blocks * blockMemories[device].cellsPerBlock + behind + tables(rom.words, rom.wordBits - width);
}

/** Depths at which it can pay to cut a table: all its words, or those that fill blocks of the shallowest shape. */
export function depthsOf(device: BlockDevice, words: number): number[] {
  const least = Math.min(...blockMemories[device].shapes.map(({ depth }) => depth));
  const full = Math.floor(words / least) * least;
  return full === words || full === 0 ? [words] : [words, full];
}

function partsOfRom(device: BlockDevice, rom: LogicalMemory): MemoryPart[] {
  const { words, wordBits, elementBits } = rom;
  const { bits, cellsPerBlock } = blockMemories[device];
  const perColumn = cellsOf(device, { ...rom, wordBits: 1 }, 'distributed');
  let best = { depth: words, width: 0, cells: perColumn * wordBits };
  for (const depth of depthsOf(device, words)) {
    // Cells that a column in blocks takes at the least: no packing holds more than all bits of its blocks.
    const least = (cellsPerBlock * depth) / bits;
    if (perColumn <= least) continue;
    for (let width = wordBits; width > 0; width -= elementBits) {
      const cells = cellsOfSplit(device, rom, depth, width);
      if (cells < best.cells) best = { depth, width, cells };
      if (perColumn * (wordBits - width) + least * width >= best.cells) break;
    }
  }
  const { depth, width } = best;
  const inTables = { style: 'distributed' as const };
  const parts: MemoryPart[] = [];
  if (width > 0) {
    parts.push({ firstWord: 0, words: depth, firstBit: 0, wordBits: width, style: 'block' });
    if (depth < words)
      parts.push({ firstWord: depth, words: words - depth, firstBit: 0, wordBits: width, ...inTables });
  }
  if (width < wordBits) parts.push({ firstWord: 0, words, firstBit: width, wordBits: wordBits - width, ...inTables });
  return parts;
}

/**
 * What a memory becomes on a device. A RAM is one part of the style that takes least. A table is up to three: one rectangle in blocks,
 * the words behind it and the columns beside it in look-up tables, which hold what would fill a block badly. Of all such cuts between
 * elements it is one with the fewest cells, a block counted as `cellsPerBlock`; so it never has more blocks than the table in one piece.
 */
export function partsOf(device: BlockDevice, memory: LogicalMemory): MemoryPart[] {
  const { words, wordBits } = memory;
  if (memory.kind === 'rom') return partsOfRom(device, memory);
  return [{ firstWord: 0, words, firstBit: 0, wordBits, style: styleOf(device, memory) }];
}

/** The name of part `index` of a memory. */
export const partName = (memory: string, index: number, parts: number): string =>
  parts === 1 ? memory : `${memory}_${index}`;

/** Blocks of a memory of its style. */
export function placedBlocks(device: BlockDevice, memory: MemorySize & { readonly style?: MemoryStyle }): number {
  return memory.style === 'block' ? blocksFor(device, memory) : 0;
}
