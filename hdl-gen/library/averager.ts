import type { Clamp } from '../../models/graph.ts';
import type { ElementBits } from '../../models/tensor-type.ts';
import type { Num } from '../lang/any-signal.ts';
import { lit, mux } from '../lang/combine.ts';
import { generator, module, unused } from '../lang/module.ts';
import type { UInt } from '../lang/signal.ts';
import { delay } from '../lang/state.ts';
import { bool, sint, uint } from '../lang/types.ts';
import { bitsFor } from './counter.ts';
import { clampToBits } from './requantizer.ts';

/** Division of 0..largest by each divisor as multiply and shift: floor(n * factor >> shift) = floor(n / divisor), proved by the bound below. */
export function reciprocals(
  divisors: readonly number[],
  largest: number,
): { readonly factors: readonly bigint[]; readonly shift: number } {
  for (let shift = 0; ; shift++) {
    const one = 1n << BigInt(shift);
    const factors = divisors.map((divisor) => (one + BigInt(divisor) - 1n) / BigInt(divisor));
    // factor / 2^shift exceeds 1 / divisor by error / (divisor * 2^shift); harmless while largest * error < 2^shift.
    const harmless = (divisor: number, index: number) =>
      BigInt(largest) * (factors[index]! * BigInt(divisor) - one) < one;
    if (divisors.every(harmless)) return { factors, shift };
  }
}

interface AveragerParameters {
  readonly valueBits: number;
  readonly counts: readonly number[];
  readonly clamp: Clamp;
  readonly bits?: ElementBits;
}

/**
 * Average of `count` values of `bits` bits (8 when absent) from their sum, rounded to nearest with ties away from zero, one per clock, four clocks deep.
 * `counts` are the numbers of taps that occur: several where windows hang over the image's edge.
 * Source: TensorFlow Lite's integer average pool.
 */
export const Averager = generator(({ valueBits, counts, clamp, bits = 8 }: AveragerParameters) => {
  const largestCount = Math.max(...counts);
  const largest = 2 ** (bits - 1) * largestCount + Math.floor(largestCount / 2);
  const { factors, shift } = reciprocals(counts, largest);
  const magnitudeBits = bitsFor(largest);
  const factorBits = Math.max(...factors.map((factor) => factor.toString(2).length));
  const countBits = bitsFor(largestCount);
  return module(
    `averager_${valueBits}_of_${counts.join('_')}_${clamp.min}to${clamp.max}${bits === 8 ? '' : `_${bits}b`}`.replaceAll(
      '-',
      'n',
    ),
    {
      in: { valid: bool, value: sint(valueBits), count: uint(countBits) },
      out: { valid_out: bool, data: sint(bits) },
    },
    ({ valid, value, count }) => {
      if (counts.length === 1) unused(count);
      const summed = delay('summed', valid);
      const total = delay('total', value, { enable: valid, init: null });
      const taps = counts.length > 1 ? delay('taps', count, { enable: valid, init: null }) : null;
      const choose = (values: readonly Num[], width: number): UInt =>
        values
          .slice(1)
          .reduce<UInt>(
            (otherwise, constant, index) => mux(taps!.eq(counts[index + 1]!), lit(uint(width), constant), otherwise),
            lit(uint(width), values[0]!),
          );

      const negative = total.bit(valueBits - 1);
      const absolute = mux(negative, total.neg(), total.extend(valueBits + 1)).asUInt();
      const half = choose(
        counts.map((n) => Math.floor(n / 2)),
        bitsFor(Math.floor(largestCount / 2)),
      );
      const magnitude = delay('magnitude', absolute.add(half).wrap(magnitudeBits), { enable: summed, init: null });
      const factor =
        counts.length > 1
          ? delay('factor', choose(factors, factorBits), { enable: summed, init: null })
          : lit(uint(factorBits), factors[0]!);
      const magnitudeNegative = delay('magnitude_negative', negative, { enable: summed, init: null });
      const scaling = delay('scaling', summed);

      const product = delay('product', magnitude.mul(factor), { enable: scaling, init: null });
      const productNegative = delay('product_negative', magnitudeNegative, { enable: scaling, init: null });
      const dividing = delay('dividing', scaling);

      const quotient = product
        .shr(shift)
        .wrap(bits + 1)
        .toSInt();
      const average = delay('average', mux(productNegative, quotient.neg(), quotient.extend(bits + 3)), {
        enable: dividing,
        init: null,
      });
      return { valid_out: delay('divided', dividing), data: clampToBits(average, clamp, bits) };
    },
  );
});
