import type { NetNode, NodeId } from '../../../hdl-gen/ir/netlist.ts';

/** What a walk back through settled nodes reads: values, and unknown bits as patterns. */
export interface Settled {
  readonly nodes: readonly NetNode[];
  readonly values: readonly bigint[];
  readonly masks: readonly bigint[];
}

function lowestBit(mask: bigint): number {
  return (mask & -mask).toString(2).length - 1;
}

/** The register or read port that makes a node unknown, by its lowest unknown bit. */
export function sourceOf(settled: Settled, node: NodeId): NodeId {
  const { nodes, masks } = settled;
  let at = node;
  for (let bit = lowestBit(masks[at]!); 'args' in nodes[at]!; ) {
    [at, bit] = culprit(settled, nodes[at]!, bit);
  }
  return at;
}

/** An argument that is unknown, and the bit of it, such that the bit of the node is unknown through it. */
function culprit({ nodes, values, masks }: Settled, node: NetNode, bit: number): readonly [NodeId, number] {
  const args = 'args' in node ? node.args : [];
  /** The bit at a position of an integer: above its width that of the sign. */
  const clamped = (arg: NodeId, position: number): number => Math.min(position, nodes[arg]!.width - 1);
  const isUnknownAt = (arg: NodeId, position: number): boolean => {
    const { width, signed } = nodes[arg]!;
    return (position < width || signed) && ((masks[arg]! >> BigInt(clamped(arg, position))) & 1n) === 1n;
  };
  switch (node.op) {
    case 'slice':
      return [args[0]!, bit + node.low];
    case 'shl':
      return [args[0]!, clamped(args[0]!, bit - node.amount)];
    case 'shr':
      return [args[0]!, clamped(args[0]!, bit + node.amount)];
    case 'cat': {
      const low = nodes[args[1]!]!.width;
      return bit < low ? [args[1]!, bit] : [args[0]!, bit - low];
    }
    case 'mux': {
      const [condition, yes, no] = node.args;
      if (masks[condition] !== 0n) return [condition, 0];
      const chosen = values[condition] !== 0n ? yes : no;
      return [chosen, clamped(chosen, bit)];
    }
    case 'not':
    case 'extend':
    case 'and':
    case 'or':
    case 'xor': {
      const arg = args.find((candidate) => isUnknownAt(candidate, bit))!;
      return [arg, clamped(arg, bit)];
    }
    default: {
      // Of an arithmetic result or a comparison the argument that is unknown lowest; of a shift the amount.
      const unknown = args.filter((arg) => masks[arg] !== 0n);
      const arg =
        node.op === 'shlBy' || node.op === 'shrBy'
          ? unknown.at(-1)!
          : unknown.reduce((a, b) => (lowestBit(masks[b]!) < lowestBit(masks[a]!) ? b : a));
      return [arg, lowestBit(masks[arg]!)];
    }
  }
}
