import type { Expr, ExprId, OperationExpr } from '../ir/design.ts';
import type { BinaryOp, UnaryOp } from '../ir/netlist.ts';
import { addNode, type Builder, claim, currentBuilder, mistake } from './builder.ts';
import type { EnumType } from './enum.ts';
import { here } from './place.ts';

/** A plain number used as an operand: becomes a constant of the least width that holds it. */
export type Num = number | bigint;
export type Kind = 'uint' | 'sint' | 'bool';
/** Of any signal: an enumeration's members are its own type. */
export type SignalKind = Kind | 'enum';

/** Limit of any width; a wider value is a mistake in a generator. */
const widestValue = 65_536;

/**
 * A value in hardware. Arithmetic is exact: the result is as wide as the largest result needs. Narrowing is a word:
 * `wrap`, `sat`. Signals are created by ports, registers, memories and operations, never by `new`.
 */
export abstract class Signal {
  abstract readonly kind: SignalKind;
  readonly builder: Builder;
  readonly id: ExprId;
  /** Bits. */
  readonly width: number;

  constructor(builder: Builder, id: ExprId) {
    this.builder = builder;
    this.id = id;
    this.width = builder.nodes[id]!.width;
  }

  /** The type of a value whose members have names. */
  get enumeration(): EnumType | null {
    return null;
  }

  /** A signal is not a number when the description runs: `a + b`, `a == 1`, `` `${a}` `` and `list[a]` are mistakes. */
  [Symbol.toPrimitive](): never {
    return this.misused();
  }

  /** Nor is it data: `JSON.stringify(signal)` is a mistake. */
  toJSON(): never {
    return this.misused();
  }

  private misused(): never {
    return mistake(
      'HDL_SIGNAL_AS_NUMBER',
      `${describe(this)} signal was used as a JavaScript value`,
      'use .add/.sub/.eq/... for arithmetic and when(...) or mux(...) for conditions',
    );
  }
}

/** What a person gave, in words. */
export function describe(value: unknown): string {
  if (value instanceof Signal) {
    if (value.kind === 'enum') return `a value of an enumeration of ${value.width} bits`;
    return `a ${value.kind}${value.kind === 'bool' ? '' : `(${value.width})`}`;
  }
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === 'object') return `a record {${Object.keys(value).join(', ')}}`;
  return `${typeof value} ${String(value)}`;
}

/** Checks that the signal belongs to the module that is being described. */
export function use(signal: Signal, what: string): ExprId {
  const builder = currentBuilder(what);
  if (signal.builder !== builder) {
    mistake(
      'HDL_FOREIGN_SIGNAL',
      `${what} uses a signal of module '${signal.builder.name}' inside module '${builder.name}'`,
      'pass it through a port of the instance',
    );
  }
  return signal.id;
}

/** Names the value in Verilog, waveforms and reports. */
export function named(signal: Signal, name: string): ExprId {
  const { builder } = signal;
  use(signal, `.as('${name}')`);
  const place = here();
  claim(builder, name, 'value', place);
  const node = builder.nodes[signal.id]!;
  if ('args' in node && node.name === undefined) {
    builder.nodes[signal.id] = { ...node, name, place };
    return signal.id;
  }
  builder.nodes.push({ op: 'extend', width: node.width, signed: node.signed, args: [signal.id], name, place });
  return builder.nodes.length - 1;
}

/** Writes an operation on these signals into the module that is being described. */
export function operation(what: string, expr: OperationExpr, args: readonly Signal[]): ExprId {
  const builder = currentBuilder(what);
  for (const arg of args) use(arg, what);
  checkWidth(expr.width, what);
  return addNode(builder, expr);
}

/** An operation on one signal. */
export function unary(what: string, op: UnaryOp, a: Signal, width: number, signed: boolean): ExprId {
  return operation(what, { op, width, signed, args: [a.id] }, [a]);
}

/** An operation on two signals. */
export function binary(what: string, op: BinaryOp, a: Signal, b: Signal, width: number, signed: boolean): ExprId {
  return operation(what, { op, width, signed, args: [a.id, b.id] }, [a, b]);
}

/** Errors: `HDL_WIDTH`. */
export function checkWidth(width: number, what: string): void {
  if (Number.isInteger(width) && width >= 1 && width <= widestValue) return;
  mistake('HDL_WIDTH', `${what} has a width of ${width} bits`, `widths are whole numbers from 1 to ${widestValue}`);
}

/** Of a shift by a constant. Errors: `HDL_SHIFT`. */
export function checkAmount(what: string, amount: number): void {
  if (Number.isInteger(amount) && amount >= 0 && amount <= widestValue) return;
  mistake(
    'HDL_SHIFT',
    `${what}: the amount is ${amount}`,
    'use a whole number from 0, or .shlBy/.shrBy for an amount in hardware',
  );
}

/** Of a value of `width` bits. Errors: `HDL_BIT_RANGE`. */
export function checkBits(what: string, high: number, low: number, width: number): void {
  if (Number.isInteger(high) && Number.isInteger(low) && low >= 0 && high >= low && high < width) return;
  const asked = high === low ? `bit ${high}` : `bits ${high} to ${low}`;
  mistake(
    'HDL_BIT_RANGE',
    `${what}: ${asked} of a value of ${width} bits`,
    `use bits ${width - 1} to 0, the high one first`,
  );
}

/** Errors: `HDL_LITERAL`. */
export function asInteger(value: Num | boolean, what: string): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    mistake(
      'HDL_LITERAL',
      `${what}: ${value} is not a whole number that JavaScript holds exactly`,
      'round it, or use a bigint',
    );
  }
  return BigInt(value);
}

/** The node of a number. */
export function constant(value: bigint, width: number, signed: boolean): Expr {
  return { op: 'const', width, signed, value: value.toString() };
}
