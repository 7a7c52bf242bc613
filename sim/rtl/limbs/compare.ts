import type { NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { addConstant, addOperation, type NodeTable, resized } from '../../../hdl-gen/ir/simplify.ts';
import { bitFormat, limbAt, tailAt, type Word, wholeLimb } from './word.ts';

type BitOp = 'eq' | 'lt' | 'and' | 'or' | 'xor';

function bit(table: NodeTable, op: BitOp, a: NodeId, b: NodeId): NodeId {
  return addOperation(table, { op, ...bitFormat, args: [a, b] });
}

/** Index of the first limb that holds the sign, or nothing but the sign, of both words. */
function lastOf(a: Word, b: Word): number {
  return Math.max(a.limbs.length, b.limbs.length) - 1;
}

/** 1 when the integers are equal. */
export function equalWords(table: NodeTable, a: Word, b: Word): NodeId {
  const last = lastOf(a, b);
  let equal = bit(table, 'eq', tailAt(table, a, last), tailAt(table, b, last));
  for (let index = 0; index < last; index += 1) {
    const [x, y] = [limbAt(table, a, index, wholeLimb), limbAt(table, b, index, wholeLimb)];
    equal = bit(table, 'and', equal, bit(table, 'eq', x, y));
  }
  return equal;
}

/** 1 when the integer of `a` is smaller: the highest limb that differs decides. */
export function lessWords(table: NodeTable, a: Word, b: Word): NodeId {
  const last = lastOf(a, b);
  let less = addConstant(table, 0n, 1, false);
  for (let index = 0; index <= last; index += 1) {
    const [x, y] =
      index < last
        ? [limbAt(table, a, index, wholeLimb), limbAt(table, b, index, wholeLimb)]
        : [tailAt(table, a, index), tailAt(table, b, index)];
    const below = bit(table, 'and', bit(table, 'eq', x, y), less);
    less = bit(table, 'or', bit(table, 'lt', x, y), below);
  }
  return less;
}

/** 1 when the integer is not 0. */
export function nonZero(table: NodeTable, word: Word): NodeId {
  const any = word.limbs
    .map((limb) => resized(table, limb, wholeLimb.width, wholeLimb.signed))
    .reduce((x, y) => addOperation(table, { op: 'or', ...wholeLimb, args: [x, y] }));
  return addOperation(table, { op: 'reduceOr', ...bitFormat, args: [any] });
}

/** Reduction over the bits of a word. */
export function reduceWord(table: NodeTable, op: 'reduceAnd' | 'reduceOr' | 'reduceXor', word: Word): NodeId {
  if (op === 'reduceOr') return nonZero(table, word);
  const join = op === 'reduceAnd' ? 'and' : 'xor';
  return word.limbs
    .map((limb) => addOperation(table, { op, ...bitFormat, args: [limb] }))
    .reduce((x, y) => bit(table, join, x, y));
}
