import type { NetNode, NodeId } from '../../hdl-gen/ir/netlist.ts';
import type { Format } from './value.ts';

const narrowBits = 32;

/** A node with arguments. */
type Computed = Extract<NetNode, { readonly args: readonly NodeId[] }>;

/** Values that a number holds exactly, with room for what becomes of them. */
export const isNarrow = ({ width }: Format): boolean => width <= narrowBits;

/** The integer that the low bits of a number mean; exact wherever the number is. */
export function wrapNarrow(value: number, { width, signed }: Format): number {
  const unused = narrowBits - width;
  return signed ? (value << unused) >> unused : (value << unused) >>> unused;
}

/** The bits of a value as a non-negative integer. */
const patternOf = (value: number, { width }: Format): number => wrapNarrow(value, { width, signed: false });

/** As `evaluateNode`, of nodes that are narrow and whose arguments are. */
export function evaluateNarrow(node: Computed, nodes: readonly NetNode[], values: Float64Array): number {
  return wrapNarrow(resultOf(node, nodes, values), node);
}

/** Congruent to the result modulo 2^32, and exact where more than its low bits count. */
function resultOf(node: Computed, nodes: readonly NetNode[], values: Float64Array): number {
  const a = values[node.args[0]]!;
  const first = nodes[node.args[0]]!;
  switch (node.op) {
    case 'mux':
      return a !== 0 ? values[node.args[1]]! : values[node.args[2]]!;
    case 'shl':
      return node.amount >= narrowBits ? 0 : a * 2 ** node.amount;
    case 'shr':
      return Math.floor(a / 2 ** Math.min(node.amount, narrowBits));
    case 'slice':
      return Math.floor(patternOf(a, first) / 2 ** node.low);
    case 'neg':
      return -a;
    case 'not':
      return -a - 1;
    case 'extend':
      return a;
    case 'reduceAnd':
      return Number(patternOf(a, first) === 2 ** first.width - 1);
    case 'reduceOr':
      return Number(a !== 0);
    case 'reduceXor': {
      let rest = patternOf(a, first);
      for (const half of [16, 8, 4, 2, 1]) rest ^= rest >>> half;
      return rest & 1;
    }
  }
  const b = values[node.args[1]]!;
  switch (node.op) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return Math.imul(a, b);
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'eq':
      return Number(a === b);
    case 'lt':
      return Number(a < b);
    case 'shlBy':
      return b < 0 || b >= node.width ? 0 : a * 2 ** b;
    case 'shrBy':
      return Math.floor(a / 2 ** (b < 0 || b > first.width ? first.width : b));
    case 'cat': {
      const low = nodes[node.args[1]]!;
      return (low.width >= narrowBits ? 0 : patternOf(a, first) << low.width) | patternOf(b, low);
    }
  }
}
