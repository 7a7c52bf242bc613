import type { Clamp } from '../../models/graph.ts';
import { lit } from '../lang/combine.ts';
import { rom } from '../lang/memory.ts';
import { module } from '../lang/module.ts';
import type { Bool, SInt, UInt } from '../lang/signal.ts';
import { delay } from '../lang/state.ts';
import { bool, record, type SIntType, sint, type UIntType, uint } from '../lang/types.ts';
import { bitsFor, counter, signedBitsFor } from './counter.ts';
import { clampToBits } from './requantizer.ts';

export interface WideRequantizerParameters {
  /** Added to the sum, one per channel. */
  readonly bias: BigInt64Array;
  /** Of 31 bits, one for all channels or one per channel, see models/graph.ts; rounded to 15 bits here. `shift` is at most 7. */
  readonly multiplier: Int32Array;
  readonly shift: Int32Array;
  /** Width of the incoming sums, and of sum + bias (at most 48). */
  readonly valueBits: number;
  readonly biasedBits: number;
  readonly clamp: Clamp;
}

/** Clocks from a sum to its result. */
export const wideRequantizerDepth = 5;

interface Column {
  readonly type: UIntType | SIntType;
  readonly values: BigInt64Array;
}

const varies = ({ values }: Column) => values.some((value) => value !== values[0]);

/** A multiplier of 31 bits rounded to 15. Source: MultiplyByQuantizedMultiplier(int64_t, int32_t, int). */
const reduced = (multiplier: number): number => (multiplier < 0x7fff0000 ? (multiplier + 0x8000) >> 16 : 0x7fff);

function columnsOf({ bias, multiplier, shift }: WideRequantizerParameters) {
  const biases = Array.from(bias, Number);
  const places = Array.from(shift, (left) => 15 - left);
  return {
    bias: { type: sint(signedBitsFor(Math.min(...biases), Math.max(...biases))), values: bias },
    multiplier: { type: uint(15), values: BigInt64Array.from(multiplier, (each) => BigInt(reduced(each))) },
    places: { type: uint(bitsFor(Math.max(...places))), values: BigInt64Array.from(places, BigInt) },
  } as const satisfies Record<string, Column>;
}

/**
 * Rescaling of the 64-bit sums of int16 layers to int16, one value per clock, five clocks deep: add the bias, multiply by a 15-bit
 * factor, add half, shift right, clamp: one rounding, halves up. Channels come in order, so the tables are read by a counter.
 * Source: TensorFlow Lite's MultiplyByQuantizedMultiplier for 64-bit sums.
 */
export function wideRequantizer(name: string, parameters: WideRequantizerParameters) {
  const { valueBits, biasedBits, clamp } = parameters;
  const channels = parameters.bias.length;
  const columns = columnsOf(parameters);
  const stored = Object.entries<Column>(columns).filter(([, column]) => varies(column));
  const ports = { in: { valid: bool, value: sint(valueBits) }, out: { valid_out: bool, data: sint(16) } };

  return module(name, ports, ({ valid, value }) => {
    const types = Object.fromEntries(stored.map(([key, column]) => [key, column.type]));
    // A table of one entry that all channels share does not vary, so whatever is stored has an entry per channel.
    const contents = Object.fromEntries(stored.map(([key, { values }]) => [key, values]));
    const channel = counter('channel', stored.length === 0 ? 1 : channels, valid);
    const word =
      channel.value === null
        ? null
        : rom('parameters', record(types), channels, contents).read(channel.value, { enable: valid });
    const bias = (word?.bias as SInt | undefined) ?? lit(columns.bias.type, columns.bias.values[0]!);
    const entry = (key: 'multiplier' | 'places'): UInt =>
      (word?.[key] as UInt | undefined) ?? lit(columns[key].type, columns[key].values[0]!);
    /** Takes a table entry along to the next stage; wiring needs no register. */
    const follow = (key: 'multiplier' | 'places', stage: string, now: UInt, enable: Bool): UInt =>
      word?.[key] === undefined ? now : delay(`${key}_of_${stage}`, now, { enable, init: null });

    const summed = delay('summed', valid);
    const total = delay('total', value, { enable: valid, init: null });

    const biased = delay('biased', total.add(bias).wrap(biasedBits), { enable: summed, init: null });
    const factor = follow('multiplier', 'biased', entry('multiplier'), summed);
    const placesOfBiased = follow('places', 'biased', entry('places'), summed);
    const scaling = delay('scaling', summed);

    // The factor is unsigned, so its sign bit adds none to the product.
    const exact = biased.mul(factor.toSInt()).wrap(biasedBits + 15);
    const product = delay('product', exact, { enable: scaling, init: null });
    const placesOfProduct = follow('places', 'product', placesOfBiased, scaling);
    const halving = delay('halving', scaling);

    const fixed = word?.places === undefined ? Number(columns.places.values[0]!) : null;
    const most = Math.max(...Array.from(columns.places.values, Number));
    const sum =
      fixed === null
        ? product.add(lit(uint(1), 1).shlBy(placesOfProduct).shr(1).wrap(most).toSInt())
        : product.add(2 ** (fixed - 1));
    const nudged = delay('nudged', sum, { enable: halving, init: null });
    const places = follow('places', 'nudged', placesOfProduct, halving);
    const shifting = delay('shifting', halving);

    // The result fits 32 bits: checkAccumulators in models.
    const shifted = fixed === null ? nudged.shrBy(places) : nudged.shr(fixed);
    const kept = shifted.width > 32 ? shifted.wrap(32) : shifted;
    const rounded = delay('rounded', kept, { enable: shifting, init: null });
    return { valid_out: delay('rounding_done', shifting), data: clampToBits(rounded, clamp, 16) };
  });
}
