import { type BlockMemory, blockMemories } from '../../specs/block-memories.ts';
import type { BlockDevice } from '../../specs/design.ts';
import type { MemoryStyle } from '../ir/design.ts';

export type { MemoryStyle };

export interface MemorySize {
  readonly kind: 'rom' | 'ram';
  readonly words: number;
  readonly wordBits: number;
}

/** Block memories, and the columns of their depth that the words of a memory lie in: one multiplexer less for every bit of a word. */
export interface BlockUse {
  readonly blocks: number;
  readonly columns: number;
}

/**
 * Block memories that hold so many words: what Yosys makes of a memory that shall be in blocks. A memory deeper than a shape lies in
 * columns of that depth side by side, and columns share a block's width; of the shapes it takes the one with the least sum of blocks
 * and, weighed little, tables behind and before them.
 */
export function blockUse(device: BlockDevice, { kind, words, wordBits }: MemorySize): BlockUse {
  const { shapes, byte } = blockMemories[device];
  let least = Number.POSITIVE_INFINITY;
  let found: BlockUse = { blocks: 0, columns: 1 };
  for (const { depth, width, blocks, weight } of shapes) {
    const columns = Math.ceil(words / depth);
    // A RAM's columns have write enables of their own, one for each byte of a block.
    const lane = kind === 'rom' ? 1 : Math.min(byte, width);
    const units = Math.ceil((columns * Math.ceil(wordBits / lane) * lane) / width);
    const choosing = (columns - 1) * wordBits + (kind === 'ram' && columns > 1 ? columns : 0);
    const cost = 2 * units * weight + choosing;
    if (cost < least) [least, found] = [cost, { blocks: units * blocks, columns }];
  }
  return found;
}

/** The block memories of `blockUse`. */
export const blocksFor = (device: BlockDevice, size: MemorySize): number => blockUse(device, size).blocks;

/** Tables that choose one of `inputs` bits; some of the family's multiplexers cost none. */
function muxTables({ tableInputs, freeMux }: BlockMemory, inputs: number): number {
  const left = Math.ceil(inputs / freeMux);
  // One table chooses of two (4 inputs) or of four (6 inputs).
  return tableInputs === 4 ? left - 1 : Math.ceil((left - 1) / 3);
}

function romTables(family: BlockMemory, { words, wordBits }: MemorySize): number {
  const leaves = Math.ceil(words / 2 ** family.tableInputs);
  return wordBits * (leaves + muxTables(family, leaves));
}

/** A flip-flop for each bit, a multiplexer for each bit of the word, two tables for each word's write enable. */
const registerTables = ({ words, wordBits }: MemorySize): number =>
  words * wordBits + wordBits * Math.ceil((2 * (words - 1)) / 3) + 2 * words;

function ramTables(family: BlockMemory, { words, wordBits }: MemorySize): number {
  const cells = family.tableRams.map(({ depth, width, tables }) => {
    const deep = Math.ceil(words / depth);
    return deep * Math.ceil(wordBits / width) * tables + wordBits * muxTables({ ...family, freeMux: 1 }, deep);
  });
  return Math.min(...cells);
}

/**
 * Logic cells (a look-up table with its flip-flop) that a memory takes as `style`, read registers left out; infinite where the family
 * cannot. It decides between styles: it counts whole tables for random contents, and synthesis may find fewer.
 */
export function cellsOf(device: BlockDevice, size: MemorySize, style: Exclude<MemoryStyle, 'block'>): number {
  const family = blockMemories[device];
  if (style === 'registers') return size.kind === 'rom' ? Number.POSITIVE_INFINITY : registerTables(size);
  return size.kind === 'rom' ? romTables(family, size) : ramTables(family, size);
}

/** The style of the two without block memories that takes fewer cells. */
export function smallStyle(device: BlockDevice, size: MemorySize): Exclude<MemoryStyle, 'block'> {
  return cellsOf(device, size, 'registers') < cellsOf(device, size, 'distributed') ? 'registers' : 'distributed';
}

/**
 * Large memories are in blocks, small ones in cells: a memory is in blocks when it would take as many cells otherwise as the device has
 * for each of its blocks (`cellsPerBlock`). So neither runs out before the other because of memories.
 */
export function styleOf(device: BlockDevice, size: MemorySize): MemoryStyle {
  const small = smallStyle(device, size);
  const worth = blocksFor(device, size) * blockMemories[device].cellsPerBlock;
  return cellsOf(device, size, small) < worth ? small : 'block';
}
