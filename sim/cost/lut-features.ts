import type { EngineMemory } from '../../hdl-gen/arch/stream/resources.ts';
import type { EnginePart, Lanes } from '../../hdl-gen/arch/stream/window-logic.ts';
import type { Product } from '../../hdl-gen/ir/logic.ts';
import { placedBlocks } from '../../hdl-gen/memory/pack.ts';
import { blocksOf } from '../../specs/block-memories.ts';
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
  /** Words of a memory made of tables; null where there is none, and small memories are registers. */
  readonly ramWords: ((words: number) => number) | null;
  /** Bits of a word that four tables of such a memory keep. */
  readonly ramBits: (words: number) => number;
}

const fabrics: Readonly<Record<BlockDevice, Fabric>> = {
  ice40: { inputs: 4, wideInputs: 4, dsp: null, dspSum: 0, ramWords: null, ramBits: () => 1 },
  ecp5: { inputs: 4, wideInputs: 7, dsp: [18, 18], dspSum: 0, ramWords: () => 16, ramBits: () => 4 },
  xc7: {
    inputs: 6,
    wideInputs: 8,
    dsp: [25, 18],
    dspSum: 48,
    ramWords: (words) => (words <= 32 ? 32 : 64),
    ramBits: (words) => (words <= 32 ? 6 : 3),
  },
};

/** Blocks along one operand: all but the highest part are unsigned, which costs a bit. */
const partsOf = (bits: number, most: number): number => (bits <= most ? 1 : Math.ceil((bits - 1) / (most - 1)));

function romTables({ inputs, wideInputs }: Fabric, words: number, wordBits: number): number {
  // Columns of few words are often alike, and some are a constant or a bit of the address.
  const functions = 2 ** Math.min(words, 1000);
  const different = functions * -Math.expm1(-wordBits / functions);
  const columns = Math.max(0, different - Math.min(1, wordBits / functions) * (2 + Math.log2(words)));
  const tables = Math.ceil(words / 2 ** inputs);
  const choices = Math.max(0, Math.ceil(words / 2 ** wideInputs) - 1);
  return columns * (tables + (2 / 3) * choices);
}

type Counts = Record<LutFeature, number>;

function addProduct(counts: Counts, fabric: Fabric, { a, b, ones, count }: Product): number {
  if (fabric.dsp === null) {
    if (ones === null) counts.product += count * a * b;
    else counts.constantProduct += count * a * ones;
    return 0;
  }
  const [wide, narrow] = fabric.dsp;
  const [most, least] = [Math.max(a, b), Math.min(a, b)];
  const blocks = partsOf(most, wide) * partsOf(least, narrow);
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
  counts.tree += count * (terms - 1) * product;
  counts.accumulate += count * accumulatorBits;
  return dsps;
}

/** What parts of an engine, and the memories inside them, are made of in a family. */
export function fpgaParts(
  device: BlockDevice,
  parts: readonly EnginePart[],
  memories: readonly Pick<EngineMemory, 'kind' | 'words' | 'wordBits' | 'style'>[],
): FpgaParts {
  const fabric = fabrics[device];
  const counts = Object.fromEntries(lutFeatures.map((feature) => [feature, 0])) as Counts;
  let dsps = 0;
  let blocks = 0;
  for (const { instance, logic, lanes, choice = 0 } of parts) {
    if (instance === null) counts.stage += 1;
    for (const feature of ['add', 'compare', 'equal', 'mux', 'gate', 'shift'] as const)
      counts[feature] += logic[feature];
    for (const product of logic.products) dsps += addProduct(counts, fabric, product);
    if (lanes !== undefined) dsps += addLanes(counts, fabric, lanes);
    counts.choice += choice;
  }
  for (const memory of memories) {
    const { kind, words, wordBits } = memory;
    const own = memory.style === undefined ? blocksOf(device, memory) : placedBlocks(device, memory);
    blocks += own;
    if (own > 0) continue;
    if (kind === 'rom') counts.romTable += romTables(fabric, words, wordBits);
    else {
      // Banks, or registers, of which a multiplexer takes one, and of which an address is written.
      const deep = fabric.ramWords?.(words) ?? 1;
      const banks = Math.ceil(words / deep);
      counts.ramChoice += wordBits * (banks - 1) + (banks > 1 ? banks : 0);
      if (fabric.ramWords !== null) counts.ramTable += 4 * banks * Math.ceil(wordBits / fabric.ramBits(words));
    }
  }
  return { features: counts, dsps, blocks };
}
