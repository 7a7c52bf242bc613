import type { Clamp } from '../../models/graph.ts';
import type { ElementBits } from '../../models/tensor-type.ts';
import { lit, mux } from '../lang/combine.ts';
import { rom } from '../lang/memory.ts';
import { module } from '../lang/module.ts';
import type { Bool, SInt, UInt } from '../lang/signal.ts';
import { delay } from '../lang/state.ts';
import { bool, record, type SIntType, sint, type UIntType, uint } from '../lang/types.ts';
import { bitsFor, counter, signedBitsFor } from './counter.ts';

export interface RequantizerTables {
  /** Added to the sum; the input zero point's share is already inside. One per channel. */
  readonly bias: BigInt64Array;
  /** One for all channels or one per channel, see models/graph.ts. */
  readonly multiplier: Int32Array;
  readonly shift: Int32Array;
}

export interface RequantizerParameters extends RequantizerTables {
  /** Width of the incoming sums, and of sum + bias (at most 32). */
  readonly valueBits: number;
  readonly biasedBits: number;
  readonly zeroPoint: number;
  readonly clamp: Clamp;
  /** Bits of the result, 8 when absent. */
  readonly outputBits?: ElementBits;
}

/** Pulls a value into the clamp's bounds and into so many bits. */
export function clampToBits(value: SInt, clamp: Clamp, bits: number): SInt {
  if (clamp.min === -(2 ** (bits - 1)) && clamp.max === 2 ** (bits - 1) - 1) return value.sat(bits);
  const wide = value.width < bits ? value.extend(bits) : value;
  const low = mux(wide.lt(clamp.min), lit(sint(wide.width), clamp.min), wide);
  return mux(low.gt(clamp.max), lit(sint(wide.width), clamp.max), low).wrap(bits);
}

/** Division by 2^amount, rounded to nearest, ties away from zero (gemmlowp's RoundingDivideByPOT). */
export function roundingShiftRight(value: SInt, amount: UInt | number): SInt {
  if (amount === 0) return value;
  const negative = value.bit(value.width - 1);
  if (typeof amount === 'number') {
    // Every value is nearer to 0 than to 1; written out, so that no register in front of it is without use.
    if (amount > value.width)
      return value
        .add(2 ** (amount - 1))
        .sub(negative.toUInt().toSInt())
        .shr(amount);
    // The quotient rounded down, and one more from the half on; a negative half itself stays down. No adder for the bits that go.
    const half = value.bit(amount - 1);
    const more = amount === 1 ? half.and(negative.not()) : half.and(negative.not().or(value.bits(amount - 2, 0).ne(0)));
    return value.shr(amount).add(more.toUInt().toSInt());
  }
  const half = lit(uint(1), 1).shlBy(amount).shr(1);
  const fromZero = negative.and(amount.ne(0)).toUInt();
  const nudged = value.add(half.toSInt()).sub(fromZero.toSInt()).as('nudged');
  return nudged.shrBy(amount);
}

/** A table column: the same for every channel (then it is wiring) or one entry per channel (then it is a memory column). */
interface Column {
  readonly type: UIntType | SIntType;
  readonly values: Int32Array | BigInt64Array;
}

function varies({ values }: Column): boolean {
  for (const value of values) if (value !== values[0]) return true;
  return false;
}

function columnsOf({ bias, multiplier, shift }: RequantizerTables) {
  const left = shift.map((s) => Math.max(s, 0));
  const right = shift.map((s) => Math.max(-s, 0));
  const biases = Array.from(bias, Number);
  return {
    bias: { type: sint(signedBitsFor(Math.min(...biases), Math.max(...biases))), values: bias },
    multiplier: { type: uint(31), values: multiplier },
    left: { type: uint(bitsFor(Math.max(...left))), values: left },
    right: { type: uint(bitsFor(Math.max(...right))), values: right },
  } as const satisfies Record<string, Column>;
}

/**
 * Profile A's fixed-point rescaling, one value per clock, five clocks deep: add the bias, multiply by a 31-bit factor keeping the
 * high half (rounded), shift right with a second rounding, add the zero point, clamp. Channels come in order, so the
 * tables are read by a counter. Source: TensorFlow Lite's MultiplyByQuantizedMultiplier with double rounding.
 */
export function requantizer(name: string, parameters: RequantizerParameters) {
  const { valueBits, biasedBits, zeroPoint, clamp, outputBits = 8 } = parameters;
  const channels = parameters.bias.length;
  const columns = columnsOf(parameters);
  const stored = Object.entries<Column>(columns).filter(([, column]) => varies(column));
  const ports = { in: { valid: bool, value: sint(valueBits) }, out: { valid_out: bool, data: sint(outputBits) } };

  return module(name, ports, ({ valid, value }) => {
    const types = Object.fromEntries(stored.map(([key, column]) => [key, column.type]));
    const contents = Object.fromEntries(stored.map(([key, column]) => [key, column.values]));
    const channel = counter('channel', stored.length === 0 ? 1 : channels, valid);
    const word =
      channel.value === null
        ? null
        : rom('parameters', record(types), channels, contents).read(channel.value, { enable: valid });
    const entry = (key: 'multiplier' | 'left' | 'right'): UInt =>
      (word?.[key] as UInt | undefined) ?? lit(columns[key].type, columns[key].values[0]!);
    const bias = (word?.bias as SInt | undefined) ?? lit(columns.bias.type, columns.bias.values[0]!);
    /** Takes a table entry along to the next stage; wiring needs no register. */
    const follow = (key: 'multiplier' | 'left' | 'right', stage: string, now: UInt, enable: Bool): UInt =>
      word?.[key] === undefined ? now : delay(`${key}_of_${stage}`, now, { enable, init: null });

    const summed = delay('summed', valid);
    const total = delay('total', value, { enable: valid, init: null });

    const biased = delay('biased', total.add(bias).wrap(biasedBits), { enable: summed, init: null });
    const factor = follow('multiplier', 'biased', entry('multiplier'), summed);
    const left = follow('left', 'biased', entry('left'), summed);
    const rightOfBiased = follow('right', 'biased', entry('right'), summed);
    const scaling = delay('scaling', summed);

    const mostLeft = Math.max(...columns.left.values);
    const doubled = word?.left === undefined ? biased.shl(mostLeft) : biased.shlBy(left);
    const operand = mostLeft === 0 ? biased : doubled.wrap(32);
    // The factor is unsigned, so its sign bit adds none to the product.
    const exact = operand.mul(factor.toSInt()).wrap(operand.width + 31);
    const product = delay('product', exact, { enable: scaling, init: null });
    const rightOfProduct = follow('right', 'product', rightOfBiased, scaling);
    const halving = delay('halving', scaling);

    // The factor is below 1, so the high half fits the operand's width.
    const half = product.add(2 ** 30).shr(31);
    const high = delay('high', half.wrap(operand.width), { enable: halving, init: null });
    const right = follow('right', 'high', rightOfProduct, halving);
    const shifting = delay('shifting', halving);

    const shifted = roundingShiftRight(high, word?.right === undefined ? columns.right.values[0]! : right);
    const rounded = delay('rounded', shifted.wrap(operand.width), { enable: shifting, init: null });
    return {
      valid_out: delay('rounding_done', shifting),
      data: clampToBits(rounded.add(zeroPoint), clamp, outputBits),
    };
  });
}
