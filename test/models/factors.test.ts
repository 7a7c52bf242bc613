/** Multiplier tables of layers without weights: outputs alone rarely show in which precision a quotient was formed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addFactors, matMulFactor, meanFactor, mulFactor, quantizeFactor, reluFactor } from '../../models/factors.ts';
import { factorOf } from '../support/oracle-arithmetic.ts';

const scale = fc.integer({ min: -12_000, max: 4_000 }).map((n) => Math.fround(2 ** (n / 1000)));
const one = (real: number): { multiplier: number; shift: number } => {
  const { m, s } = factorOf(real);
  return { multiplier: Number(m), shift: s };
};
const f32 = Math.fround;

describe('against their definitions', () => {
  test('additions divide doubles, subtractions float32 values', () => {
    const differences = new Set<boolean>();
    fc.assert(
      fc.property(scale, scale, scale, fc.boolean(), (a, b, output, wide) => {
        const type = wide ? ('int16' as const) : ('int8' as const);
        const tensors = [a, b, output].map((value) => ({ scale: value, type })) as [never, never, never];
        const [add, sub] = [addFactors('add', ...tensors), addFactors('sub', ...tensors)];
        const places = wide ? 15 : 20;
        const twice = 2 * Math.max(a, b);
        const real = twice / (2 ** places * output);
        expect(add).toEqual({ leftShift: places, first: one(a / twice), second: one(b / twice), rescale: one(real) });
        expect(sub).toEqual({
          leftShift: places,
          first: one(f32(a / twice)),
          second: one(f32(b / twice)),
          rescale: one(f32(real)),
        });
        differences.add(add.rescale.multiplier === sub.rescale.multiplier);
      }),
    );
    expect(differences.has(false)).toBe(true);
  });

  test('products, rescaling and matrix products', () => {
    fc.assert(
      fc.property(scale, scale, scale, (a, b, output) => {
        const [first, second, to] = [{ scale: a }, { scale: b }, { scale: output }];
        expect(mulFactor(first, second, to)).toEqual(one((a * b) / output));
        expect(matMulFactor(first, second, to)).toEqual(one(f32(a * b) / output));
        expect(quantizeFactor(first, to)).toEqual(one(a / output));
        expect(reluFactor(first, to)).toEqual(one(f32(a / output)));
      }),
    );
  });

  test('a mean takes its factor times the largest power of two in the count, and divides by the count', () => {
    fc.assert(
      fc.property(scale, scale, fc.integer({ min: 1, max: 100_000 }), (a, output, count) => {
        const { m, s } = factorOf(a / output);
        const places = Math.min(count.toString(2).length - 1, 31 + s);
        expect(meanFactor({ scale: a }, { scale: output }, count)).toEqual({
          multiplier: Number((m * 2n ** BigInt(places)) / BigInt(count)),
          shift: s - places,
        });
      }),
    );
  });
});

test('a factor so small that the shift would pass -31 keeps it', () => {
  // 2^-32 is 2^30 * 2^(-31 - 31), and no further place can be taken.
  expect(meanFactor({ scale: 1 }, { scale: 2 ** 32 }, 4)).toEqual({ multiplier: 268435456, shift: -31 });
});
