/**
 * The flat form of a circuit: hierarchy dissolved, statements lowered to muxes, static single assignment,
 * topologically ordered. Checks, simulation, activity and cost read this and nothing else.
 *
 * Value semantics: every node holds a mathematical integer. An operation is computed exactly on its arguments'
 * integers (each read by its own sign) and then wrapped into the node's own `width` and `signed`.
 */

/** Index into `Netlist.nodes`. Arguments always have a smaller index than the node that reads them. */
export type NodeId = number;

interface NodeBase {
  readonly width: number;
  readonly signed: boolean;
}

/** Sources: values that exist at the start of a clock. */
export interface InputNode extends NodeBase {
  readonly op: 'input';
  readonly input: number;
}
export interface RegisterNode extends NodeBase {
  readonly op: 'register';
  readonly register: number;
}
/** The registered read data of a memory port: what the address of the previous enabled clock selected. */
export interface MemoryReadNode extends NodeBase {
  readonly op: 'memoryRead';
  readonly memory: number;
  readonly port: number;
}
export interface ConstNode extends NodeBase {
  readonly op: 'const';
  readonly value: bigint;
}

export type UnaryOp = 'neg' | 'not' | 'extend' | 'reduceAnd' | 'reduceOr' | 'reduceXor';
export type BinaryOp = 'add' | 'sub' | 'mul' | 'and' | 'or' | 'xor' | 'eq' | 'lt' | 'shlBy' | 'shrBy' | 'cat';

/** `extend` re-reads the integer in another width and sign (wraps when narrower): extension, truncation and reinterpretation. */
export interface UnaryNode extends NodeBase {
  readonly op: UnaryOp;
  readonly args: readonly [NodeId];
}
/**
 * `cat` is (high, low) on bit patterns. `and`, `or`, `xor` work on the arguments' two's complement integers.
 * `shlBy`/`shrBy` shift args[0] by the non-negative args[1]; `shrBy` floors (arithmetic when args[0] is signed).
 */
export interface BinaryNode extends NodeBase {
  readonly op: BinaryOp;
  readonly args: readonly [NodeId, NodeId];
}
/** Shift by a constant: `shl` multiplies by 2^amount, `shr` floors the division. */
export interface ShiftNode extends NodeBase {
  readonly op: 'shl' | 'shr';
  readonly args: readonly [NodeId];
  readonly amount: number;
}
/** Bits high..low of args[0]'s pattern, unsigned unless `signed`. */
export interface SliceNode extends NodeBase {
  readonly op: 'slice';
  readonly args: readonly [NodeId];
  readonly low: number;
}
/** args = [condition of width 1, value when 1, value when 0]. */
export interface MuxNode extends NodeBase {
  readonly op: 'mux';
  readonly args: readonly [NodeId, NodeId, NodeId];
}

export type NetNode =
  | InputNode
  | RegisterNode
  | MemoryReadNode
  | ConstNode
  | UnaryNode
  | BinaryNode
  | ShiftNode
  | SliceNode
  | MuxNode;

export interface NetInput {
  readonly name: string;
  readonly node: NodeId;
}
export interface NetOutput {
  readonly name: string;
  readonly node: NodeId;
}
/** Loads `next` at every clock edge where `enable` (null = always) is 1; `init` while the synchronous reset is 1. */
export interface NetRegister {
  /** Hierarchical, dots between instances: `conv2d_0.requantizer.product`. */
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
  /** Reset value; null = not reset (the simulator starts it at 0). */
  readonly init: bigint | null;
  readonly node: NodeId;
  readonly next: NodeId;
  readonly enable: NodeId | null;
}
export interface NetReadPort {
  readonly address: NodeId;
  /** null = reads at every clock; otherwise the read data holds its value while 0. */
  readonly enable: NodeId | null;
  readonly node: NodeId;
}
export interface NetWritePort {
  readonly address: NodeId;
  readonly data: NodeId;
  readonly enable: NodeId;
}
/**
 * Synchronous-read memory of scalar words (a memory of vectors or records becomes one NetMemory per scalar field).
 * Read-first: a read at the clock of a write to the same address gives the old word. Addresses at or beyond
 * `depth` read 0 and write nothing.
 */
export interface NetMemory {
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
  readonly depth: number;
  /** `depth` words, or null for a memory that starts at 0. */
  readonly init: readonly bigint[] | Int8Array | Int16Array | Int32Array | BigInt64Array | null;
  readonly reads: readonly NetReadPort[];
  readonly writes: readonly NetWritePort[];
}

/** A node of 1 bit that simulators watch before every clock edge outside reset; it is no part of the circuit. */
export interface NetAssertion {
  /** Hierarchical, as of a register. */
  readonly name: string;
  readonly node: NodeId;
  readonly message: string;
  /** file:line:column of the author. */
  readonly place: string;
}

/** A name of the author for a value: a named value, a wire, a port of an instance, the read data of a memory. */
export interface Net {
  /** Hierarchical, as of a register; no register and no other net has it. */
  readonly name: string;
  /** A node of the circuit, or one of `asides` counted on from the last of these. */
  readonly node: NodeId;
}

/** What has a name and is no port, register or memory. It is for observers: nothing of it becomes hardware or compiled code. */
export interface NetNames {
  /** Operations that only names need: the circuit computes their value in another way or not at all. */
  readonly asides: readonly NetNode[];
  readonly nets: readonly Net[];
}

export interface Netlist {
  readonly name: string;
  readonly nodes: readonly NetNode[];
  readonly inputs: readonly NetInput[];
  readonly outputs: readonly NetOutput[];
  readonly registers: readonly NetRegister[];
  readonly memories: readonly NetMemory[];
  /** Nodes that are 1 at every clock; absent = none. */
  readonly assertions?: readonly NetAssertion[];
  /** Nodes that a test should see at 1 at least once; absent = none. */
  readonly covers?: readonly NetAssertion[];
  /** Absent = no names. */
  readonly names?: NetNames;
}

/** The nodes of the circuit, followed by those that only names need. */
export function allNodes({ nodes, names }: Netlist): readonly NetNode[] {
  return names === undefined || names.asides.length === 0 ? nodes : [...nodes, ...names.asides];
}
