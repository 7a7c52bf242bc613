import type { Register } from '../ir/design.ts';
import { type Num, Signal } from './any-signal.ts';
import { addItem, addNode, type Builder, claim, currentBuilder, mistake } from './builder.ts';
import type { Enum, EnumType } from './enum.ts';
import { memberIndex, memberLabel } from './members.ts';
import { here } from './place.ts';
import { type Bool, literal, type SInt, type UInt } from './signal.ts';
import {
  type Assigned,
  type BoolType,
  bool,
  type Fields,
  flatten,
  joinName,
  type Leaf,
  type RecordType,
  type SIntType,
  shape,
  type Type,
  typeOf,
  type UIntType,
  type Value,
  type VecType,
} from './types.ts';

/** A type alias, not an interface: so a register of records is data, which `mux`, `select` and `replaceAt` take. */
export type Next<T extends Type> = {
  /** What the register holds after the next clock edge. Write only: read the register itself for its present value. */
  get next(): never;
  set next(value: Assigned<T>);
};

/** A register reads as its value; every part of a vec or record register has its own `.next`. */
export type Reg<T extends Type> = Next<T> &
  (T extends VecType<infer E>
    ? readonly Reg<E>[]
    : T extends RecordType<infer F>
      ? { readonly [K in keyof F]: Reg<F[K]> }
      : Value<T>);

export interface RegOptions {
  /**
   * Value after the synchronous reset, for every scalar of the type; null = not reset. Default 0, which is the first member
   * of an enumeration; another member is given by its name.
   */
  readonly init?: Num | string | null;
}

/**
 * A register on the ambient clock. It keeps its value unless `r.next` is assigned; the last assignment that takes effect
 * wins. A narrower value is extended, a wider one is an error.
 */
export function reg<T extends Type>(name: string, type: T, options: RegOptions = {}): Reg<T> {
  const builder = currentBuilder(`register '${name}'`);
  const place = here();
  const init = options.init === undefined ? 0 : options.init;
  const registers = new Map<Signal, number>();
  const value = shape(type, {
    scalar: (leaf) => {
      const full = claim(builder, joinName(name, leaf.path), 'register', place);
      const { width, signed } = leaf;
      builder.registers.push({ name: full, width, signed, ...initOf(builder, leaf, init, full), place });
      const register = builder.registers.length - 1;
      const signal = leaf.make(builder, addNode(builder, { op: 'register', width, signed, register }));
      registers.set(signal, register);
      return signal;
    },
    finish: (part, made) => {
      const scalars = collect(made);
      addNext(made, name, (assigned) => {
        const at = here();
        const values = flatten(part, assigned, `register '${name}'`);
        for (const [index, scalar] of scalars.entries()) {
          addItem(currentBuilder(`register '${name}'`), {
            kind: 'set',
            register: registers.get(scalar)!,
            value: values[index]!.id,
            place: at,
          });
        }
      });
    },
  });
  return value as Reg<T>;
}

/** The reset value in decimal; a member of an enumeration keeps its name. */
function initOf(
  builder: Builder,
  leaf: Leaf,
  init: Num | string | null,
  name: string,
): Pick<Register, 'init' | 'initLabel'> {
  const what = `init of register '${name}'`;
  if (init === null) return { init };
  if (leaf.enumeration !== undefined) {
    const type = leaf.enumeration;
    const index = init === 0 ? 0 : memberIndex(type, String(init), what);
    return { init: String(index), initLabel: memberLabel(builder, type, index) };
  }
  if (typeof init === 'string' || leaf.kind === 'enum')
    return mistake('HDL_LITERAL', `${what}: '${init}' is not a number`, 'give a whole number, or null for no reset');
  literal(leaf.kind, leaf.width, init, what);
  return { init: BigInt(init).toString() };
}

function collect(value: object): Signal[] {
  if (value instanceof Signal) return [value];
  return Object.values(value).flatMap((part: object) => collect(part));
}

function addNext(value: object, name: string, assign: (value: unknown) => void): void {
  if ('next' in value)
    mistake(
      'HDL_NAME',
      `register '${name}' has a field named 'next'`,
      'choose another name: .next assigns the register',
    );
  Object.defineProperty(value, 'next', {
    enumerable: false,
    get: () =>
      mistake(
        'HDL_READ_NEXT',
        `.next of register '${name}' was read`,
        `read the register itself for its present value, or name the value before assigning it`,
      ),
    set: assign,
  });
}

/** Registers named by the keys: `regs({ count: uint(8), busy: bool })`. */
export function regs<F extends Fields>(fields: F, options: RegOptions = {}): { readonly [K in keyof F]: Reg<F[K]> } {
  const made = Object.entries(fields).map(([name, type]) => [name, reg(name, type, options)]);
  return Object.fromEntries(made) as { readonly [K in keyof F]: Reg<F[K]> };
}

export interface DelayOptions extends RegOptions {
  /** Loads only while 1. */
  readonly enable?: Bool;
}

/** One register stage: the value one clock later. */
export function delay(name: string, signal: UInt, options?: DelayOptions): Reg<UIntType>;
export function delay(name: string, signal: SInt, options?: DelayOptions): Reg<SIntType>;
export function delay(name: string, signal: Bool, options?: DelayOptions): Reg<BoolType>;
export function delay<S extends string>(name: string, signal: Enum<S>, options?: DelayOptions): Reg<EnumType<S>>;
export function delay(name: string, signal: UInt | SInt | Bool | Enum, options: DelayOptions = {}): unknown {
  const builder = currentBuilder(`delay '${name}'`);
  const stage = reg(name, typeOf(signal), options);
  const { enable } = options;
  const register = builder.registers.length - 1;
  const [value] = flatten(typeOf(signal), signal, `delay '${name}'`);
  const place = here();
  const set = { kind: 'set', register, value: value!.id, place } as const;
  if (enable === undefined) addItem(builder, set);
  else {
    const [condition] = flatten(bool, enable, `enable of delay '${name}'`);
    addItem(builder, { kind: 'if', arms: [{ condition: condition!.id, body: [set] }], otherwise: [], place });
  }
  return stage;
}
