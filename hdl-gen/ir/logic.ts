import type { Netlist, NetNode, NodeId } from './netlist.ts';

/** A multiplication of two variables, or of one and a constant. */
export interface Product {
  readonly a: number;
  readonly b: number;
  /** Where the second factor is a constant: how many of its bits are 1. */
  readonly ones: number | null;
  readonly count: number;
}

/** What a circuit is made of between its registers, counted in bits: enough to tell how many look-up tables it takes. */
export interface Logic {
  /** Bits of adders, subtractors and negations of variables; of those that add a constant, or a single bit. */
  readonly add: number;
  readonly count: number;
  /** Bits that are compared for order, and bits (of both sides, where both vary) that are compared for equality or reduced. */
  readonly compare: number;
  readonly equal: number;
  /** Bits of multiplexers of two; of those with a constant side, and of gates. */
  readonly mux: number;
  readonly gate: number;
  /** Bits of multiplexers of shifts by a variable amount. */
  readonly shift: number;
  readonly products: readonly Product[];
}

export const noLogic: Logic = { add: 0, count: 0, compare: 0, equal: 0, mux: 0, gate: 0, shift: 0, products: [] };

const argumentsOf = (node: NetNode): readonly NodeId[] => ('args' in node ? node.args : []);

/** Of every node the low bits that anybody reads. */
function readBits({ nodes, registers, memories, outputs }: Netlist): Int32Array {
  const read = new Int32Array(nodes.length);
  const all = (id: NodeId | null) => {
    if (id !== null) read[id] = nodes[id]!.width;
  };
  for (const { node } of outputs) all(node);
  for (const { next, enable } of registers) for (const id of [next, enable]) all(id);
  for (const { reads, writes } of memories) {
    for (const { address, enable } of reads) for (const id of [address, enable]) all(id);
    for (const { address, data, enable } of writes) for (const id of [address, data, enable]) all(id);
  }
  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id]!;
    const bits = read[id]!;
    if (bits === 0) continue;
    for (const [at, argument] of argumentsOf(node).entries()) {
      const width = nodes[argument]!.width;
      let needed = width;
      // The low bits of these follow from the low bits of what they read.
      const through = ['add', 'sub', 'mul', 'neg', 'not', 'and', 'or', 'xor', 'extend'].includes(node.op);
      if (through || (node.op === 'mux' && at > 0)) needed = Math.min(width, bits);
      if (node.op === 'slice') needed = Math.min(width, node.low + bits);
      if (node.op === 'shl') needed = Math.min(width, Math.max(0, bits - node.amount));
      if (node.op === 'shr') needed = Math.min(width, node.amount + bits);
      read[argument] = Math.max(read[argument]!, needed);
    }
  }
  return read;
}

/** Bits that a constant multiplies with: what stands above its highest and below its lowest 1 is wiring. */
function significantBits(value: bigint, signed: boolean): number {
  if (value === 0n) return 1;
  let odd = value;
  while ((odd & 1n) === 0n) odd >>= 1n;
  const magnitude = odd < 0n ? ~odd : odd;
  return magnitude.toString(2).length + (signed ? 1 : 0);
}

const onesOf = (value: bigint, width: number): number => {
  let ones = 0;
  for (let rest = BigInt.asUintN(width, value); rest > 0n; rest >>= 1n) ones += Number(rest & 1n);
  return ones;
};

/** The logic of a circuit as its netlist has it. */
export function logicOf(netlist: Netlist): Logic {
  const { nodes } = netlist;
  const read = readBits(netlist);
  const counts = { add: 0, count: 0, compare: 0, equal: 0, mux: 0, gate: 0, shift: 0 };
  const products: Product[] = [];
  const constant = (id: NodeId) => nodes[id]!.op === 'const';
  /** A constant or a single bit, in whatever width. */
  const isSmall = (id: NodeId): boolean => {
    const node = nodes[id]!;
    return node.op === 'const' || node.width === 1 || (node.op === 'extend' && isSmall(node.args[0]));
  };
  for (const [id, node] of nodes.entries()) {
    const bits = read[id]!;
    if (bits === 0) continue;
    const width = (argument: NodeId) => nodes[argument]!.width;
    switch (node.op) {
      case 'add':
      case 'sub':
        counts[node.args.some(isSmall) ? 'count' : 'add'] += bits;
        break;
      case 'neg':
        counts.add += bits;
        break;
      case 'lt':
        counts.compare += Math.max(...node.args.map(width));
        break;
      case 'eq': {
        const varying = node.args.filter((argument) => !constant(argument));
        counts.equal += varying.reduce((sum, argument) => sum + width(argument), 0);
        break;
      }
      case 'reduceAnd':
      case 'reduceOr':
      case 'reduceXor':
        counts.equal += width(node.args[0]);
        break;
      case 'and':
      case 'or':
      case 'xor':
        if (!node.args.some(constant)) counts.gate += bits;
        break;
      case 'mux':
        if (node.args.slice(1).some(constant)) counts.gate += bits;
        else counts.mux += bits;
        break;
      case 'shlBy':
      case 'shrBy':
        counts.shift += bits * width(node.args[1]);
        break;
      case 'mul': {
        const [a, b] = node.args;
        const [fixed, free] = constant(a) ? [a, b] : [b, a];
        const value = nodes[fixed]!;
        const [ones, factorBits] =
          value.op === 'const'
            ? [onesOf(value.value, value.width), significantBits(value.value, value.signed)]
            : [null, width(fixed)];
        if (ones !== 1) products.push({ a: Math.min(width(free), bits), b: factorBits, ones, count: 1 });
        break;
      }
      default:
        break;
    }
  }
  return { ...counts, products };
}
