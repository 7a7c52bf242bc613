import type { BinaryOp, UnaryOp } from './netlist.ts';

/**
 * The hierarchical form of a circuit, plain data: what the language builds and Verilog is printed from. Statements are
 * kept as written (`set`, `if`, `case`), vectors and records are already split into scalar leaves (`a_0`, `x_valid`).
 * JSON-able, except that memory contents stay typed arrays (weights are large).
 *
 * Expressions have the value semantics of the netlist: computed exactly, then wrapped into the node's width and sign.
 */
export interface Design {
  readonly top: string;
  /** One entry per distinct module, instantiated modules before those that instantiate them. */
  readonly modules: readonly Module[];
}

/** Index into `Module.nodes`. Arguments have smaller indices. */
export type ExprId = number;

interface ExprBase {
  readonly width: number;
  readonly signed: boolean;
  /** Given by the author with `.as(name)`. */
  readonly name?: string;
  /** file:line:column, for named nodes. */
  readonly place?: string;
}
export interface ConstExpr extends ExprBase {
  readonly op: 'const';
  /** Decimal. */
  readonly value: string;
  /** Name of the module's constant that this is, see `Module.constants`. */
  readonly label?: string;
}
export interface InputExpr extends ExprBase {
  readonly op: 'input';
  readonly input: number;
}
export interface RegisterExpr extends ExprBase {
  readonly op: 'register';
  readonly register: number;
}
export interface WireExpr extends ExprBase {
  readonly op: 'wire';
  readonly wire: number;
}
/** Field `field` of the word that read port `port` registered. */
export interface MemoryReadExpr extends ExprBase {
  readonly op: 'memoryRead';
  readonly memory: number;
  readonly port: number;
  readonly field: number;
}
export interface InstanceOutputExpr extends ExprBase {
  readonly op: 'instanceOutput';
  readonly instance: number;
  readonly output: number;
}
export interface UnaryExpr extends ExprBase {
  readonly op: UnaryOp;
  readonly args: readonly [ExprId];
}
export interface BinaryExpr extends ExprBase {
  readonly op: BinaryOp;
  readonly args: readonly [ExprId, ExprId];
}
export interface ShiftExpr extends ExprBase {
  readonly op: 'shl' | 'shr';
  readonly args: readonly [ExprId];
  readonly amount: number;
}
export interface SliceExpr extends ExprBase {
  readonly op: 'slice';
  readonly args: readonly [ExprId];
  readonly low: number;
}
export interface MuxExpr extends ExprBase {
  readonly op: 'mux';
  readonly args: readonly [ExprId, ExprId, ExprId];
}
export type SourceExpr = InputExpr | RegisterExpr | WireExpr | MemoryReadExpr | InstanceOutputExpr;
export type OperationExpr = UnaryExpr | BinaryExpr | ShiftExpr | SliceExpr | MuxExpr;
export type Expr = ConstExpr | SourceExpr | OperationExpr;

/** The arguments of any expression; sources and constants have none. */
export function argumentsOf(expr: Expr): readonly ExprId[] {
  return 'args' in expr ? expr.args : [];
}

export interface Port {
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
}
export interface OutputPort extends Port {
  readonly value: ExprId;
}
export interface Register {
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
  /** Decimal; null = not reset. */
  readonly init: string | null;
  /** Name of the module's constant that `init` is. */
  readonly initLabel?: string;
  readonly place: string;
}
export interface Wire {
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
  readonly place: string;
  /** Filled by the one driver. */
  readonly value: ExprId;
}
export const memoryStyles = ['block', 'distributed', 'registers'] as const;
export type WordData = Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array | BigInt64Array;
/** One scalar of a memory word. Its content for word w is `contents[data][w * stride + offset]`. */
export interface MemoryField {
  /** Suffix of the field's name, empty for a scalar word: `3`, `bias`, `lane_0`. */
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
  /** Lowest bit in the flattened word; the first field is at bit 0. */
  readonly low: number;
  readonly content: { readonly data: number; readonly stride: number; readonly offset: number } | null;
}
export interface MemoryRead {
  /** Name of the register that holds the word read. */
  readonly name: string;
  readonly address: ExprId;
  readonly enable: ExprId | null;
}
export interface MemoryWrite {
  readonly address: ExprId;
  /** One value per field. */
  readonly data: readonly ExprId[];
  readonly enable: ExprId;
  /** Per field the bit that lets it be stored, null = with the word; absent = the whole word. */
  readonly masks?: readonly (ExprId | null)[];
}
export interface Memory {
  readonly name: string;
  readonly kind: 'rom' | 'ram';
  readonly depth: number;
  readonly width: number;
  readonly addressWidth: number;
  readonly fields: readonly MemoryField[];
  readonly contents: readonly WordData[];
  readonly reads: readonly MemoryRead[];
  /** At one clock and address the last one wins. */
  readonly writes: readonly MemoryWrite[];
  /** `newData`: a read at the clock of a write to its address gives the word written; absent: the old word. */
  readonly collision?: 'newData';
  /** What synthesis is told to make of it; absent: its own choice. */
  readonly style?: MemoryStyle;
  readonly place: string;
}
/** Block memories; look-up tables (of a RAM the tables' own memory); registers with a multiplexer behind them. */
export type MemoryStyle = (typeof memoryStyles)[number];
export interface Instance {
  readonly name: string;
  /** Name of the instantiated module. */
  readonly module: string;
  /** In the order of the module's inputs. */
  readonly inputs: readonly ExprId[];
  /** A reset of its own (1 bit): the instance is in reset where this or the reset around it is 1. Absent = only the one around it. */
  readonly reset?: ExprId;
  readonly place: string;
}
/** A named constant, printed as a localparam: the states of a machine. */
export interface Constant {
  readonly name: string;
  readonly width: number;
  readonly value: string;
}

export interface SetStatement {
  readonly kind: 'set';
  readonly register: number;
  readonly value: ExprId;
  readonly place: string;
}
export interface IfArm {
  readonly condition: ExprId;
  readonly body: readonly Statement[];
}
/** The first arm whose condition holds, else `otherwise`. */
export interface IfStatement {
  readonly kind: 'if';
  readonly arms: readonly IfArm[];
  readonly otherwise: readonly Statement[];
  readonly place: string;
}
export interface CaseArm {
  readonly label: string;
  readonly value: string;
  readonly body: readonly Statement[];
}
/** The arm whose value equals the subject; the last arm also serves every other value. */
export interface CaseStatement {
  readonly kind: 'case';
  readonly subject: ExprId;
  readonly arms: readonly CaseArm[];
  readonly place: string;
}
export type Statement = SetStatement | IfStatement | CaseStatement;

/** What stands in the body, in the order it was written. */
export type Item =
  | Statement
  | { readonly kind: 'wire'; readonly wire: number }
  | { readonly kind: 'memory'; readonly memory: number }
  | { readonly kind: 'instance'; readonly instance: number };

/** A statement about the circuit that is checked at every clock edge outside reset and becomes no hardware. */
export interface Assertion {
  /** `assert`: the condition holds at every clock. `cover`: it holds at one clock at least. */
  readonly kind: 'assert' | 'cover';
  readonly name: string;
  readonly condition: ExprId;
  readonly message: string;
  readonly place: string;
}

export interface Module {
  readonly name: string;
  readonly place: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly OutputPort[];
  readonly nodes: readonly Expr[];
  readonly registers: readonly Register[];
  readonly wires: readonly Wire[];
  readonly memories: readonly Memory[];
  readonly instances: readonly Instance[];
  readonly constants: readonly Constant[];
  readonly body: readonly Item[];
  /** Values that the author said are not used on purpose. */
  readonly unused: readonly ExprId[];
  /** Absent = none. */
  readonly assertions?: readonly Assertion[];
  /** Whether the module, or one below it, has state and state that is reset: it then has the ports `clk` and `rst`. */
  readonly needsClock: boolean;
  readonly needsReset: boolean;
  /** Registers that stand for a memory (`memoriesAsFlipFlops`); absent in designs as they are written. */
  readonly madeOf?: 'memory';
}
