import type { ExprId } from '../ir/design.ts';
import { describe, named, Signal, use } from './any-signal.ts';
import { addNode, type Builder, currentBuilder, mistake } from './builder.ts';
import { choose, type Data } from './combine.ts';
import { caseOver } from './control.ts';
import { constantCase, memberConstant, memberIndex, memberLabel, sameEnum } from './members.ts';
import { Bool, UInt } from './signal.ts';

/** One of a list of names, stored in the fewest bits: the first one is 0. Made by `enumeration`. */
export interface EnumType<S extends string = string> {
  readonly kind: 'enum';
  readonly name: string;
  readonly members: readonly S[];
  readonly width: number;
  /** An expression of that width as a value of this type; not enumerable, so that types stay plain data. */
  readonly make: (builder: Builder, id: ExprId) => Enum<S>;
}

/**
 * A type for ports, registers, wires and memory words whose values have names. A member's name stands wherever a value
 * does: `op.next = 'add'`. Prints as localparams `OP_ADD`. Equal name and members make the same type.
 */
export function enumeration<const S extends readonly string[]>(name: string, members: S): EnumType<S[number]> {
  if (members.length < 2 || new Set(members.map(constantCase)).size !== members.length)
    mistake(
      'HDL_ENUM',
      `enumeration '${name}' has the members [${members.join(', ')}]`,
      'give two or more different names',
    );
  const make = (builder: Builder, id: ExprId): Enum<S[number]> => new Enum(builder, id, type);
  const type: EnumType<S[number]> = Object.defineProperty(
    { kind: 'enum' as const, name, members, width: Math.ceil(Math.log2(members.length)), make },
    'make',
    { enumerable: false },
  );
  return type;
}

/** A value of an enumeration. */
export class Enum<S extends string = string> extends Signal {
  readonly kind = 'enum';
  readonly type: EnumType<S>;

  constructor(builder: Builder, id: ExprId, type: EnumType<S>) {
    super(builder, id);
    this.type = type;
  }

  override get enumeration(): EnumType<S> {
    return this.type;
  }

  as(name: string): Enum<S> {
    return new Enum(this.builder, named(this, name), this.type);
  }
  eq(other: Enum<S> | S): Bool {
    use(this, '.eq(...)');
    const b = typeof other === 'string' ? memberConstant(this.type, other, '.eq(...)') : this.alike('.eq(...)', other);
    return new Bool(this.builder, addNode(this.builder, { op: 'eq', width: 1, signed: false, args: [this.id, b] }));
  }
  ne(other: Enum<S> | S): Bool {
    return this.eq(other).not();
  }
  /** The member's number. */
  asUInt(): UInt {
    return new UInt(this.builder, use(this, '.asUInt()'));
  }
  /** Assignments per member; tsc rejects a missing or unknown one. Prints as `case`; the last arm also serves patterns that are no member. */
  cases(arms: { readonly [K in S]: () => unknown }): void {
    const { type, builder } = this;
    use(this, '.cases(...)');
    const members = type.members.map((name, index) => ({
      name,
      label: memberLabel(builder, type, index),
      value: String(index),
      id: memberConstant(type, name, '.cases(...)'),
    }));
    caseOver(`enumeration '${type.name}'`, this.id, members, arms, (name) => memberIndex(type, name, '.cases(...)'));
  }
  /** One of several values, chosen by the member; the last one also serves patterns that are no member. */
  match<T extends Data>(arms: { readonly [K in S]: T }): T {
    const { name, members } = this.type;
    const given: { readonly [member: string]: T | undefined } = arms;
    for (const member of Object.keys(given)) memberIndex(this.type, member, '.match(...)');
    const values = members.map(
      (member) =>
        given[member] ??
        mistake(
          'HDL_ENUM',
          `.match(...): no value for member '${member}' of enumeration '${name}'`,
          `add '${member}: ...'`,
        ),
    );
    let result: unknown = values.at(-1)!;
    for (let index = values.length - 2; index >= 0; index--) {
      if (values[index] !== result) result = choose(this.eq(members[index]!), values[index], result);
    }
    return result as T;
  }

  private alike(what: string, other: unknown): ExprId {
    if (other instanceof Enum && sameEnum(other.type, this.type)) return use(other, what);
    return mistake(
      'HDL_KIND',
      `${what}: the operand is ${describe(other)}, but this signal is ${describe(this)}`,
      'compare values of one enumeration, or their .asUInt()',
    );
  }
}

/** The bits of a number read as a member of the enumeration; they must be as many as the enumeration has. */
export function asEnum<S extends string>(type: EnumType<S>, value: UInt): Enum<S> {
  if (value.width !== type.width)
    mistake(
      'HDL_WIDTH',
      `asEnum(...): enumeration '${type.name}' has ${type.width} bits, the value ${value.width}`,
      `say .wrap(${type.width}) or .extend(${type.width})`,
    );
  return type.make(currentBuilder('asEnum(...)'), use(value, 'asEnum(...)'));
}
