import type { ExprId } from '../ir/design.ts';
import { maximumOf, minimumOf, widthOf } from '../ir/fold.ts';
import type { BinaryOp } from '../ir/netlist.ts';
import {
  asInteger,
  binary,
  checkAmount,
  checkBits,
  checkWidth,
  constant,
  describe,
  type Kind,
  type Num,
  named,
  operation,
  Signal,
  unary,
  use,
} from './any-signal.ts';
import { absolute, dynamicBit, type Operand, populationCount, replicated, rounded } from './arithmetic.ts';
import type { Bounded } from './bound.ts';
import { addNode, type Builder, currentBuilder, mistake } from './builder.ts';
import { type Rounding, roundings } from './rounding.ts';

/** A constant of the given width; the value must fit. */
export function literal(kind: Kind, width: number, value: Num | boolean, what: string): Signal {
  const builder = currentBuilder(what);
  const integer = asInteger(value, what);
  const signed = kind === 'sint';
  if (integer < minimumOf(width, signed) || integer > maximumOf(width, signed)) {
    mistake(
      'HDL_LITERAL_RANGE',
      `${what}: ${integer} does not fit in ${kind === 'bool' ? 'a bool' : `${kind}(${width})`}, which holds ${minimumOf(width, signed)} to ${maximumOf(width, signed)}`,
      'use a value in that range or a wider type',
    );
  }
  return wrapSignal(kind, builder, addNode(builder, constant(integer, width, signed)));
}

/** The narrowest constant of the kind that holds the value. */
function narrowest(kind: 'uint' | 'sint', value: Num, what: string): Signal {
  const integer = asInteger(value, what);
  if (kind === 'uint' && integer < 0n) {
    mistake(
      'HDL_LITERAL_RANGE',
      `${what}: ${integer} is negative but the other operand is a uint`,
      'use .toSInt() on the other operand',
    );
  }
  return literal(kind, widthOf(integer, kind === 'sint'), integer, what);
}

export function wrapSignal(kind: Kind, builder: Builder, id: ExprId): Signal {
  if (kind === 'uint') return new UInt(builder, id);
  if (kind === 'sint') return new SInt(builder, id);
  return new Bool(builder, id);
}

function bool(id: ExprId): Bool {
  return new Bool(currentBuilder('this operation'), id);
}

function copies(a: Operand, count: number): UInt {
  if (!Number.isInteger(count) || count < 1)
    mistake('HDL_LENGTH', `.replicate(${count}) makes no bits`, 'use a whole number from 1');
  checkWidth(a.width * count, `.replicate(${count})`);
  return new UInt(a.builder, replicated(a, count));
}

function not(a: Bool): Bool {
  return bool(unary('.not()', 'not', a, 1, false));
}

/** What UInt and SInt share. `Self` is the kind itself: kinds never mix, tsc rejects it. */
export abstract class Integer<Self extends Signal> extends Signal {
  abstract override readonly kind: 'uint' | 'sint';

  protected abstract make(id: ExprId): Self;

  private get signed(): boolean {
    return this.kind === 'sint';
  }

  /** This signal for the functions of arithmetic.ts, checked to be of this module. */
  private used(what: string): Operand {
    return { builder: this.builder, id: use(this, what), width: this.width, signed: this.signed };
  }

  private operand(what: string, value: Self | Num): Signal {
    if (typeof value === 'number' || typeof value === 'bigint') return narrowest(this.kind, value, what);
    if (!(value instanceof Signal) || value.kind !== this.kind) {
      mistake(
        'HDL_KIND',
        `${what}: the operand is ${describe(value)}, but this signal is a ${this.kind}`,
        'convert one of them with .toSInt(), .asSInt(), .asUInt() or .toUInt()',
      );
    }
    return value;
  }

  private compared(what: string, value: Self | Num): Signal {
    if (typeof value === 'number' || typeof value === 'bigint') return literal(this.kind, this.width, value, what);
    return this.operand(what, value);
  }

  private exact(what: string, op: BinaryOp, other: Signal, width: number, signed: boolean): ExprId {
    return binary(what, op, this, other, width, signed);
  }

  /** Gives the value a name; the same value under that name. */
  as(name: string): Self {
    return this.make(named(this, name));
  }

  eq(other: Self | Num): Bool {
    return bool(binary('.eq(...)', 'eq', this, this.compared('.eq(...)', other), 1, false));
  }
  ne(other: Self | Num): Bool {
    return not(bool(binary('.ne(...)', 'eq', this, this.compared('.ne(...)', other), 1, false)));
  }
  lt(other: Self | Num): Bool {
    return bool(binary('.lt(...)', 'lt', this, this.compared('.lt(...)', other), 1, false));
  }
  ge(other: Self | Num): Bool {
    return not(bool(binary('.ge(...)', 'lt', this, this.compared('.ge(...)', other), 1, false)));
  }
  gt(other: Self | Num): Bool {
    return bool(binary('.gt(...)', 'lt', this.compared('.gt(...)', other), this, 1, false));
  }
  le(other: Self | Num): Bool {
    return not(bool(binary('.le(...)', 'lt', this.compared('.le(...)', other), this, 1, false)));
  }

  /** Exact: one bit wider than the wider operand. */
  add(other: Self | Num): Self {
    const b = this.operand('.add(...)', other);
    return this.make(this.exact('.add(...)', 'add', b, Math.max(this.width, b.width) + 1, this.signed));
  }
  /** Exact: as wide as both operands together. */
  mul(other: Self | Num): Self {
    const b = this.operand('.mul(...)', other);
    return this.make(this.exact('.mul(...)', 'mul', b, this.width + b.width, this.signed));
  }
  /** Exact and signed: one bit wider than the wider operand. */
  sub(other: Self | Num): SInt {
    const b = this.operand('.sub(...)', other);
    return new SInt(this.builder, this.exact('.sub(...)', 'sub', b, Math.max(this.width, b.width) + 1, true));
  }
  /** Exact and signed: one bit wider. */
  neg(): SInt {
    return new SInt(this.builder, unary('.neg()', 'neg', this, this.width + 1, true));
  }
  /** Modulo 2^width of this signal: the most negative value stays as it is. */
  negWrap(): Self {
    return this.make(unary('.negWrap()', 'neg', this, this.width, this.signed));
  }
  /** The distance from zero, exact: as wide as this signal. */
  abs(): UInt {
    return new UInt(this.builder, absolute(this.used('.abs()')));
  }
  /** Modulo 2^width of this signal; the operand must not be wider. */
  addWrap(other: Self | Num): Self {
    return this.make(
      this.exact('.addWrap(...)', 'add', this.narrower('.addWrap(...)', other), this.width, this.signed),
    );
  }
  subWrap(other: Self | Num): Self {
    return this.make(
      this.exact('.subWrap(...)', 'sub', this.narrower('.subWrap(...)', other), this.width, this.signed),
    );
  }

  private narrower(what: string, other: Self | Num): Signal {
    const b = this.compared(what, other);
    if (b.width > this.width) {
      mistake(
        'HDL_TOO_WIDE',
        `${what}: the operand has ${b.width} bits but the result only ${this.width}`,
        `say .wrap(${this.width}) or .sat(${this.width}) on the operand`,
      );
    }
    return b;
  }

  and(other: Self | Num): Self {
    return this.bitwise('.and(...)', 'and', other);
  }
  or(other: Self | Num): Self {
    return this.bitwise('.or(...)', 'or', other);
  }
  xor(other: Self | Num): Self {
    return this.bitwise('.xor(...)', 'xor', other);
  }
  private bitwise(what: string, op: BinaryOp, other: Self | Num): Self {
    const b = this.operand(what, other);
    return this.make(this.exact(what, op, b, Math.max(this.width, b.width), this.signed));
  }
  not(): Self {
    return this.make(unary('.not()', 'not', this, this.width, this.signed));
  }

  /** Times 2^amount: grows by `amount` bits. */
  shl(amount: number): Self {
    checkAmount('.shl(...)', amount);
    if (amount === 0) return this.make(use(this, '.shl(...)'));
    return this.make(
      operation('.shl(...)', { op: 'shl', width: this.width + amount, signed: this.signed, args: [this.id], amount }, [
        this,
      ]),
    );
  }
  /** Divided by 2^amount, rounded down: narrower by `amount` bits, at least 1 bit. */
  shr(amount: number): Self {
    checkAmount('.shr(...)', amount);
    if (amount === 0) return this.make(use(this, '.shr(...)'));
    const width = Math.max(1, this.width - amount);
    return this.make(
      operation('.shr(...)', { op: 'shr', width, signed: this.signed, args: [this.id], amount }, [this]),
    );
  }
  /** Divided by 2^amount and rounded, exact: as wide as the largest result needs. Halves go away from zero by default. */
  round(amount: number, rounding: Rounding = 'nearestAway'): Self {
    checkAmount('.round(...)', amount);
    if (!roundings.includes(rounding))
      mistake('HDL_ROUNDING', `.round(...): '${rounding}' is not a way to round`, `use one of ${roundings.join(', ')}`);
    return this.make(rounded(this.used('.round(...)'), amount, rounding));
  }
  /** Times 2^amount: grows by the largest amount. */
  shlBy(amount: UInt): Self {
    checkShift('.shlBy(...)', amount);
    const width = this.width + 2 ** amount.width - 1;
    return this.make(binary('.shlBy(...)', 'shlBy', this, amount, width, this.signed));
  }
  /** Divided by 2^amount, rounded down; keeps the width. */
  shrBy(amount: UInt): Self {
    checkShift('.shrBy(...)', amount);
    return this.make(binary('.shrBy(...)', 'shrBy', this, amount, this.width, this.signed));
  }

  /** The low bits when narrower, the same value when wider. */
  wrap<const W extends number>(width: W): Bounded<Self, W>;
  wrap(width: number): Self {
    checkWidth(width, '.wrap(...)');
    return this.make(unary('.wrap(...)', 'extend', this, width, this.signed));
  }
  /** The same value in more bits; narrowing is an error. */
  extend<const W extends number>(width: W): Bounded<Self, W>;
  extend(width: number): Self {
    checkWidth(width, '.extend(...)');
    if (width < this.width) {
      mistake(
        'HDL_TOO_WIDE',
        `.extend(${width}) would narrow a value of ${this.width} bits`,
        `say .wrap(${width}) or .sat(${width}) to choose what happens to the high bits`,
      );
    }
    return this.make(unary('.extend(...)', 'extend', this, width, this.signed));
  }
  /** The nearest value that fits in `width` bits. */
  sat<const W extends number>(width: W): Bounded<Self, W>;
  sat(width: number): Self {
    checkWidth(width, '.sat(...)');
    if (width >= this.width) return this.wrap(width);
    const low = this.wrap(width);
    const high = literal(this.kind, width, maximumOf(width, this.signed), '.sat(...)');
    const over = this.gt(maximumOf(width, this.signed));
    const upper = operation('.sat(...)', { op: 'mux', width, signed: this.signed, args: [over.id, high.id, low.id] }, [
      low,
    ]);
    if (!this.signed) return this.make(upper);
    const floor = literal(this.kind, width, minimumOf(width, true), '.sat(...)');
    const under = this.lt(minimumOf(width, true));
    return this.make(
      operation('.sat(...)', { op: 'mux', width, signed: true, args: [under.id, floor.id, upper] }, [low]),
    );
  }

  /** The bit pattern read as an unsigned number. */
  asUInt(): UInt {
    return new UInt(this.builder, unary('.asUInt()', 'extend', this, this.width, false));
  }
  /** The bit pattern read as a two's complement number. */
  asSInt(): SInt {
    return new SInt(this.builder, unary('.asSInt()', 'extend', this, this.width, true));
  }

  /** Bit `index`, 0 is the lowest. */
  bit(index: number): Bool {
    checkBits('.bit(...)', index, index, this.width);
    return bool(operation('.bit(...)', { op: 'slice', width: 1, signed: false, args: [this.id], low: index }, [this]));
  }
  /** Bits high..low, both included. */
  bits(high: number, low: number): UInt {
    checkBits('.bits(...)', high, low, this.width);
    const width = high - low + 1;
    return new UInt(
      this.builder,
      operation('.bits(...)', { op: 'slice', width, signed: false, args: [this.id], low }, [this]),
    );
  }
  /** The bit that a signal selects; 0 at and beyond the width. */
  bitAt(index: UInt): Bool {
    checkShift('.bitAt(...)', index);
    return bool(dynamicBit(this.used('.bitAt(...)'), use(index, '.bitAt(...)')));
  }
  /** The bit pattern `count` times side by side. */
  replicate(count: number): UInt {
    return copies(this.used('.replicate(...)'), count);
  }
  /** How many bits are 1. */
  popcount(): UInt {
    return new UInt(this.builder, populationCount(this.used('.popcount()')));
  }
  reduceOr(): Bool {
    return bool(unary('.reduceOr()', 'reduceOr', this, 1, false));
  }
  reduceAnd(): Bool {
    return bool(unary('.reduceAnd()', 'reduceAnd', this, 1, false));
  }
  reduceXor(): Bool {
    return bool(unary('.reduceXor()', 'reduceXor', this, 1, false));
  }
}

function checkShift(what: string, amount: UInt): void {
  if (!(amount instanceof UInt))
    mistake('HDL_KIND', `${what}: the amount is ${describe(amount)}`, 'use a uint, or .shl/.shr for a constant');
  if (amount.width > 16)
    mistake('HDL_SHIFT', `${what}: the amount has ${amount.width} bits`, 'use .wrap(...) to at most 16 bits');
}

/** Unsigned integer of `width` bits. */
export class UInt extends Integer<UInt> {
  readonly kind = 'uint';

  protected make(id: ExprId): UInt {
    return new UInt(this.builder, id);
  }
  /** The same value as a signed number, one bit wider. */
  toSInt(): SInt {
    return new SInt(this.builder, unary('.toSInt()', 'extend', this, this.width + 1, true));
  }
}

/** Two's complement integer of `width` bits. */
export class SInt extends Integer<SInt> {
  readonly kind = 'sint';

  protected make(id: ExprId): SInt {
    return new SInt(this.builder, id);
  }
}

/** One bit, true or false. */
export class Bool extends Signal {
  readonly kind = 'bool';

  as(name: string): Bool {
    return new Bool(this.builder, named(this, name));
  }
  and(other: Bool | boolean): Bool {
    return bool(binary('.and(...)', 'and', this, truth('.and(...)', other), 1, false));
  }
  or(other: Bool | boolean): Bool {
    return bool(binary('.or(...)', 'or', this, truth('.or(...)', other), 1, false));
  }
  xor(other: Bool | boolean): Bool {
    return bool(binary('.xor(...)', 'xor', this, truth('.xor(...)', other), 1, false));
  }
  eq(other: Bool | boolean): Bool {
    return bool(binary('.eq(...)', 'eq', this, truth('.eq(...)', other), 1, false));
  }
  ne(other: Bool | boolean): Bool {
    return bool(binary('.ne(...)', 'xor', this, truth('.ne(...)', other), 1, false));
  }
  not(): Bool {
    return not(this);
  }
  toUInt(): UInt {
    return new UInt(this.builder, use(this, '.toUInt()'));
  }
  /** The bit `count` times side by side. */
  replicate(count: number): UInt {
    const { builder, width } = this;
    return copies({ builder, id: use(this, '.replicate(...)'), width, signed: false }, count);
  }
}

function truth(what: string, value: Bool | boolean): Bool {
  if (typeof value === 'boolean') return literal('bool', 1, value, what) as Bool;
  if (value instanceof Bool) return value;
  return mistake(
    'HDL_KIND',
    `${what}: the operand is ${describe(value)}, but this signal is a bool`,
    'compare it first: .ne(0), .eq(...)',
  );
}
