import type { BinaryNode, MuxNode, NetNode } from '../../../hdl-gen/ir/netlist.ts';
import { type Format, pattern } from '../value.ts';

/**
 * An operand of which some bits are unknown: `mask` has a 1 for each of them (a pattern of the operand's width). `value`
 * is one of the integers that it can be, so that what the evaluator computes from it is right in every known bit.
 */
export interface Operand extends Format {
  readonly value: bigint;
  readonly mask: bigint;
}

const one: Format = { width: 1, signed: false };

/** The unknown bits of the integer: an unknown sign makes all bits above it unknown. */
function extended({ mask, width, signed }: Operand): bigint {
  return signed ? BigInt.asIntN(width, mask) : mask;
}

/** The unknown bits of an operand read in another format. */
export function resizedMask(operand: Operand, format: Format): bigint {
  return pattern(extended(operand), format);
}

/** The bits that are 1 in every completion, and those that are 1 in some, of the infinite two's complement. */
function ones(operand: Operand): { readonly must: bigint; readonly can: bigint } {
  const mask = extended(operand);
  return { must: operand.value & ~mask, can: operand.value | mask };
}

/** The smallest and the largest integer that the operand can be. */
function bounds({ value, mask, width, signed }: Operand): { readonly low: bigint; readonly high: bigint } {
  const sign = signed ? mask & (1n << BigInt(width - 1)) : 0n;
  const rest = mask & ~sign;
  if (sign === 0n) return { low: value & ~rest, high: value | rest };
  const magnitude = value & (sign - 1n);
  return { low: (magnitude & ~rest) - sign, high: magnitude | rest };
}

/** The operand with its sign known, both ways where it is not: only then the bits above it are independent of each other. */
function signs(operand: Operand): readonly Operand[] {
  const { value, mask, width, signed } = operand;
  const sign = signed ? mask & (1n << BigInt(width - 1)) : 0n;
  if (sign === 0n) return [operand];
  const magnitude = value & (sign - 1n);
  return [magnitude, magnitude - sign].map((known) => ({ width, signed, value: known, mask: mask & ~sign }));
}

/** Bits that can differ between a choice of two values. */
export function eitherMask(a: Operand, b: Operand, format: Format): bigint {
  return pattern(extended(a) | extended(b) | (a.value ^ b.value), format);
}

/**
 * The unknown bits of an operation's result, a pattern of the node's width. No bit is left out that two completions of the
 * unknown bits make different, and for all operations but `mul` none is marked that no two completions make different, as
 * long as the unknown bits are independent of each other.
 */
export function maskOf(node: NetNode, args: readonly Operand[]): bigint {
  const [a, b] = args as [Operand, Operand];
  if (args.every(({ mask }) => mask === 0n)) return 0n;
  switch (node.op) {
    case 'input':
    case 'register':
    case 'memoryRead':
    case 'const':
      return 0n;
    case 'not':
    case 'extend':
      return resizedMask(a, node);
    case 'slice':
      return pattern(a.mask >> BigInt(node.low), node);
    case 'shl':
      return pattern(extended(a) << BigInt(node.amount), node);
    case 'shr':
      return pattern(extended(a) >> BigInt(node.amount), node);
    case 'reduceAnd': {
      const knownZeros = pattern(~a.value, a) & ~a.mask;
      return knownZeros === 0n ? 1n : 0n;
    }
    case 'reduceOr':
      return (pattern(a.value, a) & ~a.mask) === 0n ? 1n : 0n;
    case 'reduceXor':
      return 1n;
    case 'neg':
      return sumMask({ ...one, value: 0n, mask: 0n }, a, true, node);
    case 'mux':
      return muxMask(node, args);
    default:
      return binaryMask(node, a, b);
  }
}

function muxMask(node: MuxNode, args: readonly Operand[]): bigint {
  const [condition, yes, no] = args as [Operand, Operand, Operand];
  if (condition.mask !== 0n) return eitherMask(yes, no, node);
  return resizedMask(condition.value !== 0n ? yes : no, node);
}

function binaryMask(node: BinaryNode, a: Operand, b: Operand): bigint {
  switch (node.op) {
    case 'and': {
      const [x, y] = [ones(a), ones(b)];
      return pattern(x.can & y.can & ~(x.must & y.must), node);
    }
    case 'or': {
      const [x, y] = [ones(a), ones(b)];
      return pattern((x.can | y.can) & ~(x.must | y.must), node);
    }
    case 'xor':
      return pattern(extended(a) | extended(b), node);
    case 'add':
      return sumMask(a, b, false, node);
    case 'sub':
      return sumMask(a, b, true, node);
    case 'mul':
      return productMask(a, b, node);
    case 'eq':
      return signs(a).some((x) => signs(b).some((y) => canEqual(x, y))) ? 1n : 0n;
    case 'lt': {
      const [x, y] = [bounds(a), bounds(b)];
      return x.high < y.low || x.low >= y.high ? 0n : 1n;
    }
    case 'cat':
      return pattern((a.mask << BigInt(b.width)) | b.mask, node);
    case 'shlBy':
    case 'shrBy':
      return shiftMask(node, a, b);
  }
}

/** Whether no known bit differs. */
function canEqual(a: Operand, b: Operand): boolean {
  return ((a.value ^ b.value) & ~(extended(a) | extended(b))) === 0n;
}

/** The bits that differ between results or within one of them. */
function anyOf(results: readonly Operand[], format: Format): bigint {
  const value = results[0]!.value;
  return results.reduce((mask, other) => mask | other.mask | pattern(other.value ^ value, format), 0n);
}

function sumMask(a: Operand, b: Operand, subtract: boolean, format: Format): bigint {
  const sums = signs(a).flatMap((x) => signs(b).map((y) => partialSum(x, y, subtract, format)));
  return anyOf(sums, format);
}

/** A bit of a sum is unknown where one of the operands' bits is, or the carry into it: it lies between two extremes. */
function partialSum(a: Operand, b: Operand, subtract: boolean, format: Format): Operand {
  const x = ones(a);
  const plain = ones(b);
  const y = subtract ? { must: ~plain.can, can: ~plain.must } : plain;
  const first = subtract ? 1n : 0n;
  const fewest = x.must + y.must + first;
  const most = x.can + y.can + first;
  const carries = fewest ^ x.must ^ y.must ^ most ^ x.can ^ y.can;
  const mask = pattern(extended(a) | extended(b) | carries, format);
  return { value: fewest, mask, ...format };
}

/** Number of zeros below the lowest bit that is not a known 0; null for a known zero. */
function zerosBelow(operand: Operand): number | null {
  const { can } = ones(operand);
  return can === 0n ? null : lowestBit(can);
}

function lowestBit(value: bigint): number {
  return (value & -value).toString(2).length - 1;
}

/**
 * Completions of `a` differ by a multiple of its lowest unknown bit, so products differ by a multiple of that times the
 * zeros at the end of `b`: below, the product is known.
 */
function productMask(a: Operand, b: Operand, format: Format): bigint {
  const [zerosOfA, zerosOfB] = [zerosBelow(a), zerosBelow(b)];
  if (zerosOfA === null || zerosOfB === null) return 0n;
  const fromA = a.mask === 0n ? Number.POSITIVE_INFINITY : lowestBit(a.mask) + zerosOfB;
  const fromB = b.mask === 0n ? Number.POSITIVE_INFINITY : lowestBit(b.mask) + zerosOfA;
  return pattern(-1n << BigInt(Math.min(fromA, fromB)), format);
}

/** With an unknown amount: every amount that it can be, all those that shift everything out as one. */
function shiftMask(node: BinaryNode, a: Operand, b: Operand): bigint {
  const left = node.op === 'shlBy';
  const unknown = extended(a);
  const everything = BigInt(left ? node.width : a.width);
  const { low, high } = bounds(b);
  const known = b.value & ~extended(b);
  const format = { width: node.width, signed: node.signed };
  const results: Operand[] = [];
  const shifted = (amount: bigint): void => {
    const value = left ? a.value << amount : a.value >> amount;
    const mask = left ? unknown << amount : unknown >> amount;
    results.push({ value, mask: pattern(mask, node), ...format });
  };
  for (let amount = low > 0n ? low : 0n; amount < everything && amount <= high; amount += 1n)
    if ((amount & ~extended(b)) === known) shifted(amount);
  if (high >= everything || low < 0n) {
    if (left) results.push({ value: 0n, mask: 0n, ...format });
    else shifted(everything);
  }
  return anyOf(results, node);
}
