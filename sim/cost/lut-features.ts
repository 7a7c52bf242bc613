import type { EngineMemory } from '../../hdl-gen/arch/stream/resources.ts';
import type { EnginePart, Lanes } from '../../hdl-gen/arch/stream/window-logic.ts';
import type { Product } from '../../hdl-gen/ir/logic.ts';
import { placedBlocks } from '../../hdl-gen/memory/pack.ts';
import { blockUse } from '../../hdl-gen/memory/style.ts';
import { blockMemories, blocksOf } from '../../specs/block-memories.ts';
import type { BlockDevice } from '../../specs/design.ts';
import { type LutFeature, type LutFeatures, lutFeatures } from '../../specs/luts.ts';

/** What an FPGA gives for a part of a design besides registers. */
export interface FpgaParts {
  readonly features: LutFeatures;
  readonly dsps: number;
  readonly blocks: number;
}

interface Fabric {
  /** Inputs of a look-up table, and of one with the multiplexers behind it. */
  readonly inputs: number;
  readonly wideInputs: number;
  /** Widest signed operands of a multiplier block; null where multipliers are made of tables. */
  readonly dsp: readonly [number, number] | null;
  /** Bits of a sum that a multiplier block can keep; 0 where it has no adder. */
  readonly dspSum: number;
  /** Bits of a product's part that take no multiplier block. */
  readonly dspSpare: number;
  /** Whether a carry chain reads one operand without a table, so that adding a constant, or 0 in place of a sum, takes hardly any. */
  readonly freeCount: boolean;
}

const fabrics: Readonly<Record<BlockDevice, Fabric>> = {
  ice40: { inputs: 4, wideInputs: 4, dsp: null, dspSum: 0, dspSpare: 0, freeCount: false },
  ecp5: { inputs: 4, wideInputs: 7, dsp: [18, 18], dspSum: 0, dspSpare: 2, freeCount: false },
  xc7: { inputs: 6, wideInputs: 8, dsp: [25, 18], dspSum: 48, dspSpare: 1, freeCount: true },
};

/** Blocks along one operand: all but the highest part are unsigned, which costs a bit; a highest part of `spare` bits is left to tables. */
const dspBlocksAlong = (bits: number, most: number, spare: number): number =>
  bits <= most ? 1 : Math.ceil((bits - spare) / (most - 1));

function expectedRomTables({ inputs, wideInputs }: Fabric, words: number, wordBits: number): number {
  // Columns of few words are often alike, and some are a constant or a bit of the address.
  const functions = 2 ** Math.min(words, 1000);
  const different = functions * -Math.expm1(-wordBits / functions);
  const columns = Math.max(0, different - Math.min(1, wordBits / functions) * (2 + Math.log2(words)));
  const tables = Math.ceil(words / 2 ** inputs);
  const choices = Math.max(0, Math.ceil(words / 2 ** wideInputs) - 1);
  return columns * (tables + (2 / 3) * choices);
}

type Counts = Record<LutFeature, number>;
type Size = Pick<EngineMemory, 'kind' | 'words' | 'wordBits' | 'style'>;

function addProduct(counts: Counts, fabric: Fabric, { a, b, ones, count }: Product): number {
  if (fabric.dsp === null) {
    if (ones === null) counts.product += count * a * b;
    else counts.constantProduct += count * a * ones;
    return 0;
  }
  const [wide, narrow] = fabric.dsp;
  const [most, least] = [Math.max(a, b), Math.min(a, b)];
  const blocks = dspBlocksAlong(most, wide, fabric.dspSpare) * dspBlocksAlong(least, narrow, fabric.dspSpare);
  counts.productSum += count * (blocks - 1) * least;
  return count * blocks;
}

function addLanes(counts: Counts, fabric: Fabric, lanes: Lanes): number {
  const { count, terms, kind, activationBits, weightBits, accumulatorBits } = lanes;
  if (kind === 'maximum') {
    counts.compare += count * activationBits;
    counts.mux += count * activationBits;
    return 0;
  }
  const product = kind === 'multiply' ? activationBits + weightBits : activationBits + 1;
  let dsps = 0;
  if (kind === 'sign') counts.sign += count * terms * product;
  if (kind === 'multiply') {
    dsps = addProduct(counts, fabric, { a: activationBits, b: weightBits, ones: null, count: count * terms });
    // One product for each clock stays inside a block that adds.
    if (terms === 1 && accumulatorBits <= fabric.dspSum) return dsps;
  }
  // A new sum starts with the byte itself, not with 0 and the byte.
  if (kind === 'sum' && fabric.freeCount) counts.mux += count * accumulatorBits;
  counts.tree += count * (terms - 1) * product;
  counts.accumulate += count * accumulatorBits;
  return dsps;
}

/** Banks, or registers, of which an address is written, and of which a multiplexer takes one. */
function addRam(counts: Counts, device: BlockDevice, { words, wordBits, style }: Size): void {
  const able = style === 'registers' ? [] : blockMemories[device].tableRams;
  const shapes = able.map(({ depth, width, tables }) => {
    const banks = Math.ceil(words / depth);
    return { banks, tables: banks * Math.ceil(wordBits / width) * tables };
  });
  const [first, ...others] = shapes;
  const best = first && others.reduce((least, each) => (each.tables < least.tables ? each : least), first);
  const { banks, tables } = best ?? { banks: words, tables: 0 };
  counts.ramTable += tables;
  counts.ramChoice += wordBits * (banks - 1) + (banks > 1 ? banks : 0);
}

/** What parts of an engine, and the memories inside them, are made of in a family. */
export function fpgaParts(device: BlockDevice, parts: readonly EnginePart[], memories: readonly Size[]): FpgaParts {
  const fabric = fabrics[device];
  const counts = Object.fromEntries(lutFeatures.map((feature) => [feature, 0])) as Counts;
  let dsps = 0;
  let blocks = 0;
  for (const { instance, logic, lanes, choice = 0 } of parts) {
    if (instance === null) counts.stage += 1;
    for (const feature of ['add', 'compare', 'equal', 'mux', 'gate', 'shift'] as const)
      counts[feature] += logic[feature];
    counts[fabric.freeCount ? 'count' : 'add'] += logic.count;
    for (const product of logic.products) dsps += addProduct(counts, fabric, product);
    if (lanes !== undefined) dsps += addLanes(counts, fabric, lanes);
    counts.choice += choice;
  }
  for (const memory of memories) {
    const { kind, words, wordBits } = memory;
    const own = memory.style === undefined ? blocksOf(device, memory) : placedBlocks(device, memory);
    blocks += own;
    if (own > 0) {
      counts.mux += (blockUse(device, memory).columns - 1) * wordBits;
      continue;
    }
    if (kind === 'rom') counts.romTable += expectedRomTables(fabric, words, wordBits);
    else addRam(counts, device, memory);
  }
  return { features: counts, dsps, blocks };
}
