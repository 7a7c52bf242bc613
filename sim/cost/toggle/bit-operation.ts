import type { OperationExpr } from '../../../hdl-gen/ir/design.ts';
import { addBits, equalBits, multiplyBits, reduceBits, selectBits, subtractBits } from './bit-arithmetic.ts';
import type { BitBuilder, Literal } from './bit-program.ts';

/** The bits of a value, the least significant first. */
export interface Value {
  readonly bits: readonly Literal[];
  readonly signed: boolean;
}

const not = (literal: Literal): Literal => literal ^ 1;

/** The low bits of the value's integer. */
export function wide({ bits, signed }: Value, width: number): readonly Literal[] {
  if (bits.length === width) return bits;
  const top = signed ? (bits.at(-1) ?? 0) : 0;
  return Array.from({ length: width }, (_, at) => bits[at] ?? top);
}

/** Enough bits for the integers of both, as signed numbers. */
const common = (a: Value, b: Value): number =>
  Math.max(a.bits.length + (a.signed ? 0 : 1), b.bits.length + (b.signed ? 0 : 1));

/** How many bits are left without those on top that are copies of the one below them. */
export function lengthWithoutCopies(bits: readonly Literal[]): number {
  let length = bits.length;
  while (length > 1 && bits[length - 1] === bits[length - 2]) length--;
  return length;
}

/** The value without copies of its sign, of which synthesis makes no gates. */
function withoutCopies(value: Value): Value {
  const length = value.signed ? lengthWithoutCopies(value.bits) : value.bits.length;
  return length === value.bits.length ? value : { bits: value.bits.slice(0, length), signed: true };
}

/** Arithmetic on operands without copies of their signs, in the bits that its results need: above these are copies again. */
function narrowed(
  [a, b]: readonly [Value, Value],
  width: number,
  needed: (a: Value, b: Value) => number,
  make: (a: Value, b: Value, width: number) => readonly Literal[],
): readonly Literal[] {
  const [x, y] = [withoutCopies(a), withoutCopies(b)];
  if (x === a && y === b) return make(a, b, width);
  return wide({ bits: make(x, y, Math.min(width, needed(x, y))), signed: true }, width);
}

const sumBits = (a: Value, b: Value): number => common(a, b) + 1;
const productBits = (a: Value, b: Value): number => a.bits.length + b.bits.length;

function shifted(builder: BitBuilder, value: Value, by: Value, width: number, left: boolean): Literal[] {
  // To the right nothing may be lost beforehand.
  let bits = wide(value, left ? width : Math.max(width, value.bits.length + 1));
  const fill = left || !value.signed ? 0 : value.bits.at(-1)!;
  by.bits.forEach((amount, stage) => {
    const step = stage < 31 ? 2 ** stage : Number.POSITIVE_INFINITY;
    bits = bits.map((bit, at) =>
      builder.select(amount, (left ? bits[at - step] : bits[at + step]) ?? (left ? 0 : fill), bit),
    );
  });
  return bits.slice(0, width);
}

type Bitwise = 'and' | 'or' | 'xor';

function bitwise(builder: BitBuilder, op: Bitwise, x: readonly Literal[], y: readonly Literal[]): Literal[] {
  const found: Literal[] = [];
  for (let at = 0; at < x.length; at++) found.push(builder[op](x[at]!, y[at]!, op === 'xor' ? 'parity' : 'logic'));
  return found;
}

/** What an operation gives, from the values of its arguments. */
export function operationBits(builder: BitBuilder, node: OperationExpr, args: readonly Value[]): readonly Literal[] {
  const { width } = node;
  const [a, b, c] = args as [Value, Value, Value];
  switch (node.op) {
    case 'neg':
      return subtractBits(builder, wide({ bits: [], signed: false }, width), wide(a, width)).difference;
    case 'not':
      return wide(a, width).map(not);
    case 'extend':
      return wide(a, width);
    case 'reduceAnd':
      return [reduceBits(builder, 'and', a.bits)];
    case 'reduceOr':
      return [reduceBits(builder, 'or', a.bits)];
    case 'reduceXor':
      return [reduceBits(builder, 'xor', a.bits)];
    case 'add':
      return narrowed([a, b], width, sumBits, (x, y, own) => addBits(builder, wide(x, own), wide(y, own), 0).sum);
    case 'sub':
      return narrowed(
        [a, b],
        width,
        sumBits,
        (x, y, own) => subtractBits(builder, wide(x, own), wide(y, own)).difference,
      );
    case 'mul':
      return narrowed([a, b], width, productBits, (x, y, own) => {
        const [rows, gates] = x.bits.length < y.bits.length ? [y, x] : [x, y];
        return multiplyBits(builder, wide(rows, own), gates.bits, gates.signed);
      });
    case 'and':
    case 'or':
    case 'xor':
      return bitwise(builder, node.op, wide(a, width), wide(b, width));
    case 'eq': {
      const [x, y] = [withoutCopies(a), withoutCopies(b)];
      const bits = common(x, y);
      return [equalBits(builder, wide(x, bits), wide(y, bits))];
    }
    case 'lt': {
      const [x, y] = [withoutCopies(a), withoutCopies(b)];
      const bits = common(x, y);
      // As signed numbers, an order like that of unsigned ones with the sign inverted.
      const ordered = (value: Value): Literal[] =>
        wide(value, bits).map((bit, at) => (at === bits - 1 ? not(bit) : bit));
      return [not(subtractBits(builder, ordered(x), ordered(y)).isAtLeast)];
    }
    case 'shlBy':
      return shifted(builder, a, b, width, true);
    case 'shrBy':
      return shifted(builder, a, b, width, false);
    case 'cat':
      return wide({ bits: [...b.bits, ...a.bits], signed: false }, width);
    case 'shl':
      return wide({ bits: [...new Array<Literal>(node.amount).fill(0), ...a.bits], signed: a.signed }, width);
    case 'shr':
      return wide({ bits: wide(a, node.amount + width).slice(node.amount), signed: false }, width);
    case 'slice':
      return wide(a, node.low + width).slice(node.low);
    case 'mux':
      return selectBits(builder, a.bits[0]!, wide(b, width), wide(c, width));
  }
}
