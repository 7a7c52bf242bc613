import type { NetNode } from '../../../hdl-gen/ir/netlist.ts';
import { Fault } from '../../../specs/fault.ts';

/** What costs energy in a datapath without multipliers and memories; entries of a technology price one bit of each. */
export const operationKinds = ['adder', 'xor', 'and', 'mux', 'register'] as const;
export type OperationKind = (typeof operationKinds)[number];

/** One count per kind. */
export type PerKind = Readonly<Record<OperationKind, number>>;

/** What a node of the netlist is made of; null for wiring, constants and ports. */
export function kindOf(node: NetNode, place: string): OperationKind | null {
  switch (node.op) {
    case 'add':
    case 'sub':
    case 'neg':
    case 'lt':
      return 'adder';
    case 'xor':
    case 'eq':
    case 'reduceXor':
      return 'xor';
    case 'and':
    case 'or':
    case 'reduceAnd':
    case 'reduceOr':
      return 'and';
    case 'mux':
      return 'mux';
    case 'register':
      return 'register';
    case 'mul':
    case 'shlBy':
    case 'shrBy':
    case 'memoryRead':
      throw new Fault({
        code: 'HASH_OPERATION',
        place,
        cause: `has an operation '${node.op}', for which this estimate has no price`,
        wayOut: 'predict cores that consist of adders, gates and registers',
      });
    default:
      // An inverter disappears in the gate behind it; the rest is wiring.
      return null;
  }
}
