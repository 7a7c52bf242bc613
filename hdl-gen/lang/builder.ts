import { Fault } from '../../specs/fault.ts';
import type {
  Assertion,
  Constant,
  Expr,
  ExprId,
  Instance,
  Item,
  Memory,
  MemoryRead,
  MemoryWrite,
  Module,
  OperationExpr,
  Port,
  Register,
} from '../ir/design.ts';
import { argumentsOf } from '../ir/design.ts';
import { evaluateOperation, maximumOf, minimumOf, type Operand } from '../ir/fold.ts';
import { nameProblem } from '../ir/names.ts';
import { here } from './place.ts';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface WireDraft extends Port {
  readonly place: string;
  value: ExprId | null;
}
export interface MemoryDraft extends Omit<Memory, 'reads' | 'writes'> {
  readonly reads: MemoryRead[];
  readonly writes: MemoryWrite[];
}

/** A module while its body runs. */
export interface Builder {
  readonly name: string;
  readonly place: string;
  readonly inputs: Port[];
  readonly nodes: Expr[];
  readonly registers: Register[];
  readonly wires: WireDraft[];
  readonly memories: MemoryDraft[];
  readonly instances: Instance[];
  readonly constants: Constant[];
  readonly unused: ExprId[];
  readonly assertions: Assertion[];
  readonly body: Item[];
  /** Every name of the Verilog scope: what it is and where it was given. */
  readonly names: Map<string, { readonly what: string; readonly place: string }>;
  readonly children: Map<string, Definition>;
  /** Statement lists being filled, innermost last. */
  readonly open: Item[][];
  /** Conditions (1 bit) under which the code that runs now takes effect. */
  readonly conditions: ExprId[];
}
/** A finished module with those it instantiates. */
export interface Definition {
  readonly module: Module;
  readonly children: ReadonlyMap<string, Definition>;
}

/** Modules being described, innermost last: bodies are synchronous, so a stack is enough. */
const stack: Builder[] = [];

/** Throws a mistake of the author, placed at the author's line; inside nested modules with the way to them. */
export function mistake(code: string, cause: string, wayOut: string, place = here()): never {
  const path = stack.length < 2 ? '' : ` (in ${stack.map(({ name }) => name).join(' > ')})`;
  throw new Fault({ code, place, cause: cause + path, wayOut });
}

export function currentBuilder(what: string): Builder {
  const builder = stack.at(-1);
  if (builder === undefined) {
    return mistake(
      'HDL_OUTSIDE_MODULE',
      `${what} is used outside a module body`,
      'move it into the body given to module(...)',
    );
  }
  return builder;
}

export function newBuilder(name: string): Builder {
  const problem = nameProblem(name);
  if (problem !== null) mistake('HDL_NAME', `module name '${name}' ${problem}`, 'choose another name');
  return {
    name,
    place: here(),
    inputs: [],
    nodes: [],
    registers: [],
    wires: [],
    memories: [],
    instances: [],
    constants: [],
    unused: [],
    assertions: [],
    body: [],
    names: new Map(),
    children: new Map(),
    open: [],
    conditions: [],
  };
}

/** Runs the body with `builder` as the module that declarations go to. */
export function inBuilder<T>(builder: Builder, body: () => T): T {
  stack.push(builder);
  builder.open.push(builder.body);
  try {
    return body();
  } finally {
    builder.open.pop();
    stack.pop();
  }
}

/** Takes a name of the module's scope; a name given twice is an error that shows both places. */
export function claim(builder: Builder, name: string, what: string, place = here()): string {
  const problem = nameProblem(name);
  if (problem !== null) mistake('HDL_NAME', `${what} name '${name}' ${problem}`, 'choose another name', place);
  if (name === 'clk' || name === 'rst') {
    mistake('HDL_NAME', `${what} name '${name}' is taken by the ambient clock and reset`, 'choose another name', place);
  }
  const first = builder.names.get(name);
  if (first !== undefined) {
    mistake(
      'HDL_NAME_CLASH',
      `name '${name}' of this ${what} is already taken in module '${builder.name}' by the ${first.what} at ${first.place}`,
      'give one of them another name',
      place,
    );
  }
  builder.names.set(name, { what, place });
  return name;
}

/** Adds an expression; operations on constants become constants at once. */
export function addNode(builder: Builder, expr: Expr): ExprId {
  const folded = 'args' in expr ? foldOperation(builder, expr) : expr;
  if (typeof folded === 'number') return folded;
  builder.nodes.push(folded);
  return builder.nodes.length - 1;
}

function foldOperation(builder: Builder, expr: OperationExpr): Expr | ExprId {
  const { width, signed } = expr;
  const args: Operand[] = [];
  for (const id of argumentsOf(expr)) {
    const argument = builder.nodes[id]!;
    if (argument.op === 'const') args.push({ value: BigInt(argument.value), width: argument.width });
  }
  if (args.length === argumentsOf(expr).length) {
    return { op: 'const', width, signed, value: evaluateOperation(expr, args).toString() };
  }
  if (expr.op === 'lt') {
    const answer = knownLess(builder, expr.args[0], expr.args[1]);
    if (answer !== null) return { op: 'const', width, signed, value: answer ? '1' : '0' };
  }
  if (expr.op === 'mux') {
    const condition = builder.nodes[expr.args[0]]!;
    if (condition.op === 'const') return resized(builder, expr.args[condition.value === '1' ? 1 : 2], width, signed);
  }
  if (isZero(builder, expr)) return { op: 'const', width, signed, value: '0' };
  if (expr.op === 'extend') return resized(builder, expr.args[0], width, signed);
  return expr;
}

/** Whether shifting has moved every bit away that the result could hold. */
function isZero(builder: Builder, expr: OperationExpr): boolean {
  const first = builder.nodes[expr.args[0]]!;
  if (expr.op === 'shr') return !first.signed && expr.amount >= first.width;
  if (first.op !== 'shl' || first.name !== undefined) return false;
  return (
    (expr.op === 'slice' && expr.low + expr.width <= first.amount) ||
    (expr.op === 'extend' && expr.width <= first.amount)
  );
}

function resized(builder: Builder, id: ExprId, width: number, signed: boolean): Expr | ExprId {
  const node = builder.nodes[id]!;
  if (node.width === width && node.signed === signed) return id;
  if (node.op === 'const') {
    return {
      op: 'const',
      width,
      signed,
      value: evaluateOperation({ op: 'extend', width, signed }, [
        { value: BigInt(node.value), width: node.width },
      ]).toString(),
    };
  }
  return { op: 'extend', width, signed, args: [id] };
}

/** `a < b` when the ranges of the two decide it. */
function knownLess(builder: Builder, a: ExprId, b: ExprId): boolean | null {
  const [lowA, highA] = rangeOf(builder, a);
  const [lowB, highB] = rangeOf(builder, b);
  if (highA < lowB) return true;
  if (lowA >= highB) return false;
  return null;
}

/** The least and the largest value; an extension holds no others than what it extends. */
function rangeOf(builder: Builder, id: ExprId): readonly [bigint, bigint] {
  const expr = builder.nodes[id]!;
  if (expr.op === 'const') return [BigInt(expr.value), BigInt(expr.value)];
  const own = [minimumOf(expr.width, expr.signed), maximumOf(expr.width, expr.signed)] as const;
  if (expr.op !== 'extend') return own;
  const inner = rangeOf(builder, expr.args[0]);
  return inner[0] >= own[0] && inner[1] <= own[1] ? inner : own;
}

/** Appends a statement where the code that runs now stands. */
export function addItem(builder: Builder, item: Item): void {
  builder.open.at(-1)!.push(item);
}

/** Whether the code that runs now is inside a condition. */
export function isConditional(builder: Builder): boolean {
  return builder.open.length > 1;
}
