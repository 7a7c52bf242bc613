import type { ExprId } from '../ir/design.ts';
import { minimumOf, wrapValue } from '../ir/fold.ts';

/**
 * Expressions as Verilog text. Verilog's rules for width and sign depend on the context of an operand, so nothing here
 * relies on them: every text has, taken alone, exactly the bits of its node; operands are extended by hand.
 */
export interface Text {
  readonly text: string;
  /** Binding strength: 0 ternary ... 10 primary. */
  readonly level: number;
  /** Whether Verilog itself takes the text as signed. */
  readonly signed: boolean;
  /** The net and lowest bit that this text is a plain part of, when it is. */
  readonly part: { readonly net: string; readonly low: number; readonly netWidth: number } | null;
  /** Nodes with a wire of their own that the text mentions. */
  readonly needs: readonly ExprId[];
}

export const levels = {
  ternary: 0,
  or: 1,
  and: 2,
  bitOr: 3,
  bitXor: 4,
  bitAnd: 5,
  equality: 6,
  relation: 7,
  shift: 8,
  sum: 9,
  product: 10,
  unary: 11,
  primary: 12,
} as const;

export function compose(text: string, level: number, parts: readonly Text[]): Text {
  return { text, level, signed: false, part: null, needs: [...new Set(parts.flatMap((part) => part.needs))] };
}

export function wrapped(text: Text, level: number): string {
  return text.level < level ? `(${text.text})` : text.text;
}

export function prefix(operator: string, operand: Text): Text {
  return compose(`${operator}${wrapped(operand, levels.primary)}`, levels.unary, [operand]);
}

/** Operands of the same operator to the left need no parentheses; anything less obvious than sums and products gets them. */
export function infix(operator: string, level: number, left: Text, right: Text): Text {
  const plain =
    operator === '+' ||
    operator === '&&' ||
    operator === '||' ||
    operator === '&' ||
    operator === '|' ||
    operator === '^';
  const leftText =
    plain && left.level === level
      ? left.text
      : wrapped(left, Math.max(level + 1, level >= levels.equality ? levels.sum : levels.equality));
  const rightText = wrapped(right, Math.max(level + 1, level >= levels.equality ? levels.sum : levels.equality));
  return compose(`${leftText} ${operator} ${rightText}`, level, [left, right]);
}

export function netText(net: string, width: number, signed: boolean, needs: readonly ExprId[] = []): Text {
  return { text: net, level: levels.primary, signed, part: { net, low: 0, netWidth: width }, needs };
}

/** Decimal below 2^32, hexadecimal above; the most negative value has no decimal literal. */
export function constantText(value: string, width: number, signed: boolean, label?: string): Text {
  const make = (text: string, level: number): Text => ({ text, level, signed, part: null, needs: [] });
  if (label !== undefined) return make(label, levels.primary);
  const wanted = wrapValue(BigInt(value), width, signed);
  const sign = signed ? 's' : '';
  const magnitude = wanted < 0n ? -wanted : wanted;
  if (magnitude >= 1n << 32n || (signed && wanted === minimumOf(width, true))) {
    return make(`${width}'${sign}h${BigInt.asUintN(width, wanted).toString(16)}`, levels.primary);
  }
  return wanted < 0n
    ? make(`-${width}'sd${magnitude}`, levels.unary)
    : make(`${width}'${sign}d${wanted}`, levels.primary);
}

/** A negative factor: Verilator wants a minus sign to stand before as many bits as the product has, so it gets none. */
export function factorText(value: string, width: number): Text {
  const pattern = BigInt.asUintN(width, BigInt(value)).toString(16);
  return { text: `${width}'sh${pattern}`, level: levels.primary, signed: true, part: null, needs: [] };
}

export function asSigned(text: Text): Text {
  return text.signed ? text : { ...compose(`$signed(${text.text})`, levels.primary, [text]), signed: true };
}

/** An index: with the top bit of a signed one set, Verilog would take it for a negative number and so for no place at all. */
export function asUnsigned(text: Text): Text {
  return text.signed ? { ...compose(`$unsigned(${text.text})`, levels.primary, [text]), signed: false } : text;
}

/** Both operands with the sign that the operation needs: Verilog takes it as signed only when both are. */
export function sameSign(signed: boolean, a: Text, b: Text): [Text, Text] {
  if (signed) return [asSigned(a), asSigned(b)];
  return a.signed && b.signed ? [asUnsigned(a), b] : [a, b];
}
