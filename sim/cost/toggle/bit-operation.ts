import type { OperationExpr } from '../../../hdl-gen/ir/design.ts';
import { addBits, equalBits, multiplyBits, reduceBits, subtractBits } from './bit-arithmetic.ts';
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

/** What an operation gives, from the values of its arguments. */
export function operationBits(
  builder: BitBuilder,
  node: OperationExpr,
  arg: (at: number) => Value,
): readonly Literal[] {
  const { width } = node;
  const both = (): readonly [readonly Literal[], readonly Literal[]] => [wide(arg(0), width), wide(arg(1), width)];
  const bitwise = (join: (a: Literal, b: Literal) => Literal): Literal[] => {
    const [x, y] = both();
    return x.map((bit, at) => join(bit, y[at]!));
  };
  const reduced = (join: (a: Literal, b: Literal) => Literal, none: Literal) => [reduceBits(arg(0).bits, join, none)];
  switch (node.op) {
    case 'neg':
      return subtractBits(builder, wide({ bits: [], signed: false }, width), wide(arg(0), width)).difference;
    case 'not':
      return wide(arg(0), width).map(not);
    case 'extend':
      return wide(arg(0), width);
    case 'reduceAnd':
      return reduced((a, b) => builder.and(a, b, 'logic'), 1);
    case 'reduceOr':
      return reduced((a, b) => builder.or(a, b, 'logic'), 0);
    case 'reduceXor':
      return reduced((a, b) => builder.xor(a, b, 'parity'), 0);
    case 'add':
      return addBits(builder, ...both(), 0).sum;
    case 'sub':
      return subtractBits(builder, ...both()).difference;
    case 'mul': {
      const [x, y] = [arg(0), arg(1)];
      const [rows, gates] = x.bits.length < y.bits.length ? [y, x] : [x, y];
      return multiplyBits(builder, wide(rows, width), gates.bits, gates.signed);
    }
    case 'and':
      return bitwise((a, b) => builder.and(a, b, 'logic'));
    case 'or':
      return bitwise((a, b) => builder.or(a, b, 'logic'));
    case 'xor':
      return bitwise((a, b) => builder.xor(a, b, 'parity'));
    case 'eq': {
      const [x, y] = [arg(0), arg(1)];
      return [equalBits(builder, wide(x, common(x, y)), wide(y, common(x, y)))];
    }
    case 'lt': {
      const [x, y] = [arg(0), arg(1)];
      const bits = common(x, y);
      // As signed numbers, an order like that of unsigned ones with the sign inverted.
      const ordered = (value: Value): Literal[] =>
        wide(value, bits).map((bit, at) => (at === bits - 1 ? not(bit) : bit));
      return [not(subtractBits(builder, ordered(x), ordered(y)).isAtLeast)];
    }
    case 'shlBy':
      return shifted(builder, arg(0), arg(1), width, true);
    case 'shrBy':
      return shifted(builder, arg(0), arg(1), width, false);
    case 'cat':
      return wide({ bits: [...arg(1).bits, ...arg(0).bits], signed: false }, width);
    case 'shl':
      return wide({ bits: [...new Array<Literal>(node.amount).fill(0), ...arg(0).bits], signed: arg(0).signed }, width);
    case 'shr':
      return wide({ bits: wide(arg(0), node.amount + width).slice(node.amount), signed: false }, width);
    case 'slice':
      return wide(arg(0), node.low + width).slice(node.low);
    case 'mux': {
      const [one, zero] = [wide(arg(1), width), wide(arg(2), width)];
      const condition = arg(0).bits[0]!;
      return one.map((bit, at) => builder.select(condition, bit, zero[at]!));
    }
  }
}
