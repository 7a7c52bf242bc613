import type { ExprId } from '../ir/design.ts';
import { maximumOf, minimumOf, widthOf } from '../ir/fold.ts';
import { addNode, mistake } from './builder.ts';
import { type Rounding, roundedQuotient, roundings } from './rounding.ts';
import { type Bool, checkAmount, checkShift, checkWidth, SInt, UInt, use } from './signal.ts';

/** Operations that are built from simpler ones; the methods of UInt and SInt of the same names say what they mean. */

/** The distance from zero as a pattern of the value's own width: that of the most negative value is unsigned. */
export function absolute(value: UInt | SInt): UInt {
  if (value instanceof UInt) return value;
  const { builder, width } = value;
  const args = [value.lt(0).id, value.negWrap().id, value.id] as const;
  return new SInt(builder, addNode(builder, { op: 'mux', width, signed: true, args })).asUInt();
}

/** How many bits are 1, as a balanced tree of adders. */
export function populationCount(value: UInt | SInt): UInt {
  let level: UInt[] = Array.from({ length: value.width }, (_, bit) => value.bit(bit).toUInt());
  while (level.length > 1) {
    const next: UInt[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const a = level[at]!;
      const b = level[at + 1];
      next.push(b === undefined ? a : a.add(b));
    }
    level = next;
  }
  return level[0]!.wrap(widthOf(BigInt(value.width), false));
}

/** The bit pattern `count` times side by side. */
export function replicated(value: UInt | SInt | Bool, count: number): UInt {
  const { builder } = value;
  if (!Number.isInteger(count) || count < 1)
    mistake('HDL_LENGTH', `.replicate(${count}) makes no bits`, 'use a whole number from 1');
  checkWidth(value.width * count, `.replicate(${count})`);
  let id = use(value, '.replicate(...)');
  let width = value.width;
  for (let copy = 1; copy < count; copy++) {
    width += value.width;
    id = addNode(builder, { op: 'cat', width, signed: false, args: [id, value.id] });
  }
  return new UInt(builder, addNode(builder, { op: 'extend', width, signed: false, args: [id] }));
}

/** Bit `index` of the pattern; 0 at and beyond the width. */
export function dynamicBit(value: UInt | SInt, index: UInt): Bool {
  checkShift('.bitAt(...)', index);
  return value.asUInt().shrBy(index).bit(0);
}

/** value / 2^amount, rounded; as wide as the extreme results need. */
export function rounded(value: UInt | SInt, amount: number, rounding: Rounding): ExprId {
  checkAmount('.round(...)', amount);
  if (!roundings.includes(rounding))
    mistake('HDL_ROUNDING', `.round(...): '${rounding}' is not a way to round`, `use one of ${roundings.join(', ')}`);
  use(value, '.round(...)');
  const signed = value instanceof SInt;
  const width = Math.max(
    ...[minimumOf(value.width, signed), maximumOf(value.width, signed)].map((extreme) =>
      widthOf(roundedQuotient(extreme, amount, rounding), signed),
    ),
  );
  if (amount === 0) return value.wrap(width).id;
  return biased(value, amount, rounding).shr(amount).wrap(width).id;
}

/** What floors to the rounded quotient. */
function biased(value: UInt | SInt, amount: number, rounding: Rounding): UInt | SInt {
  const half = 1n << BigInt(amount - 1);
  const rest = (half << 1n) - 1n;
  switch (rounding) {
    case 'floor':
      return value;
    case 'ceil':
      return value.add(rest);
    case 'nearestUp':
      return value.add(half);
    case 'nearestAway':
      return value instanceof SInt ? value.add(half).sub(sign(value)) : value.add(half);
    case 'nearestEven': {
      if (value instanceof UInt) {
        const even = value.add(half - 1n);
        return amount < value.width ? even.add(value.bit(amount).toUInt()) : even;
      }
      const odd = value.bit(Math.min(amount, value.width - 1));
      return value.add(half - 1n).add(odd.toUInt().toSInt());
    }
    case 'zero':
      return value instanceof SInt ? value.add(value.lt(0).replicate(amount).toSInt()) : value;
  }
}

function sign(value: SInt): SInt {
  return value.lt(0).toUInt().toSInt();
}
