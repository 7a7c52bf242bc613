import type { Netlist, NetMemory, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { placeToggles, placeTotals, type ToggleLayout, type VectorSlot } from '../toggles/plan.ts';
import type { Format } from '../value.ts';
import { type ValueType, valueType } from '../wasm/opcode.ts';
import type { ElementBits } from '../wasm/simd.ts';
import type { SlotBytes } from './coder.ts';

/** Values up to 32 bits live in i32, up to 64 bits in i64. */
export function typeOf(format: Format): ValueType {
  if (format.width > 64) throw new RangeError(`a value of ${format.width} bits is not split into limbs`);
  return format.width <= 32 ? valueType.i32 : valueType.i64;
}

/** Bytes of a memory word in linear memory. */
export function wordBytes(memory: NetMemory): 1 | 2 | 4 | 8 {
  if (memory.width <= 8) return 1;
  if (memory.width <= 16) return 2;
  return memory.width <= 32 ? 4 : 8;
}

/**
 * Byte addresses in linear memory. Inputs come first, then the state that a reset restores (outputs, registers, read
 * data, memories with write ports); memories without write ports (ROMs) come last. Behind every memory's last word there are two more: a
 * word that stays 0 (what reads beyond the depth see) and one that takes the writes beyond the depth.
 */
export interface Layout {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly registers: readonly number[];
  /** Null when toggles are not counted. */
  readonly toggles: ToggleLayout | null;
  readonly readData: readonly (readonly number[])[];
  readonly memories: readonly number[];
  /** Bytes of a source's value in memory (of one lane). */
  slotBytes(source: NodeId): SlotBytes;
  /** Reserves a scratch slot for a value that crosses functions. */
  scratch(type: ValueType): number;
  /** Reserves aligned room for whole vectors. */
  vector(bytes: number): number;
  /** The bytes that a reset restores. */
  readonly resetFrom: number;
  readonly resetBytes: number;
  bytes(): number;
}

/** How values that differ between lanes are kept. */
export interface VectorStorage {
  /** Bytes of a node's value, whole vectors; 0 for a scalar. */
  readonly nodeBytes: (node: NodeId) => number;
  /** Bytes of one word of every lane; 0 for a memory that all lanes share. */
  readonly wordBytes: (memory: number) => number;
  /** Scalars that lie side by side in elements as small as their width allows, each list in memory order. */
  readonly chains: readonly (readonly NodeId[])[];
  /** Values of a node that `nodeBytes` holds. */
  readonly lanes: number;
}

export const scalarStorage: VectorStorage = { nodeBytes: () => 0, wordBytes: () => 0, chains: [], lanes: 1 };

export function layOut(netlist: Netlist, countToggles: boolean, storage: VectorStorage = scalarStorage): Layout {
  let top = 0;
  const place = (size: number, count = 1): number => {
    top = Math.ceil(top / size) * size;
    const address = top;
    top += size * count;
    return address;
  };
  const vector = (bytes: number): number => place(16, bytes / 16);
  const nodeFormat = (node: NodeId): Format => netlist.nodes[node]!;
  const chained = new Map<NodeId, number>();
  const elementBytes = (node: NodeId): SlotBytes => {
    const { width } = nodeFormat(node);
    return width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8;
  };
  const ownSlot = (node: NodeId): number => {
    const bytes = storage.nodeBytes(node);
    if (bytes > 0) return vector(bytes);
    return place(typeOf(nodeFormat(node)) === valueType.i32 ? 4 : 8);
  };
  const slot = (node: NodeId): number => chained.get(node) ?? ownSlot(node);

  const inputs = netlist.inputs.map(({ node }) => slot(node));
  const resetFrom = top;
  const together: VectorSlot[] = [];
  for (const chain of storage.chains.toSorted((a, b) => elementBytes(a[0]!) - elementBytes(b[0]!))) {
    top = Math.ceil(top / 16) * 16;
    for (const id of chain) {
      const bytes = elementBytes(id);
      const address = place(bytes);
      const node = netlist.nodes[id]!;
      chained.set(id, address);
      if (node.op !== 'register') continue;
      together.push({ register: node.register, address, bits: (8 * bytes) as ElementBits, elements: 1 });
    }
  }
  const registers = new Array<number>(netlist.registers.length);
  const vectors = netlist.registers
    .map(({ node }, register) => ({ register, bytes: storage.nodeBytes(node) }))
    .filter(({ bytes }) => bytes > 0);
  for (const { register, bytes } of vectors.sort((a, b) => a.bytes - b.bytes)) {
    const address = vector(bytes);
    const { lanes } = storage;
    registers[register] = address;
    together.push({ register, address, bits: ((8 * bytes) / lanes) as ElementBits, elements: lanes });
  }
  // A sample from before the clock edge, so it never shares the place of the register that it shows.
  const outputs = netlist.outputs.map(({ node }) => ownSlot(node));
  netlist.registers.forEach(({ node }, register) => {
    registers[register] ??= slot(node);
  });
  const totals = countToggles ? placeTotals(netlist, together, place) : null;
  const readData = netlist.memories.map(({ reads }) => reads.map(({ node }) => slot(node)));
  const memories: number[] = netlist.memories.map(() => 0);
  const reserveMemories = (written: boolean): void => {
    netlist.memories.forEach((memory, index) => {
      if (memory.writes.length > 0 !== written) return;
      const lanes = storage.wordBytes(index);
      memories[index] = lanes > 0 ? vector(lanes * (memory.depth + 2)) : place(wordBytes(memory), memory.depth + 2);
    });
  };
  reserveMemories(true);
  const resetBytes = top - resetFrom;
  reserveMemories(false);
  const toggles = totals === null ? null : placeToggles(totals, place);
  return {
    inputs,
    outputs,
    registers,
    toggles,
    readData,
    memories,
    scratch: (type) => place(type === valueType.i32 ? 4 : 8),
    slotBytes(source) {
      if (chained.has(source)) return elementBytes(source);
      return typeOf(nodeFormat(source)) === valueType.i32 ? 4 : 8;
    },
    vector,
    resetFrom,
    resetBytes,
    // A vector load may reach beyond the last value.
    bytes: () => top + 256,
  };
}
