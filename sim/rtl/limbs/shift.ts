import type { NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { addOperation, type NodeTable } from '../../../hdl-gen/ir/simplify.ts';
import type { Format } from '../value.ts';
import { lessWords } from './compare.ts';
import {
  bitFormat,
  bitsFrom,
  constantWord,
  limbAt,
  limbBits,
  patternWord,
  resizedWord,
  type Word,
  wholeLimb,
  wordOf,
} from './word.ts';

/** The low bits of an amount: a shift inside one limb. */
const insideBits = Math.log2(limbBits);

/** a * 2^amount. */
export function shiftedLeft(table: NodeTable, a: Word, amount: number, own: Format): Word {
  return wordOf(own, (format, index) => bitsFrom(table, a, limbBits * index - amount, format));
}

/** a divided by 2^amount, rounded down. */
export function shiftedRight(table: NodeTable, a: Word, amount: number, own: Format): Word {
  return wordOf(own, (format, index) => bitsFrom(table, a, limbBits * index + amount, format));
}

/** The bits of `high` above those of `low`. */
export function joinedWords(table: NodeTable, high: Word, low: Word, own: Format): Word {
  const [upper, lower] = [patternWord(table, high), patternWord(table, low)];
  return wordOf(own, (format, index) => {
    const above = bitsFrom(table, upper, limbBits * index - low.width, format);
    return addOperation(table, { op: 'or', ...format, args: [limbAt(table, lower, index, format), above] });
  });
}

/** 1 when 0 <= amount < limit. */
function isBelow(table: NodeTable, amount: Word, limit: number): NodeId {
  const below = lessWords(table, amount, constantWord(table, BigInt(limit), { width: 32, signed: false }));
  const negative = lessWords(table, amount, constantWord(table, 0n, bitFormat));
  const positive = addOperation(table, { op: 'not', ...bitFormat, args: [negative] });
  return addOperation(table, { op: 'and', ...bitFormat, args: [positive, below] });
}

function chosen(table: NodeTable, condition: NodeId, yes: NodeId, no: NodeId): NodeId {
  return addOperation(table, { op: 'mux', ...wholeLimb, args: [condition, yes, no] });
}

/** How bits move inside limbs by an amount that is not constant. */
export type ShiftStyle =
  /** One operation: what scalars have. */
  | 'direct'
  /** A choice per bit of the amount: vectors shift all of their elements by the same. */
  | 'ladder';

type Shift = 'shlBy' | 'shrBy';

/** Limbs of 64 bits, and what comes in behind the last or below the first one. */
interface Limbs {
  readonly limbs: readonly NodeId[];
  readonly fill: NodeId;
}

/** The limbs moved by `distance` whole ones where `moves` is 1. */
function movedWhole(table: NodeTable, op: Shift, { limbs, fill }: Limbs, moves: NodeId, distance: number): Limbs {
  const from = op === 'shlBy' ? -distance : distance;
  return { limbs: limbs.map((limb, index) => chosen(table, moves, limbs[index + from] ?? fill, limb)), fill };
}

function movedDirectly(table: NodeTable, op: Shift, { limbs, fill }: Limbs, amount: Word): Limbs {
  const left = op === 'shlBy';
  const inside = bitsFrom(table, amount, 0, { width: insideBits, signed: false });
  const most = constantWord(table, BigInt(limbBits - 1), { width: insideBits, signed: false }).limbs[0]!;
  const rest = addOperation(table, { op: 'xor', width: insideBits, signed: false, args: [inside, most] });
  const away = left ? ({ by: 'shrBy', one: 'shr' } as const) : ({ by: 'shlBy', one: 'shl' } as const);
  const moved = limbs.map((limb, index) => {
    // The neighbour moves by 64 - amount in two parts, because 64 would be too far for one.
    const neighbour = limbs[left ? index - 1 : index + 1] ?? fill;
    const once = addOperation(table, { op: away.one, ...wholeLimb, args: [neighbour], amount: 1 });
    const over = addOperation(table, { op: away.by, ...wholeLimb, args: [once, rest] });
    const kept = addOperation(table, { op, ...wholeLimb, args: [limb, inside] });
    return addOperation(table, { op: 'or', ...wholeLimb, args: [kept, over] });
  });
  return { limbs: moved, fill };
}

function movedByLadder(table: NodeTable, op: Shift, { limbs, fill }: Limbs, amount: Word): Limbs {
  const left = op === 'shlBy';
  const [toward, away] = left ? (['shl', 'shr'] as const) : (['shr', 'shl'] as const);
  let moved = limbs;
  for (let bit = 0; bit < insideBits; bit += 1) {
    const moves = bitsFrom(table, amount, bit, bitFormat);
    const distance = 2 ** bit;
    const before = moved;
    moved = before.map((limb, index) => {
      const neighbour = before[left ? index - 1 : index + 1] ?? fill;
      const kept = addOperation(table, { op: toward, ...wholeLimb, args: [limb], amount: distance });
      const over = addOperation(table, { op: away, ...wholeLimb, args: [neighbour], amount: limbBits - distance });
      return chosen(table, moves, addOperation(table, { op: 'or', ...wholeLimb, args: [kept, over] }), limb);
    });
  }
  return { limbs: moved, fill };
}

/**
 * Shift by a word: whole limbs first, in steps of powers of two, then inside the limbs. An amount beyond all limbs, or a
 * negative one, leaves only what fills up: 0, or the sign of a right shift.
 */
export function shiftedBy(
  table: NodeTable,
  op: Shift,
  [a, amount]: readonly [Word, Word],
  own: Format,
  style: ShiftStyle,
): Word {
  const left = op === 'shlBy';
  const count = left ? Math.ceil(own.width / limbBits) : a.limbs.length;
  const full: Format = { width: count * limbBits, signed: !left && a.signed };
  const source = resizedWord(table, a, full);
  const fill = left ? constantWord(table, 0n, wholeLimb).limbs[0]! : limbAt(table, source, count, wholeLimb);
  let moved: Limbs = { limbs: source.limbs.map((_, index) => limbAt(table, source, index, wholeLimb)), fill };
  for (let distance = 1; distance < count; distance *= 2) {
    const moves = bitsFrom(table, amount, insideBits + Math.log2(distance), bitFormat);
    moved = movedWhole(table, op, moved, moves, distance);
  }
  moved = (style === 'direct' ? movedDirectly : movedByLadder)(table, op, moved, amount);
  const fits = isBelow(table, amount, count * limbBits);
  const limbs = moved.limbs.map((limb) => chosen(table, fits, limb, fill));
  return resizedWord(table, resizedWord(table, { width: full.width, signed: false, limbs }, full), own);
}
