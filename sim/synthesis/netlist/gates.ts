import type { NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { addOperation, type NodeTable } from '../../../hdl-gen/ir/simplify.ts';

type Two = 'and' | 'or' | 'xor';

/** What a gate is made of; every value is one unsigned bit. */
export interface GateWork {
  two(op: Two, a: NodeId, b: NodeId): NodeId;
  not(a: NodeId): NodeId;
  mux(condition: NodeId, whenOne: NodeId, whenZero: NodeId): NodeId;
}

export function gateWork(table: NodeTable): GateWork {
  const bit = { width: 1, signed: false } as const;
  return {
    two: (op, a, b) => addOperation(table, { op, ...bit, args: [a, b] }),
    not: (a) => addOperation(table, { op: 'not', ...bit, args: [a] }),
    mux: (condition, one, zero) => addOperation(table, { op: 'mux', ...bit, args: [condition, one, zero] }),
  };
}

export interface Gate {
  /** Ports that it reads, in the order of the arguments of `value`. */
  readonly inputs: readonly string[];
  readonly value: (work: GateWork, ...args: NodeId[]) => NodeId;
}

const two = (op: Two): Gate => ({ inputs: ['A', 'B'], value: (work, a, b) => work.two(op, a!, b!) });
const inverted = ({ inputs, value }: Gate): Gate => ({
  inputs,
  value: (work, ...args) => work.not(value(work, ...args)),
});
const mux: Gate = { inputs: ['A', 'B', 'S'], value: (work, a, b, s) => work.mux(s!, b!, a!) };
const andOr3: Gate = {
  inputs: ['A', 'B', 'C'],
  value: (work, a, b, c) => work.two('or', work.two('and', a!, b!), c!),
};
const orAnd3: Gate = {
  inputs: ['A', 'B', 'C'],
  value: (work, a, b, c) => work.two('and', work.two('or', a!, b!), c!),
};
const andOr4: Gate = {
  inputs: ['A', 'B', 'C', 'D'],
  value: (work, a, b, c, d) => work.two('or', work.two('and', a!, b!), work.two('and', c!, d!)),
};
const orAnd4: Gate = {
  inputs: ['A', 'B', 'C', 'D'],
  value: (work, a, b, c, d) => work.two('and', work.two('or', a!, b!), work.two('or', c!, d!)),
};

/** The simple gates of Yosys (techlibs/common/simcells.v); all give their value at Y. */
export const gates: Readonly<Record<string, Gate>> = {
  $_BUF_: { inputs: ['A'], value: (_, a) => a! },
  $_NOT_: { inputs: ['A'], value: (work, a) => work.not(a!) },
  $_AND_: two('and'),
  $_OR_: two('or'),
  $_XOR_: two('xor'),
  $_NAND_: inverted(two('and')),
  $_NOR_: inverted(two('or')),
  $_XNOR_: inverted(two('xor')),
  $_ANDNOT_: { inputs: ['A', 'B'], value: (work, a, b) => work.two('and', a!, work.not(b!)) },
  $_ORNOT_: { inputs: ['A', 'B'], value: (work, a, b) => work.two('or', a!, work.not(b!)) },
  $_MUX_: mux,
  $_NMUX_: inverted(mux),
  $_AOI3_: inverted(andOr3),
  $_OAI3_: inverted(orAnd3),
  $_AOI4_: inverted(andOr4),
  $_OAI4_: inverted(orAnd4),
};

/** A flip-flop at the rising edge, as its name tells it. */
export interface FlipFlop {
  /** Level that enables; null = always. */
  readonly enable: 0 | 1 | null;
  readonly reset: { readonly level: 0 | 1; readonly value: 0 | 1 } | null;
  /** Whether the reset needs the enable, too. */
  readonly enabledReset: boolean;
}

const level = (letter: string): 0 | 1 => (letter === 'P' ? 1 : 0);

/** Null for any other cell: falling edges and asynchronous resets among them. */
export function flipFlopOf(type: string): FlipFlop | null {
  if (type === '$_DFF_P_') return { enable: null, reset: null, enabledReset: false };
  const enabled = /^\$_DFFE_P([PN])_$/.exec(type);
  if (enabled) return { enable: level(enabled[1]!), reset: null, enabledReset: false };
  const cleared = /^\$_SDFF(C?E)?_P([PN])([01])([PN])?_$/.exec(type);
  if (cleared === null) return null;
  const [, kind, resetLevel, value, enable] = cleared;
  if ((kind === undefined) !== (enable === undefined)) return null;
  return {
    enable: enable === undefined ? null : level(enable),
    reset: { level: level(resetLevel!), value: value === '1' ? 1 : 0 },
    enabledReset: kind === 'CE',
  };
}
