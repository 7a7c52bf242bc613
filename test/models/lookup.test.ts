/** Tables of functions: against the real functions, and for int8 against gemmlowp's definitions in BigInt. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mbqmWide } from '../../models/arithmetic.ts';
import { leakyReluTable, logisticTable, tanhTable } from '../../models/lookup.ts';
import { divideByPower, factorOf, logistic, rescale, rescaleWide, tanh } from '../support/oracle-arithmetic.ts';

const scales = fc.integer({ min: -12_000, max: 4_000 }).map((n) => Math.fround(2 ** (n / 1000)));
const int8 = fc.integer({ min: -128, max: 127 });

describe('functions of int8', () => {
  test.each([
    ['logistic', logisticTable, logistic, 23, -128, (x: number) => 1 / (1 + Math.exp(-x)), 256],
    ['tanh', tanhTable, tanh, 24, 0, Math.tanh, 128],
  ] as const)('%s equals its definition and is within one step of the real function', (...row) => {
    const [, table, define, places, zero, real, steps] = row;
    fc.assert(
      fc.property(scales, int8, (scale, zeroPoint) => {
        const values = table({ scale, zeroPoint }, { scale: 1 / steps, zeroPoint: zero })!;
        const factor = factorOf(scale * 2 ** 27);
        const radius = Math.floor((15 * 2 ** 27) / 2 ** factor.s);
        for (let q = -128; q < 128; q += 1) {
          const x = q - zeroPoint;
          const inside = Math.abs(x) < radius;
          const exact = inside
            ? Math.max(-128, Math.min(127, Number(divideByPower(define(rescale(BigInt(x), factor)), places)) + zero))
            : x > -radius
              ? 127
              : -128;
          expect(values[q + 128], `${q}`).toBe(exact);
          const wanted = Math.max(-128, Math.min(127, real(scale * x) * steps + zero));
          // Where the format ends, at 15, the function is at its ends, too; a scale above 15 has no inside.
          if (scale <= 4) expect(Math.abs(values[q + 128]! - wanted)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('known values: the logistic function of 0 and of plus and minus 2', () => {
    const values = logisticTable({ scale: 1 / 16, zeroPoint: 0 }, { scale: 1 / 256, zeroPoint: -128 })!;
    // 256 / (1 + e^-2) = 225.5, 256 / (1 + e^2) = 30.5
    expect([...[0, 32, -32].map((q) => values[q + 128]! + 128)]).toEqual([128, 225, 31]);
  });
});

describe('functions of int16', () => {
  test.each([
    ['logistic', logisticTable, (x: number) => 1 / (1 + Math.exp(-x))],
    ['tanh', tanhTable, Math.tanh],
  ] as const)('%s follows the real function within four steps of 1/32768', (_name, table, real) => {
    for (const scale of [2 ** -12, 2 ** -11, 2 ** -14, Math.fround(0.0003), Math.fround(0.001), 0.25]) {
      const values = table({ type: 'int16', scale, zeroPoint: 0 }, { type: 'int16', scale: 1 / 32768, zeroPoint: 0 })!;
      expect(values.length).toBe(65536);
      let worst = 0;
      for (let q = -32768; q < 32768; q += 7) {
        const x = scale * q;
        // The table of the reference ends at 10.6 (for tanh at 5.3) and is coarse there.
        worst = Math.max(worst, Math.abs(values[q + 32768]! - Math.max(-32768, Math.min(32767, real(x) * 32768))));
      }
      expect(worst, `scale ${scale}`).toBeLessThan(12);
    }
  });

  test('hand-checked: interpolation between two entries of the table, on both sides of 0', () => {
    const at = (scale: number) => {
      const output = { type: 'int16' as const, scale: 1 / 32768, zeroPoint: 0 };
      return logisticTable({ type: 'int16', scale, zeroPoint: 0 }, output)!;
    };
    // Scale 2^-12: q = 1000 gives 3000 steps, entry 5 (36169), 440 of 512 of the way to entry 6 (36843):
    // (36169 * 512 + 440 * 674 + 512) / 1024 = 18374.6; below 0: (2^25 - 18814888 + 511) / 1024 = 14394.4.
    expect([1000, -1000].map((q) => at(2 ** -12)[q + 32768])).toEqual([18374, 14394]);
    // Scale 2^-13: the multiplier 1.5 is doubled to 24576 with 14 places, the same steps for twice the q.
    expect([2000, -2000].map((q) => at(2 ** -13)[q + 32768])).toEqual([18374, 14394]);
    expect([0, 32767, -32768].map((q) => at(2 ** -10)[q + 32768])).toEqual([16384, 32767, 1]);
  });

  test('an input scale beyond the multiplier of 16 bits has no table', () => {
    const output = { type: 'int16' as const, scale: 1 / 32768, zeroPoint: 0 };
    expect(logisticTable({ type: 'int16', scale: 3, zeroPoint: 0 }, output)).toBeNull();
    expect(tanhTable({ type: 'int16', scale: 2, zeroPoint: 0 }, output)).not.toBeNull();
  });
});

describe('leaky relu', () => {
  test('has one factor on each side of the zero point; alpha may be negative or above 1', () => {
    const input = { scale: 0.5, zeroPoint: 10 };
    const output = { scale: 0.25, zeroPoint: -3 };
    const values = leakyReluTable(input, output, -0.5)!;
    // q = 20 stands for 5, which is 20 steps of the output; q = 0 for -5, times -0.5 is 2.5, 10 steps.
    expect([20, 10, 0].map((q) => values[q + 128])).toEqual([17, -3, 7]);
    expect([...leakyReluTable(input, output, 3)!.slice(128 + 8, 128 + 10)]).toEqual([-15, -9]);
  });

  test('factors that 32 bits do not hold have no table', () => {
    expect(leakyReluTable({ scale: 1, zeroPoint: 0 }, { scale: Math.fround(2 ** -40), zeroPoint: 0 }, 0.1)).toBeNull();
    expect(leakyReluTable({ scale: 1, zeroPoint: 0 }, { scale: 1, zeroPoint: 0 }, Number.NaN)).toBeNull();
  });
});

test('mbqmWide equals its definition wherever the result fits 32 bits', () => {
  const sums = fc.oneof(
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    fc.bigInt({ min: -(2n ** 47n), max: 2n ** 47n - 1n }).map(Number),
  );
  const multiplier = fc.oneof(
    fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }),
    fc.constantFrom(0x7fff0000, 0x7ffeffff, 0),
  );
  let compared = 0;
  fc.assert(
    fc.property(sums, multiplier, fc.integer({ min: -31, max: 7 }), (x, m, s) => {
      const exact = rescaleWide(BigInt(x), { m: BigInt(m), s });
      if (exact >= 2n ** 31n || exact < -(2n ** 31n)) return;
      compared += 1;
      expect(mbqmWide(x, m, s)).toBe(Number(exact));
    }),
    { numRuns: 5000 },
  );
  expect(compared).toBeGreaterThan(2000);
  // Ties go up: 3 * 2^14 / 2^15 = 1.5 and -1.5.
  expect([mbqmWide(3, 2 ** 30, 0), mbqmWide(-3, 2 ** 30, 0)]).toEqual([2, -1]);
});
