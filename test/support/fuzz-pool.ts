import type { Signal } from '../../hdl-gen/lang/any-signal.ts';
import { lit } from '../../hdl-gen/lang/combine.ts';
import type { Bool, SInt, UInt } from '../../hdl-gen/lang/signal.ts';
import { type Assigned, bool, type ScalarType, sint, type Type, uint } from '../../hdl-gen/lang/types.ts';
import type { Random } from './random.ts';

/** The values that a random module can build on so far. */
export interface Pool {
  readonly random: Random;
  /** No value gets wider than this. */
  readonly widest: number;
  readonly uints: UInt[];
  readonly sints: SInt[];
  readonly bools: Bool[];
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(0, list.length - 1)]!;
}

export function chance(random: Random, oneIn: number): boolean {
  return random.integer(1, oneIn) === 1;
}

/** Recent values more often than old ones, so that expressions get deep. */
function recent<T>(random: Random, list: readonly T[]): T {
  const at = random.integer(0, list.length - 1);
  return list[chance(random, 2) ? at : Math.max(at, random.integer(0, list.length - 1))]!;
}

const edges = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 95, 96, 97, 127, 128, 129, 191, 192, 193];

/** A width from 1 to the limit: small ones, those around machine words, and any. */
export function randomWidth(random: Random, limit: number): number {
  const kind = random.integer(0, 3);
  if (kind === 0) return random.integer(1, Math.min(8, limit));
  if (kind === 1)
    return pick(
      random,
      edges.filter((edge) => edge <= limit),
    );
  return random.integer(1, limit);
}

/** A bit pattern: often an extreme. */
export function randomPattern(random: Random, width: number): bigint {
  const top = 1n << BigInt(width);
  switch (random.integer(0, 9)) {
    case 0:
      return 0n;
    case 1:
      return top - 1n;
    case 2:
      return top >> 1n;
    case 3:
      return (top >> 1n) - 1n;
    case 4:
      return 1n % top;
    default: {
      let value = 0n;
      for (let bits = 0; bits < width; bits += 16) value = (value << 16n) | BigInt(random.integer(0, 0xffff));
      return BigInt.asUintN(width, value);
    }
  }
}

export function randomInteger(random: Random, width: number, signed: boolean): bigint {
  const pattern = randomPattern(random, width);
  return signed ? BigInt.asIntN(width, pattern) : pattern;
}

export function put(pool: Pool, signal: Signal): void {
  if (signal.kind === 'uint') pool.uints.push(signal as UInt);
  else if (signal.kind === 'sint') pool.sints.push(signal as SInt);
  else pool.bools.push(signal as Bool);
}

/** Every scalar of a nested value. */
export function putAll(pool: Pool, value: unknown): void {
  if (value !== null && typeof value === 'object' && 'kind' in value && 'builder' in value) put(pool, value as Signal);
  else if (value !== null && typeof value === 'object') for (const part of Object.values(value)) putAll(pool, part);
}

/** A value of at most `limit` bits, one way or another. */
function narrowed<T extends UInt | SInt>(random: Random, value: T, limit: number): T {
  if (value.width <= limit) return value;
  const way = random.integer(0, 3);
  if (way === 0) return value.sat(limit) as T;
  if (way === 1) return value.shr(value.width - limit) as T;
  return value.wrap(limit) as T;
}

export function anyUInt(pool: Pool, limit: number = pool.widest): UInt {
  const { random } = pool;
  if (chance(random, 14)) {
    const width = randomWidth(random, limit);
    return lit(uint(width), randomPattern(random, width));
  }
  return narrowed(random, recent(random, pool.uints), limit);
}

export function anySInt(pool: Pool, limit: number = pool.widest): SInt {
  const { random } = pool;
  if (chance(random, 14)) {
    const width = randomWidth(random, limit);
    return lit(sint(width), randomInteger(random, width, true));
  }
  return narrowed(random, recent(random, pool.sints), limit);
}

export function anyBool(pool: Pool): Bool {
  return recent(pool.random, pool.bools);
}

/** Exactly `width` bits. */
export function uintOf(pool: Pool, width: number): UInt {
  const value = anyUInt(pool, width);
  return value.width === width ? value : value.extend(width);
}

export function sintOf(pool: Pool, width: number): SInt {
  const value = anySInt(pool, width);
  return value.width === width ? value : value.extend(width);
}

/** Something that may be assigned to the type: signals, as wide or narrower, and constants. */
export function assignedTo(pool: Pool, type: Type): Assigned<Type> {
  const { random } = pool;
  switch (type.kind) {
    case 'uint':
    case 'sint': {
      const signed = type.kind === 'sint';
      if (chance(random, 8)) return randomInteger(random, type.width, signed);
      return signed ? anySInt(pool, type.width) : anyUInt(pool, type.width);
    }
    case 'enum':
      return pick(random, type.members);
    case 'bool':
      return chance(random, 10) ? chance(random, 2) : anyBool(pool);
    case 'vec':
      return Array.from({ length: type.length }, () => assignedTo(pool, type.element)) as Assigned<Type>;
    case 'record':
      return Object.fromEntries(
        Object.entries(type.fields).map(([name, field]) => [name, assignedTo(pool, field)]),
      ) as Assigned<Type>;
  }
}

export function randomScalar(random: Random, limit: number): ScalarType {
  const kind = random.integer(0, 6);
  if (kind === 0) return bool;
  return (kind < 4 ? uint : sint)(randomWidth(random, limit));
}

/** A scalar, a vec or a record. */
export function randomType(random: Random, limit: number): Type {
  const kind = random.integer(0, 5);
  if (kind === 0)
    return { kind: 'vec', length: random.integer(1, 3), element: randomScalar(random, Math.min(limit, 24)) };
  if (kind === 1) {
    return {
      kind: 'record',
      fields: { low: randomScalar(random, Math.min(limit, 24)), high: randomScalar(random, limit) },
    };
  }
  return randomScalar(random, limit);
}
