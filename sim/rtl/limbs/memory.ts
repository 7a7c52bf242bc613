import type { NetMemory, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { addConstant, addOperation, type NodeTable } from '../../../hdl-gen/ir/simplify.ts';
import { type Format, wrap } from '../value.ts';
import { nonZero } from './compare.ts';
import { limbAt, limbFormats, limbValues, type Word, wholeLimb, wordOf } from './word.ts';

/** What the ports of a memory are connected to. */
export interface MemoryWords {
  readonly wordOf: (node: NodeId) => Word;
  /** The read data's own nodes, one per limb of the memory. */
  readonly readData: (node: NodeId) => Word;
  readonly enable: (node: NodeId) => NodeId;
}

/** An address of any width in one limb: one that needs more is beyond every memory, and so is the largest limb. */
function addressIn(table: NodeTable, address: Word): NodeId {
  const [low, ...upper] = address.limbs;
  if (upper.length === 0) return low!;
  const rest: Word = { width: address.width - wholeLimb.width, signed: address.signed, limbs: upper };
  const outside = addConstant(table, (1n << BigInt(wholeLimb.width)) - 1n, wholeLimb.width, false);
  return addOperation(table, { op: 'mux', ...wholeLimb, args: [nonZero(table, rest), outside, low!] });
}

/** The initial words of every limb. */
function initialLimbs({ init, ...memory }: NetMemory): (BigInt64Array | null)[] {
  const formats = limbFormats(memory);
  if (init === null) return formats.map(() => null);
  const limbs = formats.map(() => new BigInt64Array(init.length));
  for (let address = 0; address < init.length; address += 1) {
    for (const [index, value] of limbValues(wrap(BigInt(init[address]!), memory), memory).entries())
      limbs[index]![address] = value;
  }
  return limbs;
}

/** One memory per limb of the word, all with the same ports; a memory of narrow words keeps its content as it is. */
export function splitMemory(table: NodeTable, memory: NetMemory, nodes: MemoryWords): NetMemory[] {
  const formats: readonly Format[] = limbFormats(memory);
  const inits = formats.length === 1 ? [memory.init] : initialLimbs(memory);
  const reads = memory.reads.map(({ address, enable, node }) => ({
    address: addressIn(table, nodes.wordOf(address)),
    enable: enable === null ? null : nodes.enable(enable),
    data: nodes.readData(node),
  }));
  const writes = memory.writes.map(({ address, data, enable }) => ({
    address: addressIn(table, nodes.wordOf(address)),
    enable: nodes.enable(enable),
    data: wordOf(memory, (format, index) => limbAt(table, nodes.wordOf(data), index, format)),
  }));
  return formats.map((format, index) => ({
    name: formats.length === 1 ? memory.name : `${memory.name}#${index}`,
    ...format,
    depth: memory.depth,
    init: inits[index]!,
    reads: reads.map(({ address, enable, data }) => ({ address, enable, node: data.limbs[index]! })),
    writes: writes.map(({ address, enable, data }) => ({ address, enable, data: data.limbs[index]! })),
  }));
}
