import type { ExprId } from '../ir/design.ts';
import { checkWidth, describe, type Num, Signal, type SignalKind, use } from './any-signal.ts';
import type { Bounded } from './bound.ts';
import { type Builder, currentBuilder, mistake } from './builder.ts';
import type { Enum, EnumType } from './enum.ts';
import { memberConstant, sameEnum } from './members.ts';
import { Bool, literal, type SInt, type UInt, wrapSignal } from './signal.ts';

export interface UIntType<W extends number = number> {
  readonly kind: 'uint';
  readonly width: W;
}
export interface SIntType<W extends number = number> {
  readonly kind: 'sint';
  readonly width: W;
}
export interface BoolType {
  readonly kind: 'bool';
}
export type ScalarType = UIntType | SIntType | BoolType | EnumType;
export interface VecType<E extends Type = Type> {
  readonly kind: 'vec';
  readonly length: number;
  readonly element: E;
}
export interface Fields {
  readonly [name: string]: Type;
}
export interface RecordType<F extends Fields = Fields> {
  readonly kind: 'record';
  readonly fields: F;
}
/** What a port, register, wire or memory word holds. */
export type Type = ScalarType | VecType | RecordType;

/** Signals in the shape of the type: a vec is a plain array, a record a plain object. */
export type Value<T extends Type> =
  T extends UIntType<infer W>
    ? Bounded<UInt, W>
    : T extends SIntType<infer W>
      ? Bounded<SInt, W>
      : T extends BoolType
        ? Bool
        : T extends EnumType<infer S>
          ? Enum<S>
          : T extends VecType<infer E>
            ? readonly Value<E>[]
            : T extends RecordType<infer F>
              ? { readonly [K in keyof F]: Value<F[K]> }
              : never;

/** What may be assigned to the type: signals of its kinds and constants. */
export type Assigned<T extends Type> =
  T extends UIntType<infer W>
    ? Bounded<UInt, W> | Num
    : T extends SIntType<infer W>
      ? Bounded<SInt, W> | Num
      : T extends BoolType
        ? Bool | boolean
        : T extends EnumType<infer S>
          ? Enum<S> | S
          : T extends VecType<infer E>
            ? readonly Assigned<E>[]
            : T extends RecordType<infer F>
              ? { readonly [K in keyof F]: Assigned<F[K]> }
              : never;

/** Unsigned integer of `width` bits. */
export function uint<const W extends number>(width: W): UIntType<W> {
  checkWidth(width, `uint(${width})`);
  return { kind: 'uint', width };
}

/** Two's complement integer of `width` bits. */
export function sint<const W extends number>(width: W): SIntType<W> {
  checkWidth(width, `sint(${width})`);
  return { kind: 'sint', width };
}

export const bool: BoolType = { kind: 'bool' };

/** `length` values of the same type. */
export function vec<E extends Type>(length: number, element: E): VecType<E> {
  if (!Number.isInteger(length) || length < 1)
    mistake('HDL_LENGTH', `vec(${length}, ...) has no elements`, 'use a whole number from 1');
  return { kind: 'vec', length, element };
}

/** Named values of any types. */
export function record<F extends Fields>(fields: F): RecordType<F> {
  if (Object.keys(fields).length === 0) mistake('HDL_LENGTH', 'record({}) has no fields', 'give at least one field');
  return { kind: 'record', fields };
}

/** One scalar of a type. */
export interface Leaf {
  /** Steps from the type to the scalar, joined by `_`; empty for a scalar. */
  readonly path: string;
  readonly kind: SignalKind;
  readonly width: number;
  readonly signed: boolean;
  readonly enumeration?: EnumType;
  /** The expression as a signal of this type. */
  readonly make: (builder: Builder, id: ExprId) => Signal;
}

/** The scalars of a type in order: vec elements by index, record fields as written. */
export function leavesOf(type: Type, path = ''): Leaf[] {
  const below = (step: string): string => (path === '' ? step : `${path}_${step}`);
  switch (type.kind) {
    case 'uint':
    case 'sint':
    case 'bool': {
      const { kind } = type;
      const make = (builder: Builder, id: ExprId): Signal => wrapSignal(kind, builder, id);
      return [{ path, kind, width: type.kind === 'bool' ? 1 : type.width, signed: kind === 'sint', make }];
    }
    case 'enum':
      return [{ path, kind: 'enum', width: type.width, signed: false, enumeration: type, make: type.make }];
    case 'vec':
      return Array.from({ length: type.length }, (_, index) => leavesOf(type.element, below(String(index)))).flat();
    case 'record':
      return Object.entries(type.fields).flatMap(([name, field]) => leavesOf(field, below(name)));
  }
}

export function joinName(name: string, path: string): string {
  return path === '' ? name : `${name}_${path}`;
}

export interface Shaper {
  /** Makes the value of a scalar; `index` counts the leaves. */
  readonly scalar: (leaf: Leaf, index: number) => Signal;
  /** Called on every value made, scalars included, with its type. */
  readonly finish?: (type: Type, value: object) => void;
}

/** Builds the nested value of a type from its scalars. */
export function shape<T extends Type>(type: T, shaper: Shaper): Value<T> {
  let index = 0;
  const visit = (part: Type, path: string): object => {
    const below = (step: string): string => (path === '' ? step : `${path}_${step}`);
    let value: object;
    if (part.kind === 'vec') {
      value = Array.from({ length: part.length }, (_, i) => visit(part.element, below(String(i))));
    } else if (part.kind === 'record') {
      value = Object.fromEntries(Object.entries(part.fields).map(([name, field]) => [name, visit(field, below(name))]));
    } else {
      value = shaper.scalar({ ...leavesOf(part)[0]!, path }, index++);
    }
    shaper.finish?.(part, value);
    return value;
  };
  return visit(type, '') as Value<T>;
}

/** The scalars of a value, checked against the type: shape, kind and width. Constants become signals of the exact width. */
export function flatten(type: Type, value: unknown, what: string): Signal[] {
  switch (type.kind) {
    case 'vec': {
      if (!Array.isArray(value) || value.length !== type.length) {
        mistake(
          'HDL_SHAPE',
          `${what}: expected a list of ${type.length}, got ${describe(value)}`,
          'give one value per element',
        );
      }
      return value.flatMap((element, index) => flatten(type.element, element, `${what}[${index}]`));
    }
    case 'record': {
      if (value === null || typeof value !== 'object' || value instanceof Signal || Array.isArray(value)) {
        mistake(
          'HDL_SHAPE',
          `${what}: expected a record {${Object.keys(type.fields).join(', ')}}, got ${describe(value)}`,
          'give one value per field',
        );
      }
      const given: { readonly [name: string]: unknown } = { ...value };
      for (const name of Object.keys(given)) {
        if (!(name in type.fields)) {
          mistake(
            'HDL_SHAPE',
            `${what}: '${name}' is not one of {${Object.keys(type.fields).join(', ')}}`,
            'remove it or add it to the type',
          );
        }
      }
      return Object.entries(type.fields).flatMap(([name, field]) => flatten(field, given[name], `${what}.${name}`));
    }
    default:
      return [scalarOf(type, value, what)];
  }
}

function scalarOf(type: ScalarType, value: unknown, what: string): Signal {
  if (type.kind === 'enum') {
    if (typeof value === 'string') return type.make(currentBuilder(what), memberConstant(type, value, what));
    if (!(value instanceof Signal) || value.enumeration === null || !sameEnum(value.enumeration, type)) {
      mistake(
        'HDL_KIND',
        `${what}: expected a value of enumeration '${type.name}', got ${describe(value)}`,
        `use one of ${type.members.map((name) => `'${name}'`).join(', ')}, or asEnum(type, bits)`,
      );
    }
    use(value, what);
    return value;
  }
  const width = type.kind === 'bool' ? 1 : type.width;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return literal(type.kind, width, value, what);
  }
  if (!(value instanceof Signal) || value.kind !== type.kind) {
    mistake(
      'HDL_KIND',
      `${what}: expected ${type.kind === 'bool' ? 'a bool' : `a ${type.kind}(${width})`}, got ${describe(value)}`,
      'convert it with .toSInt(), .asSInt(), .asUInt(), .toUInt() or a comparison',
    );
  }
  use(value, what);
  if (value.width > width) {
    mistake(
      'HDL_TOO_WIDE',
      `${what}: ${value.width}-bit value does not fit in ${width} bits`,
      `say .wrap(${width}) or .sat(${width}) to choose what happens to the high bits`,
    );
  }
  return value;
}

/** The type of a signal. */
export function typeOf(signal: Signal): ScalarType {
  if (signal.enumeration !== null) return signal.enumeration;
  return signal instanceof Bool ? bool : signal.kind === 'sint' ? sint(signal.width) : uint(signal.width);
}
