import type { Clamp } from '../../models/graph.ts';
import type { ElementBits } from '../../models/tensor-type.ts';
import { lit } from '../lang/combine.ts';
import { rom } from '../lang/memory.ts';
import { module } from '../lang/module.ts';
import type { SInt, UInt } from '../lang/signal.ts';
import { delay } from '../lang/state.ts';
import { bool, record, type SIntType, sint, type UIntType, uint } from '../lang/types.ts';
import { bitsFor, counter, signedBitsFor } from './counter.ts';
import { clampToBits, roundingShiftRight } from './requantizer.ts';

/**
 * How x becomes x * 2^(shift - 1). `once`: rounded once, halves away from zero (profile power-of-two). `twice`: profile A with the
 * multiplier 2^30: first x * 2^max(shift, 0) / 2 with halves up, then the right shift by max(-shift, 0) with halves away from zero.
 */
export type Roundings = 'once' | 'twice';

export interface ShiftRequantizerParameters {
  /** Added to the sum; the input zero point's share is already inside. One per channel. */
  readonly bias: BigInt64Array;
  /** One for all channels or one per channel, see models/graph.ts; at most 1 where `roundings` is `once`. */
  readonly shift: Int32Array;
  readonly roundings: Roundings;
  /** Width of the incoming sums, and of sum + bias (at most 32). */
  readonly valueBits: number;
  readonly biasedBits: number;
  readonly zeroPoint: number;
  readonly clamp: Clamp;
  /** Bits of the result, 8 when absent. */
  readonly outputBits?: ElementBits;
}

/** Clocks from a sum to its byte. */
export const shiftRequantizerDepth = 3;

interface Column {
  readonly type: UIntType | SIntType;
  readonly values: readonly number[];
}

const varies = ({ values }: Column) => values.some((value) => value !== values[0]);

/** Places to the left and to the right of a channel: (biased << left) >> right, and whether `>> 1` with halves up comes between. */
function columnsOf({ bias, shift, roundings }: ShiftRequantizerParameters, addend: number) {
  const biases = Array.from(bias, (value) => Number(value) + addend);
  const shifts = [...shift];
  const left = shifts.map((places) => (roundings === 'once' ? 0 : Math.max(places, 0)));
  const right = shifts.map((places) => (roundings === 'once' ? 1 - places : Math.max(-places, 0)));
  return {
    bias: { type: sint(signedBitsFor(Math.min(...biases), Math.max(...biases))), values: biases },
    left: { type: uint(bitsFor(Math.max(...left))), values: left },
    right: { type: uint(bitsFor(Math.max(...right))), values: right },
  } as const satisfies Record<string, Column>;
}

/**
 * Where everything below the zero point is clamped away (relu) and all channels shift right alike, negative ties are of no account: all
 * roundings together are `(x + addend) >> places`, and the addend goes into the bias. Null elsewhere.
 */
function halfUp({ shift, roundings, zeroPoint, clamp }: ShiftRequantizerParameters) {
  const first = shift[0]!;
  if (clamp.min < zeroPoint || shift.some((places) => places !== first)) return null;
  if (roundings === 'once') return { places: 1 - first, addend: first === 1 ? 0 : 2 ** -first };
  if (first > 0) return null;
  // floor((floor((x + 1) / 2) + 2^(e - 1)) / 2^e) = floor((x + 1 + 2^e) / 2^(e + 1)) for e > 0.
  return { places: 1 - first, addend: first === 0 ? 1 : 1 + 2 ** -first };
}

/**
 * A requantizer without a multiplier for factors that are powers of two, one value per clock, three clocks deep: add the bias, shift
 * with the profile's roundings, add the zero point, clamp. Channels come in order, so the tables are read by a counter.
 */
export function shiftRequantizer(name: string, parameters: ShiftRequantizerParameters) {
  const { valueBits, biasedBits, roundings, zeroPoint, clamp, outputBits = 8 } = parameters;
  const channels = parameters.bias.length;
  const merged = halfUp(parameters);
  const addend = merged?.addend ?? 0;
  const columns = columnsOf(parameters, addend);
  const most = 2 ** (biasedBits - 1);
  const sumBits = signedBitsFor(addend - most, addend + most - 1);
  const stored = Object.entries<Column>(columns).filter(([, column]) => varies(column));
  const ports = { in: { valid: bool, value: sint(valueBits) }, out: { valid_out: bool, data: sint(outputBits) } };

  return module(name, ports, ({ valid, value }) => {
    const types = Object.fromEntries(stored.map(([key, column]) => [key, column.type]));
    // A table of one entry that all channels share does not vary, so whatever is stored has an entry per channel.
    const contents = Object.fromEntries(stored.map(([key, { values }]) => [key, BigInt64Array.from(values, BigInt)]));
    const channel = counter('channel', stored.length === 0 ? 1 : channels, valid);
    const word =
      channel.value === null
        ? null
        : rom('parameters', record(types), channels, contents).read(channel.value, { enable: valid });
    const bias = (word?.bias as SInt | undefined) ?? lit(columns.bias.type, columns.bias.values[0]!);
    const summed = delay('summed', valid);
    const total = delay('total', value, { enable: valid, init: null });
    const follow = (key: 'left' | 'right'): UInt | number =>
      word?.[key] === undefined
        ? columns[key].values[0]!
        : delay(`${key}_of_biased`, word[key] as UInt, { enable: summed, init: null });

    const biased = delay('biased', total.add(bias).wrap(sumBits), { enable: summed, init: null });
    const left = follow('left');
    const right = follow('right');
    const shifting = delay('shifting', summed);

    const twoSteps = (): SInt => {
      const mostLeft = Math.max(...columns.left.values);
      const doubled = typeof left === 'number' ? biased.shl(left) : biased.shlBy(left);
      const operand = mostLeft === 0 ? biased : doubled.wrap(Math.min(32, biasedBits + mostLeft));
      return roundingShiftRight(roundings === 'once' ? operand : operand.add(1).shr(1), right);
    };
    const quotient = merged === null ? twoSteps() : biased.shr(merged.places);
    const rounded = delay('rounded', quotient, { enable: shifting, init: null });
    const centred = zeroPoint === 0 ? rounded : rounded.add(zeroPoint);
    return { valid_out: delay('rounding_done', shifting), data: clampToBits(centred, clamp, outputBits) };
  });
}
