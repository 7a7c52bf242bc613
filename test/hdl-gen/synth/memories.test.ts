/** Yosys puts what is worth a block memory into block memories, and its cell report says so, memory by memory. */
import { describe, expect, test } from 'vitest';
import { buildAccelerator } from '../../../hdl-gen/arch/build.ts';
import type { Design } from '../../../hdl-gen/ir/design.ts';
import { placedBlocks } from '../../../hdl-gen/memory/pack.ts';
import { logicalOf } from '../../../hdl-gen/memory/place.ts';
import { loadZoo } from '../../../models/zoo/zoo.ts';
import { buildDesign, loadDesign } from '../../../scripts/design.ts';
import { blockMemories } from '../../../specs/block-memories.ts';
import { needData } from '../../support/data.ts';
import { graphOf } from '../../support/model-description.ts';
import { seededRandom } from '../../support/random.ts';
import { conv3x3, dense, networkOf } from '../../support/small-networks.ts';
import { mappedMemories, type Target, targets } from '../../support/synthesis.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE !== undefined;

interface Blocks {
  /** The block memory's cells, and the bits that one holds. */
  readonly cells: Readonly<Record<string, number>>;
  /** Bits from which on a memory must be in blocks. Below, Yosys weighs: a small one costs less as look-up tables. */
  readonly rom: number;
  readonly ram: number;
  /** Cells of small memories in look-up tables. */
  readonly small: RegExp;
}

const blocksOf: Readonly<Record<Target, Blocks>> = {
  ice40: { cells: { SB_RAM40_4K: 4096 }, rom: 4096, ram: 512, small: /^$/ },
  ecp5: { cells: { DP16KD: 18432 }, rom: 4096, ram: 4608, small: /^TRELLIS_DPR16X4$/ },
  xc7: { cells: { RAMB18E1: 18432, RAMB36E1: 36864 }, rom: 12288, ram: 8192, small: /^RAM(32|64|128|256)/ },
};

/** What is wrong with how one target holds the memories of a design, a line for each; empty when nothing is. */
async function complaints(design: Design, target: Target): Promise<{ found: string[]; inBlocks: number }> {
  const { cells, rom, ram, small } = blocksOf[target];
  const mapped = await mappedMemories(design, target);
  const found: string[] = [];
  let inBlocks = 0;
  for (const { name, memories } of design.modules) {
    const have = mapped.get(name) ?? {};
    const held = Object.entries(cells).reduce((bits, [cell, size]) => bits + size * (have[cell] ?? 0), 0);
    const large = memories.filter(({ kind, depth, width }) => depth * width >= (kind === 'rom' ? rom : ram));
    const bits = large.reduce((sum, { depth, width }) => sum + depth * width, 0);
    // What is left becomes registers or tables, or the tables' own memory: only small ones may.
    const left = (have.$mem_v2 ?? 0) + (have.$mem ?? 0);
    const elsewhere = left + (Object.keys(have).some((cell) => small.test(cell)) ? 1 : 0);
    if (held < bits || elsewhere > memories.length - large.length) {
      const sizes = memories.map(({ name, kind, depth, width }) => `${kind} ${name} ${depth} x ${width}`);
      found.push(`${target}: ${name} with ${sizes.join(', ')} became ${JSON.stringify(have)}`);
    }
    inBlocks += large.length;
  }
  return { found, inBlocks };
}

const request = { model: 'zoo', architecture: 'stream', clock: '100 MHz', technology: 'asap7' } as const;
const zoo = (name: string, multipliers: number): Design =>
  buildAccelerator(loadZoo(name).graph, { ...request, name: 'net', parameters: { multipliers } }).design;

/** Few engines, so that Yosys is soon done, and one large memory of each kind: weights, line buffer, a row that softmax keeps. */
function smallNetwork(): Design {
  const random = seededRandom(1);
  const weights = (count: number) => Int8Array.from({ length: count }, () => random.integer(-127, 127));
  const alike = { stride: { height: 1, width: 1 }, dilation: { height: 1, width: 1 }, activation: 'relu' } as const;
  const graph = graphOf({
    name: 'net',
    input: { shape: [1, 4, 40, 16], scale: 1 / 16, zeroPoint: 3 },
    layers: [
      {
        ...{ kind: 'conv2d', kernel: { height: 3, width: 3 }, padding: 'same', channels: 16, groups: 1, ...alike },
        ...{ weights: weights(9 * 16 * 16), weightScales: [1 / 64], bias: null },
        output: { scale: 1 / 16, zeroPoint: -128 },
      },
      { kind: 'softmax', beta: 1 },
    ],
  });
  const parameters = { foldings: { conv2d_0: { pe: 2, simd: 4 } } };
  return buildAccelerator(graph, { ...request, name: 'net', parameters }).design;
}

const zooSubjects = [
  ['digits', 8],
  ['digits', 64],
  ['textures', 32],
  ['vibration', 32],
] as const;
const subjects: readonly (readonly [string, () => Design])[] = [
  ['a small network', smallNetwork],
  ...(exhaustive ? zooSubjects : []).map(
    ([name, multipliers]) => [`${name} on ${multipliers} multipliers`, () => zoo(name, multipliers)] as const,
  ),
];

/** Weights of 520 words, 8 more than blocks of 256 or of 512 hold, line buffers of odd widths, and FIFOs of a few words. */
function oddNetwork(device: Target): Design {
  const network = networkOf([1, 20, 26, 3], conv3x3(3, 3), dense(1560, 2));
  const foldings = { conv2d_0: { pe: 1, simd: 3 }, fully_connected_1: { pe: 2, simd: 3 } };
  return buildAccelerator(network, { ...request, name: 'net', parameters: { foldings, device } }).design;
}

/** Memories by the module that holds them, with the blocks told and those that Yosys made, in blocks of the target's `bits`. */
async function toldAndMade(design: Design, target: Target) {
  const mapped = await mappedMemories(design, target);
  const { bits } = blockMemories[target];
  return design.modules
    .filter(({ memories }) => memories.length > 0)
    .map(({ name, memories }) => {
      const have = mapped.get(name) ?? {};
      const cells = Object.entries(blocksOf[target].cells);
      return {
        name,
        memories: memories.map(({ kind, depth, width, style }) => `${kind} ${depth} x ${width} ${style}`),
        told: memories.reduce((sum, memory) => sum + placedBlocks(target, { ...logicalOf(memory), ...memory }), 0),
        made: cells.reduce((sum, [cell, size]) => sum + (size / bits) * (have[cell] ?? 0), 0),
        ofTables: Object.keys(have).some((cell) => blocksOf[target].small.test(cell)),
      };
    });
}

describe.each(targets)('%s', (target) => {
  test('a design for it has the blocks that were told, module by module, and small FIFOs take none', async () => {
    const modules = await toldAndMade(oddNetwork(target), target);
    for (const { name, memories, told, made } of modules)
      expect({ name, memories, made }).toEqual({ name, memories, made: told });
    expect(modules.filter(({ told }) => told > 0).length).toBeGreaterThan(0);
    const fifos = modules.filter(({ name }) => name.startsWith('stream_fifo'));
    expect(fifos.length).toBeGreaterThan(0);
    for (const { told, memories, ofTables } of fifos)
      expect([told, ofTables]).toEqual([0, memories.join().includes('distributed')]);
    // Weights that are cut: what is in blocks and what is in look-up tables.
    expect(modules.flatMap(({ memories }) => memories).join()).toMatch(/rom \d+ x \d+ block,rom \d+ x \d+ distributed/);
  });

  test.each(subjects)('%s: memories are in blocks', async (name, make) => {
    const { found, inBlocks } = await complaints(make(), target);
    expect(found).toEqual([]);
    // Weights and line buffer at the least.
    if (name === 'a small network') expect(inBlocks).toBeGreaterThan(1);
  });

  for (const name of exhaustive ? ['kws-stream-64', 'ad-stream-64', 'ic-stream-512', 'vww-stream-64'] : []) {
    const data = `mlperf_${name.split('-')[0]}/manifest.json`;
    needData(`${name}: memories are in blocks`, [data], async (folder) => {
      const { design } = buildDesign(loadDesign(name, folder, { ...process.env, JOULESMITH_DATA: folder }));
      const { found, inBlocks } = await complaints(design, target);
      expect(found).toEqual([]);
      expect(inBlocks).toBeGreaterThan(5);
    });
  }
});
