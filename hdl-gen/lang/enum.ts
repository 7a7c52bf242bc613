import type { ExprId } from '../ir/design.ts';
import { addNode, type Builder, claim, currentBuilder, mistake } from './builder.ts';
import { choose, type Data } from './combine.ts';
import { caseOver, constantCase } from './control.ts';
import { Bool, describe, named, Signal, UInt, use } from './signal.ts';

/** One of a list of names, stored in the fewest bits: the first one is 0. */
export interface EnumType<S extends string = string> {
  readonly kind: 'enum';
  readonly name: string;
  readonly members: readonly S[];
  readonly width: number;
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
  return { kind: 'enum', name, members, width: Math.ceil(Math.log2(members.length)) };
}

export function sameEnum(a: EnumType, b: EnumType): boolean {
  return a.name === b.name && a.members.join() === b.members.join();
}

/** The number of a member; a name that is none is a mistake. */
export function memberIndex(type: EnumType, member: string, what: string): number {
  const index = type.members.indexOf(member);
  if (index < 0)
    mistake(
      'HDL_ENUM',
      `${what}: '${member}' is not a member of enumeration '${type.name}'`,
      `use one of ${type.members.join(', ')}`,
    );
  return index;
}

/** Name of a member's localparam, declared in the module at its first use. */
export function memberLabel(builder: Builder, type: EnumType, index: number): string {
  const label = `${constantCase(type.name)}_${constantCase(type.members[index]!)}`;
  const what = `member of enumeration '${type.name}' [${type.members.join(', ')}]`;
  if (builder.names.get(label)?.what !== what) {
    claim(builder, label, what);
    builder.constants.push({ name: label, width: type.width, value: String(index) });
  }
  return label;
}

/** A member as a constant of the module that is being described. */
export function member<S extends string>(type: EnumType<S>, name: string, what: string): Enum<S> {
  const builder = currentBuilder(what);
  const index = memberIndex(type, name, what);
  const label = memberLabel(builder, type, index);
  const { width } = type;
  return new Enum(builder, addNode(builder, { op: 'const', width, signed: false, value: String(index), label }), type);
}

/** A value of an enumeration. */
export class Enum<S extends string = string> extends Signal {
  readonly kind = 'enum';
  readonly type: EnumType<S>;

  constructor(builder: Builder, id: ExprId, type: EnumType<S>) {
    super(builder, id);
    this.type = type;
  }

  as(name: string): Enum<S> {
    return new Enum(this.builder, named(this, name), this.type);
  }
  eq(other: Enum<S> | S): Bool {
    const b = typeof other === 'string' ? member(this.type, other, '.eq(...)') : this.alike('.eq(...)', other);
    use(this, '.eq(...)');
    const args = [this.id, use(b, '.eq(...)')] as const;
    return new Bool(this.builder, addNode(this.builder, { op: 'eq', width: 1, signed: false, args }));
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
    const { type } = this;
    const members = type.members.map((name, index) => ({
      name,
      label: memberLabel(this.builder, type, index),
      value: String(index),
      id: member(type, name, '.cases(...)').id,
    }));
    use(this, '.cases(...)');
    caseOver(`enumeration '${type.name}'`, this.id, members, arms, (name) => memberIndex(type, name, '.cases(...)'));
  }
  /** One of several values, chosen by the member; the last one also serves patterns that are no member. */
  match<T extends Data>(arms: { readonly [K in S]: T }): T {
    const given: { readonly [member: string]: T | undefined } = arms;
    for (const name of Object.keys(given)) memberIndex(this.type, name, '.match(...)');
    const values = this.type.members.map((name) => {
      const value = given[name];
      return (
        value ??
        mistake(
          'HDL_ENUM',
          `.match(...): no value for member '${name}' of enumeration '${this.type.name}'`,
          `add '${name}: ...'`,
        )
      );
    });
    let result: unknown = values.at(-1)!;
    for (let index = values.length - 2; index >= 0; index--) {
      result = values[index] === result ? result : choose(this.eq(this.type.members[index]!), values[index], result);
    }
    return result as T;
  }

  private alike(what: string, other: unknown): Signal {
    if (other instanceof Enum && sameEnum(other.type, this.type)) return other;
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
  return new Enum(currentBuilder('asEnum(...)'), use(value, 'asEnum(...)'), type);
}
