import type { BlockDevice } from '../../specs/design.ts';
import type { Design, Expr, ExprId, Item, Memory, MemoryField, Module, Register, Wire } from '../ir/design.ts';
import { type LogicalMemory, type MemoryPart, partName, partsOf } from './pack.ts';

/** Bits of a word that stay together when a table is cut. */
export function elementBitsOf({ fields, width }: Memory): number {
  const first = fields[0]!.width;
  return fields.every((field) => field.width === first) ? first : width;
}

export const logicalOf = (memory: Memory): LogicalMemory => ({
  kind: memory.kind,
  words: memory.depth,
  wordBits: memory.width,
  elementBits: elementBitsOf(memory),
});

/** Whether the device's memories can hold it: one address is read, at most one written, whole words. */
const isSimple = ({ reads, writes, collision }: Memory): boolean =>
  reads.length === 1 &&
  writes.length <= 1 &&
  collision === undefined &&
  writes.every(({ masks }) => masks === undefined);

/** Words and fields of one part of a table. */
function partOf(memory: Memory, part: MemoryPart, name: string): Omit<Memory, 'reads'> {
  const inside = ({ low }: MemoryField) => low >= part.firstBit && low < part.firstBit + part.wordBits;
  const fields = memory.fields.filter(inside).map((field) => ({ ...field, low: field.low - part.firstBit }));
  const strides = memory.contents.map(
    (_, data) => memory.fields.find(({ content }) => content?.data === data)!.content!.stride,
  );
  const contents = memory.contents.map((values, data) =>
    values.subarray(part.firstWord * strides[data]!, (part.firstWord + part.words) * strides[data]!),
  );
  const { place } = memory;
  const addressWidth = Math.max(1, Math.ceil(Math.log2(part.words)));
  const size = { depth: part.words, width: part.wordBits, addressWidth };
  return { name, kind: memory.kind, ...size, fields, contents, writes: [], style: part.style, place };
}

/** A module on its way to one whose tables are cut. */
interface Draft {
  readonly nodes: Expr[];
  readonly memories: Memory[];
  readonly registers: Register[];
  readonly wires: Wire[];
  readonly body: Item[];
}

/** A table as several: the words read are put together where they are read, by a bit that remembers which part held them. */
function cut(draft: Draft, memory: Memory, index: number, parts: readonly MemoryPart[]): void {
  const { nodes, memories, registers, wires, body } = draft;
  const { place, reads } = memory;
  const { address, enable } = reads[0]!;
  const bit = { width: 1, signed: false } as const;
  const add = (expr: Expr): ExprId => nodes.push(expr) - 1;
  const numbers = parts.map((part, at) => {
    const name = partName(memory.name, at, parts.length);
    const made = partOf(memory, part, name);
    const low: Expr = { op: 'slice', width: made.addressWidth, signed: false, args: [address], low: 0 };
    const own = nodes[address]!.width > made.addressWidth ? add(low) : address;
    const number = memories.push({ ...made, reads: [{ name: `${name}_q`, address: own, enable }] }) - 1;
    body.push({ kind: 'memory', memory: number });
    return number;
  });
  const behind = parts.findIndex(({ firstWord }) => firstWord > 0);
  let chosen: ExprId | null = null;
  if (behind !== -1) {
    const { firstWord } = parts[behind]!;
    const { width } = nodes[address]!;
    const first = add({ op: 'const', width, signed: false, value: String(firstWord) });
    const value = add({ ...bit, op: 'lt', args: [address, first] });
    const register = registers.push({ name: `${memory.name}_before`, ...bit, init: null, place }) - 1;
    const set: Item = { kind: 'set', register, value, place };
    const guarded: Item = { kind: 'if', arms: [{ condition: enable!, body: [set] }], otherwise: [], place };
    body.push(enable === null ? set : guarded);
    chosen = add({ ...bit, op: 'register', register });
  }
  for (const [id, node] of [...nodes.entries()]) {
    if (node.op !== 'memoryRead' || node.memory !== index) continue;
    const { low, width, signed } = memory.fields[node.field]!;
    const read = (at: number): Expr => {
      const field = memories[numbers[at]!]!.fields.findIndex((each) => each.low === low - parts[at]!.firstBit);
      return { op: 'memoryRead', width, signed, memory: numbers[at]!, port: 0, field };
    };
    const holders = [...parts.keys()].filter((at) => {
      const { firstBit, wordBits } = parts[at]!;
      return low >= firstBit && low < firstBit + wordBits;
    });
    const names = {
      ...(node.name === undefined ? {} : { name: node.name }),
      ...(node.place === undefined ? {} : { place: node.place }),
    };
    if (holders.length === 1) nodes[id] = { ...read(holders[0]!), ...names };
    else {
      const [front, back] = holders.map((at) => add(read(at)));
      const value = add({ op: 'mux', width, signed, args: [chosen!, front!, back!] });
      const suffix = memory.fields[node.field]!.name;
      const name = suffix === '' ? `${memory.name}_word` : `${memory.name}_word_${suffix}`;
      const wire = wires.push({ name, width, signed, place, value }) - 1;
      body.push({ kind: 'wire', wire });
      nodes[id] = { op: 'wire', width, signed, wire, ...names };
    }
  }
}

/** The module's reads keep their old memory numbers until all are cut, so new memories come behind the old ones first. */
function placed(module: Module, device: BlockDevice): Module {
  const old = module.memories.length;
  const draft: Draft = {
    nodes: [...module.nodes],
    memories: [...module.memories],
    registers: [...module.registers],
    wires: [...module.wires],
    body: [],
  };
  const gone = new Set<number>();
  for (const item of module.body) {
    const memory = item.kind === 'memory' ? module.memories[item.memory]! : null;
    const parts = memory !== null && isSimple(memory) ? partsOf(device, logicalOf(memory)) : [];
    if (item.kind !== 'memory' || parts.length < 2) {
      draft.body.push(item);
      if (item.kind === 'memory' && parts.length === 1)
        draft.memories[item.memory] = { ...memory!, style: parts[0]!.style };
      continue;
    }
    gone.add(item.memory);
    cut(draft, memory!, item.memory, parts);
  }
  if (gone.size === 0) return { ...module, memories: draft.memories.slice(0, old) };
  const kept = [...draft.memories.keys()].filter((index) => !gone.has(index));
  const numbers = new Map(kept.map((index, at) => [index, at]));
  return {
    ...module,
    nodes: draft.nodes.map((node) =>
      node.op === 'memoryRead' ? { ...node, memory: numbers.get(node.memory)! } : node,
    ),
    memories: kept.map((index) => draft.memories[index]!),
    registers: draft.registers,
    wires: draft.wires,
    body: draft.body.map((item) => (item.kind === 'memory' ? { ...item, memory: numbers.get(item.memory)! } : item)),
  };
}

/**
 * The design with memories for a device: each says in what style it is made, and tables that would fill blocks badly are cut into
 * several. What a clock does stays the same: words come out in the same clock. Memories with several ports or write enables within a
 * word stay as they are.
 */
export function placeMemories(design: Design, device: BlockDevice): Design {
  return { ...design, modules: design.modules.map((module) => placed(module, device)) };
}
