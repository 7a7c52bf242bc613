import type { Signal } from '../../hdl-gen/lang/any-signal.ts';
import { allOf, anyOf, cat, lit, max, min, mux, replaceAt, select, sum } from '../../hdl-gen/lang/combine.ts';
import { roundings } from '../../hdl-gen/lang/rounding.ts';
import type { Bool, SInt, UInt } from '../../hdl-gen/lang/signal.ts';
import { bool } from '../../hdl-gen/lang/types.ts';
import { anyBool, anySInt, anyUInt, chance, type Pool, pick, randomInteger, randomWidth } from './fuzz-pool.ts';

type Grow = (pool: Pool) => Signal;

/**
 * Operations that uint and sint share: `value(limit)` gives an operand of the kind. Written against UInt; at run time
 * the operands are of either kind, both the same.
 */
type Shared = (pool: Pool, value: (limit: number) => UInt) => Signal;

/** A constant that fits beside a value of the width. */
function constantFor(pool: Pool, value: UInt): bigint {
  return randomInteger(pool.random, value.width, (value as Signal).kind === 'sint');
}

/** Two widths whose sum is at most the widest. */
function split(pool: Pool): readonly [number, number] {
  if (pool.widest < 2) return [1, 1];
  const first = chance(pool.random, 2) ? pool.widest >> 1 : pool.random.integer(1, pool.widest - 1);
  return [first, pool.widest - first];
}

const shared: Readonly<Record<string, Shared>> = {
  add: ({ widest }, value) => value(widest - 1).add(value(widest - 1)),
  addConstant: (pool, value) => {
    const a = value(pool.widest - 1);
    return a.add(constantFor(pool, a));
  },
  sub: ({ widest }, value) => value(widest - 1).sub(value(widest - 1)),
  subConstant: (pool, value) => {
    const a = value(pool.widest - 1);
    return a.sub(constantFor(pool, a));
  },
  mul: (pool, value) => {
    const [a, b] = split(pool);
    return value(a).mul(value(b));
  },
  mulConstant: (pool, value) => {
    const [a, b] = split(pool);
    const signed = (value(1) as Signal).kind === 'sint';
    return value(a).mul(randomInteger(pool.random, Math.min(b, 12), signed));
  },
  neg: ({ widest }, value) => value(widest - 1).neg(),
  negWrap: ({ widest }, value) => value(widest).negWrap(),
  abs: ({ widest }, value) => value(widest).abs(),
  round: (pool, value) => {
    const a = value(Math.max(1, pool.widest - 3));
    const amount = pool.random.integer(0, Math.min(a.width + 1, pool.widest - a.width - 1));
    return a.round(amount, pick(pool.random, roundings));
  },
  popcount: ({ random, widest }, value) => value(Math.min(widest, random.integer(1, 20))).popcount(),
  replicate: (pool, value) => {
    const a = value(randomWidth(pool.random, pool.widest));
    return a.replicate(pool.random.integer(1, Math.floor(pool.widest / a.width)));
  },
  bitAt: (pool, value) => value(pool.widest).bitAt(anyUInt(pool, Math.min(pool.widest, 8))),
  addWrap: ({ widest }, value) => {
    const a = value(widest);
    return a.addWrap(value(a.width));
  },
  subWrap: ({ widest }, value) => {
    const a = value(widest);
    return a.subWrap(value(a.width));
  },
  addWrapConstant: (pool, value) => {
    const a = value(pool.widest);
    return pick(pool.random, [a.addWrap(constantFor(pool, a)), a.subWrap(constantFor(pool, a))]);
  },
  and: ({ widest }, value) => value(widest).and(value(widest)),
  or: ({ widest }, value) => value(widest).or(value(widest)),
  xor: ({ widest }, value) => value(widest).xor(value(widest)),
  bitwiseConstant: (pool, value) => {
    const a = value(pool.widest);
    const constant = constantFor(pool, a);
    return pick(pool.random, [a.and(constant), a.or(constant), a.xor(constant)]);
  },
  not: ({ widest }, value) => value(widest).not(),
  eq: ({ widest }, value) => value(widest).eq(value(widest)),
  ne: ({ widest }, value) => value(widest).ne(value(widest)),
  lt: ({ widest }, value) => value(widest).lt(value(widest)),
  le: ({ widest }, value) => value(widest).le(value(widest)),
  gt: ({ widest }, value) => value(widest).gt(value(widest)),
  ge: ({ widest }, value) => value(widest).ge(value(widest)),
  compareConstant: (pool, value) => {
    const a = value(pool.widest);
    const constant = constantFor(pool, a);
    return pick(pool.random, [
      () => a.eq(constant),
      () => a.ne(constant),
      () => a.lt(constant),
      () => a.le(constant),
      () => a.gt(constant),
      () => a.ge(constant),
    ])();
  },
  shl: (pool, value) => {
    const a = value(randomWidth(pool.random, pool.widest));
    return a.shl(pool.random.integer(0, pool.widest - a.width));
  },
  shr: (pool, value) => {
    const a = value(pool.widest);
    return a.shr(pool.random.integer(0, a.width + 2));
  },
  shlBy: (pool, value) => {
    const bits = pool.random.integer(1, Math.floor(Math.log2(pool.widest)));
    const amount = anyUInt(pool, bits);
    return value(pool.widest - 2 ** amount.width + 1).shlBy(amount);
  },
  shrBy: (pool, value) => value(pool.widest).shrBy(anyUInt(pool, pool.random.integer(1, Math.min(8, pool.widest)))),
  wrap: (pool, value) => value(pool.widest).wrap(randomWidth(pool.random, pool.widest)),
  extend: (pool, value) => {
    const a = value(pool.widest);
    return a.extend(pool.random.integer(a.width, pool.widest));
  },
  sat: (pool, value) => value(pool.widest).sat(randomWidth(pool.random, pool.widest)),
  asUInt: ({ widest }, value) => value(widest).asUInt(),
  asSInt: ({ widest }, value) => value(widest).asSInt(),
  bit: ({ random, widest }, value) => {
    const a = value(widest);
    return a.bit(random.integer(0, a.width - 1));
  },
  bits: ({ random, widest }, value) => {
    const a = value(widest);
    const high = random.integer(0, a.width - 1);
    return a.bits(high, random.integer(0, high));
  },
  reduceOr: ({ widest }, value) => value(widest).reduceOr(),
  reduceAnd: ({ widest }, value) => value(widest).reduceAnd(),
  reduceXor: ({ widest }, value) => value(widest).reduceXor(),
  mux: (pool, value) => mux(anyBool(pool), value(pool.widest), value(pool.widest)),
  muxConstant: (pool, value) => {
    const a = value(pool.widest);
    const constant = constantFor(pool, a);
    return chance(pool.random, 2) ? mux(anyBool(pool), a, constant) : mux(anyBool(pool), constant, a);
  },
  min: ({ widest }, value) => min(value(widest), value(widest)),
  max: ({ widest }, value) => max(value(widest), value(widest)),
  limitConstant: (pool, value) => {
    const a = value(pool.widest);
    const constant = constantFor(pool, a);
    return pick(pool.random, [() => min(a, constant), () => max(constant, a)])();
  },
  replaceAt: (pool, value) => {
    const list = Array.from({ length: pool.random.integer(1, 5) }, () => value(pool.widest));
    return pick(pool.random, replaceAt(anyUInt(pool, 3), list, value(pool.widest)));
  },
  sum: ({ random, widest }, value) =>
    sum(...Array.from({ length: random.integer(1, 6) }, () => value(Math.max(1, widest - 3)))),
  select: (pool, value) => {
    const length = pool.random.integer(1, 6);
    const bits = Math.max(1, Math.ceil(Math.log2(length)));
    return select(
      anyUInt(pool, bits),
      Array.from({ length }, () => value(pool.widest)),
    );
  },
  muxOfMux: (pool, value) =>
    mux(mux(anyBool(pool), anyBool(pool), anyBool(pool)), value(pool.widest), value(pool.widest)),
  catOfSum: ({ widest }, value) => {
    const third = Math.max(1, Math.floor(widest / 3) - 1);
    return cat(value(third).add(value(third)), value(third));
  },
  chain: ({ widest }, value) => {
    // A longer expression at once: no part of it has a name.
    const quarter = Math.max(1, (widest >> 1) - 3);
    const product = value(quarter).mul(value(quarter)).add(value(quarter)).sub(value(quarter));
    return mux(value(quarter).lt(value(quarter)), product.shr(1), product.sub(1).wrap(product.width));
  },
};

const particular: Readonly<Record<string, Grow>> = {
  'uint.toSInt': (pool) => anyUInt(pool, pool.widest - 1).toSInt(),
  'uint.toSInt.compared': (pool) => {
    const a = anyUInt(pool, pool.widest - 1).toSInt();
    const b = anySInt(pool);
    return pick(pool.random, [() => a.lt(b), () => b.lt(a), () => a.eq(b), () => b.ge(a)])();
  },
  'bool.and': (pool) => anyBool(pool).and(anyBool(pool)),
  'bool.or': (pool) => anyBool(pool).or(anyBool(pool)),
  'bool.xor': (pool) => anyBool(pool).xor(anyBool(pool)),
  'bool.eq': (pool) => anyBool(pool).eq(anyBool(pool)),
  'bool.ne': (pool) => anyBool(pool).ne(anyBool(pool)),
  'bool.not': (pool) => anyBool(pool).not(),
  'bool.constant': (pool) => {
    const value = chance(pool.random, 2);
    const a = anyBool(pool);
    return pick(pool.random, [a.and(value), a.or(value), a.xor(value), a.eq(value), a.ne(value)]);
  },
  'bool.toUInt': (pool) => anyBool(pool).toUInt(),
  'bool.mux': (pool) => mux(anyBool(pool), anyBool(pool), chance(pool.random, 4) ? true : anyBool(pool)),
  'bool.replicate': (pool) => anyBool(pool).replicate(pool.random.integer(1, pool.widest)),
  anyOf: (pool) => anyOf(...Array.from({ length: pool.random.integer(1, 4) }, () => anyBool(pool))),
  allOf: (pool) => allOf(...Array.from({ length: pool.random.integer(1, 4) }, () => anyBool(pool))),
  'bool.lit': ({ random }) => lit(bool, chance(random, 2)),
  cat: (pool) => {
    const parts: (UInt | SInt | Bool)[] = [];
    let room = pool.widest;
    for (let count = pool.random.integer(1, 4); count > 0 && room > 0; count--) {
      const limit = randomWidth(pool.random, room);
      const kind = pool.random.integer(0, 2);
      const part = kind === 0 ? anyBool(pool) : kind === 1 ? anyUInt(pool, limit) : anySInt(pool, limit);
      parts.push(part);
      room -= part.width;
    }
    return cat(...parts);
  },
  'mux.record': (pool) => {
    const chosen = mux(
      anyBool(pool),
      { a: anyUInt(pool), b: [anySInt(pool)] },
      { a: anyUInt(pool), b: [anySInt(pool)] },
    );
    return chance(pool.random, 2) ? chosen.a : chosen.b[0]!;
  },
};

/** Every operator of the language by name; the result of each stays within the pool's widest width. */
export const operators: ReadonlyMap<string, Grow> = new Map([
  ...Object.entries(shared).flatMap(([name, make]): [string, Grow][] => [
    [`uint.${name}`, (pool) => make(pool, (limit) => anyUInt(pool, limit))],
    [`sint.${name}`, (pool) => make(pool, (limit) => anySInt(pool, limit) as unknown as UInt)],
  ]),
  ...Object.entries(particular),
]);
const names = [...operators.keys()];

/** One more value from a random operator; sometimes it gets a name. */
export function grow(pool: Pool, name: string): Signal {
  const made = operators.get(pick(pool.random, names))!(pool);
  return chance(pool.random, 6) ? (made as UInt).as(name) : made;
}
