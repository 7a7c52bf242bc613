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

/**
 * Shift by a word: whole limbs first, in steps of powers of two, then inside the limbs. An amount beyond all limbs, or a
 * negative one, leaves only what fills up: 0, or the sign of a right shift.
 */
export function shiftedBy(table: NodeTable, op: 'shlBy' | 'shrBy', a: Word, amount: Word, own: Format): Word {
  const left = op === 'shlBy';
  const count = left ? Math.ceil(own.width / limbBits) : a.limbs.length;
  const step = left ? -1 : 1;
  const full: Format = { width: count * limbBits, signed: !left && a.signed };
  const source = resizedWord(table, a, full);
  const fill = left ? constantWord(table, 0n, wholeLimb).limbs[0]! : limbAt(table, source, count, wholeLimb);
  let limbs = source.limbs.map((_, index) => limbAt(table, source, index, wholeLimb));
  for (let distance = 1; distance < count; distance *= 2) {
    const moves = bitsFrom(table, amount, insideBits + Math.log2(distance), bitFormat);
    const before = limbs;
    limbs = before.map((limb, index) => chosen(table, moves, before[index + step * distance] ?? fill, limb));
  }
  const inside = bitsFrom(table, amount, 0, { width: insideBits, signed: false });
  const most = constantWord(table, BigInt(limbBits - 1), { width: insideBits, signed: false }).limbs[0]!;
  const rest = addOperation(table, { op: 'xor', width: insideBits, signed: false, args: [inside, most] });
  const away = left ? ({ by: 'shrBy', one: 'shr' } as const) : ({ by: 'shlBy', one: 'shl' } as const);
  const fits = isBelow(table, amount, count * limbBits);
  const moved = limbs.map((limb, index) => {
    // The neighbour moves by 64 - amount in two parts, because 64 would be too far for one.
    const neighbour = limbs[index + step] ?? fill;
    const once = addOperation(table, { op: away.one, ...wholeLimb, args: [neighbour], amount: 1 });
    const over = addOperation(table, { op: away.by, ...wholeLimb, args: [once, rest] });
    const kept = addOperation(table, { op, ...wholeLimb, args: [limb, inside] });
    return chosen(table, fits, addOperation(table, { op: 'or', ...wholeLimb, args: [kept, over] }), fill);
  });
  return resizedWord(table, resizedWord(table, { width: full.width, signed: false, limbs: moved }, full), own);
}
