import type { Num } from '../../hdl-gen/lang/any-signal.ts';
import type { EnumType } from '../../hdl-gen/lang/enum.ts';
import type {
  BoolType,
  Fields,
  RecordType,
  ScalarType,
  SIntType,
  Type,
  UIntType,
  VecType,
} from '../../hdl-gen/lang/types.ts';
import { joinName } from '../../hdl-gen/lang/types.ts';
import { Fault } from '../../specs/fault.ts';

/** What a bench may give to a port of the type. */
export type Given<T extends Type> = T extends UIntType | SIntType
  ? Num
  : T extends BoolType
    ? boolean
    : T extends EnumType<infer S>
      ? S
      : T extends VecType<infer E>
        ? readonly Given<E>[]
        : T extends RecordType<infer F>
          ? { readonly [K in keyof F]: Given<F[K]> }
          : never;

/** What a bench reads from a port of the type; `N` is how integers come: number or bigint. */
export type Seen<T extends Type, N = number> = T extends UIntType | SIntType
  ? N
  : T extends BoolType
    ? boolean
    : T extends EnumType<infer S>
      ? S
      : T extends VecType<infer E>
        ? readonly Seen<E, N>[]
        : T extends RecordType<infer F>
          ? { readonly [K in keyof F]: Seen<F[K], N> }
          : never;

/** The type at a path: a port's key, or `key.3` and `key.field` inside it. */
export type At<F extends Fields, P extends string> = P extends keyof F
  ? F[P]
  : P extends `${infer K}.${infer S}`
    ? K extends keyof F
      ? F[K] extends VecType<infer E>
        ? E
        : F[K] extends RecordType<infer G>
          ? At<G, S>
          : never
      : never
    : never;

export interface Located {
  readonly type: Type;
  /** Name of the flat port, or what the names of its scalars begin with. */
  readonly name: string;
}

/** Follows a path; null where there is nothing. */
export function locate(fields: Fields, path: string): Located | null {
  const [key, ...steps] = path.split('.') as [string, ...string[]];
  let type = fields[key];
  for (const step of steps) {
    if (type?.kind === 'vec') type = Number(step) < type.length ? type.element : undefined;
    else type = type?.kind === 'record' ? type.fields[step] : undefined;
  }
  return type === undefined ? null : { type, name: [key, ...steps].join('_') };
}

export type GivenFields<F extends Fields> = { readonly [K in keyof F]: Given<F[K]> };
export type SeenFields<F extends Fields, N = number> = { readonly [K in keyof F]: Seen<F[K], N> };

function refuse(name: string, cause: string, wayOut: string): never {
  throw new Fault({ code: 'BENCH_VALUE', place: name, cause, wayOut });
}

/** Calls `put` with the flat port name and the integer of every scalar. Fault `BENCH_VALUE` for what the type does not hold. */
export function scatter(type: Type, name: string, value: unknown, put: (port: string, value: bigint) => void): void {
  if (type.kind === 'vec') {
    if (!Array.isArray(value) || value.length !== type.length)
      refuse(name, `it takes a list of ${type.length} values`, 'give one value per element');
    for (const [index, element] of value.entries()) scatter(type.element, joinName(name, String(index)), element, put);
    return;
  }
  if (type.kind === 'record') {
    const fields = Object.keys(type.fields);
    if (
      value === null ||
      typeof value !== 'object' ||
      Object.keys(value).sort().join() !== fields.slice().sort().join()
    )
      refuse(name, `it takes a record {${fields.join(', ')}}`, 'give one value per field');
    const given: { readonly [field: string]: unknown } = { ...value };
    for (const [field, part] of Object.entries(type.fields)) scatter(part, joinName(name, field), given[field], put);
    return;
  }
  put(name, integerOf(type, name, value));
}

function integerOf(type: ScalarType, name: string, value: unknown): bigint {
  if (type.kind === 'bool') {
    if (typeof value !== 'boolean') return refuse(name, `${String(value)} is not a bool`, 'give true or false');
    return value ? 1n : 0n;
  }
  if (type.kind === 'enum') {
    const member = type.members.indexOf(String(value));
    if (member < 0) refuse(name, `'${String(value)}' is not a member`, `give one of ${type.members.join(', ')}`);
    return BigInt(member);
  }
  const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
  if (!whole) return refuse(name, `${String(value)} is not a whole number`, 'give a safe integer or a bigint');
  const integer = BigInt(value);
  const fits = type.kind === 'sint' ? BigInt.asIntN(type.width, integer) : BigInt.asUintN(type.width, integer);
  if (fits !== integer)
    return refuse(name, `${integer} does not fit in ${type.kind}(${type.width})`, 'give a value that the port holds');
  return integer;
}

/** The nested value of a type from its scalars, integers as bigints. */
export function gather(type: Type, name: string, read: (port: string) => bigint): unknown {
  if (type.kind === 'vec')
    return Array.from({ length: type.length }, (_, index) => gather(type.element, joinName(name, String(index)), read));
  if (type.kind === 'record')
    return Object.fromEntries(
      Object.entries(type.fields).map(([field, part]) => [field, gather(part, joinName(name, field), read)]),
    );
  const value = read(name);
  if (type.kind === 'enum') return type.members[Number(value)] ?? `invalid_${value}`;
  return type.kind === 'bool' ? value !== 0n : value;
}

/** The same with numbers in place of bigints. Fault `BENCH_VALUE` where a number would not be exact. */
export function asNumbers(value: unknown, name: string): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    return refuse(name, `${value} is beyond the integers that a number holds`, 'read it with dut.big');
  }
  if (Array.isArray(value)) return value.map((part, index) => asNumbers(part, joinName(name, String(index))));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, asNumbers(part, joinName(name, key))]));
  return value;
}
