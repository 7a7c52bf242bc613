import type { BlockDevice } from './design.ts';

/** Words and bits of a word that a memory block can have. */
interface BlockShape {
  readonly depth: number;
  readonly width: number;
  /** Blocks that are one such memory: a pair can be joined on some families. */
  readonly blocks: number;
  /** What Yosys counts for one when it weighs shapes (`cost` in its memory libraries). */
  readonly weight: number;
}

/** How one FPGA family's block memories are shaped, and what memories become without them. */
export interface BlockMemory {
  /** The deepest first, as Yosys tries them. */
  readonly shapes: readonly BlockShape[];
  /** Bits of one block. */
  readonly bits: number;
  /** Bits that one write enable of a block serves. */
  readonly byte: number;
  /**
   * Bits from which on Yosys puts a table, and a buffer or FIFO, into blocks when nothing is said; smaller ones are look-up tables or
   * registers.
   */
  readonly rom: number;
  readonly ram: number;
  /** Logic cells (a look-up table with its flip-flop) that a device of the family has for each of its blocks. */
  readonly cellsPerBlock: number;
  /** Inputs of a look-up table, and of the multiplexer behind tables that takes none. */
  readonly tableInputs: 4 | 6;
  readonly freeMux: number;
  /** Memories that tables can be, with one write and one read address: words, bits of a word, tables taken. */
  readonly tableRams: readonly { readonly depth: number; readonly width: number; readonly tables: number }[];
}

const shapesOf = (blocks: number, weight: number, sizes: readonly (readonly [number, number])[]): BlockShape[] =>
  sizes.map(([depth, width]) => ({ depth, width, blocks, weight }));

const narrow = [
  [16384, 1],
  [8192, 2],
  [4096, 4],
  [2048, 9],
  [1024, 18],
  [512, 36],
] as const;
const twice = (sizes: typeof narrow) => sizes.map(([depth, width]) => [2 * depth, width] as const);

/**
 * Shapes: the primitives' documentation (Lattice iCE40 memory usage guide TN1250; ECP5 memory usage guide TN1264; Xilinx 7 Series
 * memory resources UG473, simple dual port). Weights: Yosys 0.23 and 0.55. Thresholds: what Yosys 0.55 did
 * with the memories of generated accelerators (docs/stream.md, "Synthesis"). Cells for a block: iCE40HX8K 7,680 / 32 (DS1040), ECP5-45F
 * 43,848 / 108 (FPGA-DS-02012), Artix-7 35T 20,800 / 100 (DS180), the last two rounded. Tables as memory: ECP5 slices (TN1264), Xilinx
 * RAM32M and RAM64M (UG474).
 */
export const blockMemories: Readonly<Record<BlockDevice, BlockMemory>> = {
  ice40: {
    shapes: shapesOf(1, 64, [
      [2048, 2],
      [1024, 4],
      [512, 8],
      [256, 16],
    ]),
    bits: 4096,
    byte: 1,
    rom: 4096,
    ram: 512,
    cellsPerBlock: 240,
    tableInputs: 4,
    freeMux: 1,
    tableRams: [],
  },
  ecp5: {
    shapes: shapesOf(1, 128, narrow),
    bits: 18432,
    byte: 9,
    rom: 4096,
    ram: 4608,
    cellsPerBlock: 400,
    tableInputs: 4,
    freeMux: 4,
    // Two slices, and the third that drives the write address.
    tableRams: [{ depth: 16, width: 4, tables: 6 }],
  },
  xc7: {
    shapes: [...shapesOf(1, 129, narrow), ...shapesOf(2, 257, [...twice(narrow), [512, 72]])],
    bits: 18432,
    byte: 9,
    rom: 12288,
    ram: 8192,
    cellsPerBlock: 200,
    tableInputs: 6,
    freeMux: 4,
    tableRams: [
      { depth: 32, width: 6, tables: 4 },
      { depth: 64, width: 3, tables: 4 },
    ],
  },
};

/** Block memories that a memory takes of which nothing is said: all words in blocks of the shape that needs the fewest. */
export function blocksOf(
  device: BlockDevice,
  { kind, words, wordBits }: { readonly kind: 'rom' | 'ram'; readonly words: number; readonly wordBits: number },
): number {
  const { shapes, rom, ram } = blockMemories[device];
  if (words * wordBits < (kind === 'rom' ? rom : ram)) return 0;
  return Math.min(
    ...shapes.map(({ depth, width, blocks }) => blocks * Math.ceil(words / depth) * Math.ceil(wordBits / width)),
  );
}
