import { maximumOf } from '../ir/fold.ts';
import { describe, type Kind, type Num, Signal, use } from './any-signal.ts';
import { addNode, currentBuilder, mistake } from './builder.ts';
import type { Enum } from './enum.ts';
import { Bool, literal, SInt, UInt, wrapSignal } from './signal.ts';
import type { Reg } from './state.ts';
import { type Assigned, flatten, type ScalarType, shape, type Type, typeOf, type Value } from './types.ts';

/** Signals in any nesting of plain arrays and objects. */
export type Data = Signal | readonly Data[] | { readonly [name: string]: Data };

/** What is read of a register; anything else is itself. */
type Read<T> = T extends Reg<infer U> ? Value<U> : T;

/** A constant of the type: the same value for a scalar, nested values for a vec or record. */
export function lit<T extends Type>(type: T, value: Assigned<T>): Value<T> {
  const scalars = flatten(type, value, 'lit(...)');
  return shape(type, { scalar: (_, index) => scalars[index]! });
}

/** `a` when the condition is 1, else `b`; the result is as wide as the wider one. */
export function mux(condition: Bool, a: UInt, b: UInt | Num): UInt;
export function mux(condition: Bool, a: UInt | Num, b: UInt): UInt;
export function mux(condition: Bool, a: SInt, b: SInt | Num): SInt;
export function mux(condition: Bool, a: SInt | Num, b: SInt): SInt;
export function mux(condition: Bool, a: Bool, b: Bool | boolean): Bool;
export function mux(condition: Bool, a: Bool | boolean, b: Bool): Bool;
export function mux<S extends string>(condition: Bool, a: Enum<S>, b: Enum<S> | NoInfer<S>): Enum<S>;
export function mux<S extends string>(condition: Bool, a: NoInfer<S>, b: Enum<S>): Enum<S>;
export function mux<T extends readonly Data[] | { readonly [name: string]: Data }>(condition: Bool, a: T, b: T): T;
export function mux(condition: Bool, a: unknown, b: unknown): unknown {
  if (!(condition instanceof Bool)) {
    mistake(
      'HDL_KIND',
      `mux(...): the condition is ${describe(condition)}`,
      'use a bool: a comparison, .ne(0), .reduceOr()',
    );
  }
  return choose(condition, a, b);
}

/** The parts of two values of one shape, chosen one by one. */
export function choose(condition: Bool, a: unknown, b: unknown): unknown {
  if (a instanceof Signal || b instanceof Signal) return chooseScalar(condition, a, b);
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.map((part, index) => choose(condition, part, b[index]));
  if (isRecord(a) && isRecord(b) && Object.keys(a).sort().join() === Object.keys(b).sort().join()) {
    return Object.fromEntries(Object.entries(a).map(([name, part]) => [name, choose(condition, part, b[name])]));
  }
  return mistake(
    'HDL_SHAPE',
    `mux(...): ${describe(a)} and ${describe(b)} are not alike`,
    'give two values of one shape; use lit(type, value) for a constant',
  );
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function chooseScalar(condition: Bool, a: unknown, b: unknown): Signal {
  const builder = currentBuilder('mux(...)');
  const model = a instanceof Signal ? a : (b as Signal);
  const yes = scalar('mux(...)', model, a);
  const no = scalar('mux(...)', model, b);
  const width = Math.max(yes.width, no.width);
  use(condition, 'mux(...)');
  const args = [condition.id, use(yes, 'mux(...)'), use(no, 'mux(...)')] as const;
  const id = addNode(builder, { op: 'mux', width, signed: model.kind === 'sint', args });
  return model.enumeration?.make(builder, id) ?? wrapSignal(kindOf(model), builder, id);
}

/** The kind of a signal that is no member of an enumeration. */
function kindOf(signal: Signal): Kind {
  if (signal.kind !== 'enum') return signal.kind;
  return mistake('HDL_KIND', `a number stands beside ${describe(signal)}`, "use the member's name");
}

/** The value as a signal of the model's kind; a number takes the model's width. */
function scalar(what: string, model: Signal, value: unknown): Signal {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return literal(kindOf(model), model.width, value, what);
  if (model.enumeration !== null) return flatten(model.enumeration, value, what)[0]!;
  if (value instanceof Signal && value.kind === model.kind) return value;
  return mistake(
    'HDL_KIND',
    `${what}: ${describe(value)} stands beside ${describe(model)}`,
    'convert one of them so that both are of one kind',
  );
}

/**
 * The value at `index`, as a balanced tree of muxes. An index at or beyond the length gives the last value. The index
 * may not be wider than the list needs.
 */
export function select<T extends Data>(index: UInt, values: readonly T[]): Read<T> {
  if (values.length === 0) mistake('HDL_LENGTH', 'select(...) has no values to choose from', 'give at least one');
  const needed = Math.max(1, Math.ceil(Math.log2(values.length)));
  if (index.width > needed) {
    mistake(
      'HDL_TOO_WIDE',
      `select(...): the index has ${index.width} bits for ${values.length} values`,
      `say .wrap(${needed}) on the index`,
    );
  }
  let level: unknown[] = [...values];
  for (let bit = 0; level.length > 1 && bit < index.width; bit++) {
    const next: unknown[] = [];
    const condition = index.bit(bit);
    for (let at = 0; at < level.length; at += 2) {
      const low = level[at];
      const high = at + 1 < level.length ? level[at + 1] : values.at(-1);
      next.push(low === high ? low : choose(condition, high, low));
    }
    level = next;
  }
  return level[0] as Read<T>;
}

/** The bit patterns side by side, the first one highest. */
export function cat(...parts: readonly (UInt | SInt | Bool)[]): UInt {
  const builder = currentBuilder('cat(...)');
  for (const part of parts)
    if (!(part instanceof Signal))
      mistake('HDL_KIND', `cat(...): one part is ${describe(part)}`, 'give signals; lit(type, value) makes a constant');
  const [first, ...rest] = parts;
  if (first === undefined) return mistake('HDL_LENGTH', 'cat() has no parts', 'give at least one signal');
  let id = use(first, 'cat(...)');
  let width = first.width;
  for (const part of rest) {
    width += part.width;
    id = addNode(builder, { op: 'cat', width, signed: false, args: [id, use(part, 'cat(...)')] });
  }
  if (rest.length === 0) id = addNode(builder, { op: 'extend', width, signed: false, args: [id] });
  return new UInt(builder, id);
}

/** The exact sum of all operands, as a balanced tree of adders. */
export function sum(...operands: readonly UInt[]): UInt;
export function sum(...operands: readonly SInt[]): SInt;
export function sum(...operands: readonly (UInt | SInt)[]): UInt | SInt {
  let level: (UInt | SInt)[] = [...operands];
  if (level.length === 0) return mistake('HDL_LENGTH', 'sum() has no operands', 'give at least one signal');
  while (level.length > 1) {
    const next: (UInt | SInt)[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const a = level[at]!;
      const b = level[at + 1];
      next.push(b === undefined ? a : added(a, b));
    }
    level = next;
  }
  return level[0]!;
}

function added(a: UInt | SInt, b: UInt | SInt): UInt | SInt {
  if (a instanceof UInt && b instanceof UInt) return a.add(b);
  if (a instanceof SInt && b instanceof SInt) return a.add(b);
  return mistake(
    'HDL_KIND',
    `sum(...): ${describe(a)} stands beside ${describe(b)}`,
    'convert the operands to one kind',
  );
}

/** The smaller of two values; a constant must fit the type of the signal beside it. */
export function min(a: UInt, b: UInt | Num): UInt;
export function min(a: Num, b: UInt): UInt;
export function min(a: SInt, b: SInt | Num): SInt;
export function min(a: Num, b: SInt): SInt;
export function min(a: UInt | SInt | Num, b: UInt | SInt | Num): UInt | SInt {
  return chooseScalar(less('min(...)', a, b), a, b) as UInt | SInt;
}

/** The larger of two values; a constant must fit the type of the signal beside it. */
export function max(a: UInt, b: UInt | Num): UInt;
export function max(a: Num, b: UInt): UInt;
export function max(a: SInt, b: SInt | Num): SInt;
export function max(a: Num, b: SInt): SInt;
export function max(a: UInt | SInt | Num, b: UInt | SInt | Num): UInt | SInt {
  return chooseScalar(less('max(...)', a, b), b, a) as UInt | SInt;
}

function less(what: string, a: UInt | SInt | Num, b: UInt | SInt | Num): Bool {
  if (a instanceof UInt && (b instanceof UInt || isNumber(b))) return a.lt(b);
  if (a instanceof SInt && (b instanceof SInt || isNumber(b))) return a.lt(b);
  if (isNumber(a) && (b instanceof UInt || b instanceof SInt)) return b.gt(a);
  return mistake(
    'HDL_KIND',
    `${what}: ${describe(a)} stands beside ${describe(b)}`,
    'convert the operands to one kind',
  );
}

function isNumber(value: unknown): value is Num {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** Whether at least one of the bools is 1. */
export function anyOf(...bools: readonly Bool[]): Bool {
  return reduced('anyOf()', bools, (a, b) => a.or(b));
}

/** Whether all of the bools are 1. */
export function allOf(...bools: readonly Bool[]): Bool {
  return reduced('allOf()', bools, (a, b) => a.and(b));
}

function reduced(what: string, bools: readonly Bool[], join: (a: Bool, b: Bool) => Bool): Bool {
  const [first, ...rest] = bools;
  if (first === undefined) return mistake('HDL_LENGTH', `${what} has no operands`, 'give at least one bool');
  return rest.reduce(join, first);
}

/** The list with the value at `index` replaced; an index at or beyond the length replaces nothing. */
export function replaceAt<T extends Data>(
  index: UInt,
  values: readonly T[],
  value: NoInfer<Read<T>>,
): readonly Read<T>[] {
  const replaced: unknown = values.map((old, at) =>
    BigInt(at) > maximumOf(index.width, false) ? old : choose(index.eq(at), value, old),
  );
  return replaced as readonly Read<T>[];
}

/** A list of signals of one type, checked: every element as wide as the type says. */
export function vecOf<T extends ScalarType>(type: T, ...values: readonly Assigned<T>[]): readonly Value<T>[] {
  const shaped: unknown = values.map((value, index) => {
    const [signal] = flatten(type, value, `vecOf(...)[${index}]`);
    return resize(signal!, type);
  });
  return shaped as readonly Value<T>[];
}

function resize(signal: Signal, type: ScalarType): Signal {
  const width = type.kind === 'bool' ? 1 : type.width;
  if (typeOf(signal).kind === 'bool' || signal.width === width) return signal;
  return signal instanceof SInt || signal instanceof UInt ? signal.extend(width) : signal;
}
