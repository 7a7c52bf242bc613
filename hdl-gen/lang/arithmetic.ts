import type { ExprId } from '../ir/design.ts';
import { maximumOf, minimumOf, widthOf } from '../ir/fold.ts';
import type { BinaryOp } from '../ir/netlist.ts';
import { addNode, type Builder } from './builder.ts';
import { type Rounding, roundedQuotient } from './rounding.ts';

/** Operations that are built from simpler ones; the methods of UInt and SInt of the same names say what they mean. */

/** A value of the module that is being described. */
export interface Operand {
  readonly builder: Builder;
  readonly id: ExprId;
  readonly width: number;
  readonly signed: boolean;
}

function made(model: Operand, id: ExprId, signed = model.signed): Operand {
  return { builder: model.builder, id, width: model.builder.nodes[id]!.width, signed };
}

function constant({ builder, signed }: Operand, value: bigint, width = widthOf(value, signed)): ExprId {
  return addNode(builder, { op: 'const', width, signed, value: value.toString() });
}

function binary(a: Operand, op: BinaryOp, b: ExprId, width: number, signed = a.signed): Operand {
  return made(a, addNode(a.builder, { op, width, signed, args: [a.id, b] }), signed);
}

/** Exact. */
function plus(a: Operand, b: ExprId): Operand {
  return binary(a, 'add', b, Math.max(a.width, a.builder.nodes[b]!.width) + 1);
}

function resized(a: Operand, width: number, signed = a.signed): Operand {
  return made(a, addNode(a.builder, { op: 'extend', width, signed, args: [a.id] }), signed);
}

function bitOf(a: Operand, low: number): Operand {
  return made(a, addNode(a.builder, { op: 'slice', width: 1, signed: false, args: [a.id], low }), false);
}

function isNegative(a: Operand): Operand {
  return binary(a, 'lt', constant(a, 0n, a.width), 1, false);
}

/** The distance from zero as a pattern of the value's own width: that of the most negative value is unsigned. */
export function absolute(a: Operand): ExprId {
  if (!a.signed) return a.id;
  const { builder, width } = a;
  const condition = isNegative(a).id;
  const negated = addNode(builder, { op: 'neg', width, signed: true, args: [a.id] });
  const chosen = addNode(builder, { op: 'mux', width, signed: true, args: [condition, negated, a.id] });
  return resized(made(a, chosen), width, false).id;
}

/** How many bits are 1, as a balanced tree of adders. */
export function populationCount(a: Operand): ExprId {
  let level = Array.from({ length: a.width }, (_, bit) => bitOf(a, bit));
  while (level.length > 1) {
    const next: Operand[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const other = level[at + 1];
      next.push(other === undefined ? level[at]! : plus(level[at]!, other.id));
    }
    level = next;
  }
  return resized(level[0]!, widthOf(BigInt(a.width), false)).id;
}

/** The bit pattern `count` times side by side. */
export function replicated(a: Operand, count: number): ExprId {
  let joined = a;
  for (let copy = 1; copy < count; copy++) joined = binary(joined, 'cat', a.id, joined.width + a.width, false);
  return resized(joined, joined.width, false).id;
}

/** Bit `index` of the pattern; 0 at and beyond the width. */
export function dynamicBit(a: Operand, index: ExprId): ExprId {
  return bitOf(binary(resized(a, a.width, false), 'shrBy', index, a.width), 0).id;
}

/** value / 2^amount, rounded; as wide as the extreme results need. */
export function rounded(a: Operand, amount: number, rounding: Rounding): ExprId {
  const extremes = [minimumOf(a.width, a.signed), maximumOf(a.width, a.signed)];
  const width = Math.max(...extremes.map((value) => widthOf(roundedQuotient(value, amount, rounding), a.signed)));
  if (amount === 0) return resized(a, width).id;
  const { builder, id, width: biasedWidth, signed } = biased(a, amount, rounding);
  const floor = { op: 'shr', width: Math.max(1, biasedWidth - amount), signed, args: [id], amount } as const;
  return resized(made(a, addNode(builder, floor)), width).id;
}

/** What floors to the rounded quotient. */
function biased(a: Operand, amount: number, rounding: Rounding): Operand {
  const half = 1n << BigInt(amount - 1);
  const rest = (half << 1n) - 1n;
  switch (rounding) {
    case 'floor':
      return a;
    case 'ceil':
      return plus(a, constant(a, rest));
    case 'nearestUp':
      return plus(a, constant(a, half));
    case 'nearestAway': {
      const up = plus(a, constant(a, half));
      return a.signed ? binary(up, 'sub', isNegative(a).id, up.width + 1) : up;
    }
    case 'nearestEven': {
      const below = plus(a, constant(a, half - 1n));
      // Beyond the width every bit is the sign.
      if (amount >= a.width && !a.signed) return below;
      return plus(below, bitOf(a, Math.min(amount, a.width - 1)).id);
    }
    case 'zero': {
      if (!a.signed) return a;
      const ones = replicated(isNegative(a), amount);
      return plus(a, ones);
    }
  }
}
