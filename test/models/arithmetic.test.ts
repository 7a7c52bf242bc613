import { describe, expect, test } from 'vitest';
import {
  activationRange,
  expOnNegativeValues,
  mbqm,
  oneOverOnePlusX,
  quantizeMultiplier,
  rdpot,
  resolvePadding,
  softmaxScaling,
  srdhm,
} from '../../models/arithmetic.ts';
import { needData, readJson } from '../support/data.ts';
import { seededRandom } from '../support/random.ts';

interface Primitives {
  readonly srdhm: [number, number, number][];
  readonly rdpot: [number, number, number][];
  readonly mbqm: [number, number, number, number][];
  readonly quantize_multiplier: [string, number, number][];
  readonly exp_on_negative_values_q5_26: [number, number][];
  readonly one_over_one_plus_x_q0_31: [number, number][];
}

function doubleOf(hex: string): number {
  return Buffer.from(hex, 'hex').readDoubleBE(0);
}

describe('primitives of the reference kernels', () => {
  const file = 'primitives/primitives_public.json';
  needData('all vectors are equal', [file], (folder) => {
    const vectors = readJson<Primitives>(folder, file);
    const counts: Record<string, number> = {};
    const check = <T>(name: string, list: readonly T[], run: (entry: T) => [unknown, unknown]): void => {
      for (const [index, entry] of list.entries()) {
        const [found, expected] = run(entry);
        expect(found, `${name} ${index}: ${JSON.stringify(entry)}`).toEqual(expected);
      }
      counts[name] = list.length;
    };
    check('srdhm', vectors.srdhm, ([a, b, y]) => [srdhm(a, b), y]);
    check('rdpot', vectors.rdpot, ([x, e, y]) => [rdpot(x, e), y]);
    check('mbqm', vectors.mbqm, ([x, m, s, y]) => [mbqm(x, m, s), y]);
    check('quantizeMultiplier', vectors.quantize_multiplier, ([hex, multiplier, shift]) => [
      quantizeMultiplier(doubleOf(hex)),
      { multiplier, shift },
    ]);
    check('exp', vectors.exp_on_negative_values_q5_26, ([a, y]) => [expOnNegativeValues(a), y]);
    check('reciprocal', vectors.one_over_one_plus_x_q0_31, ([a, y]) => [oneOverOnePlusX(a), y]);
    console.log('primitive vectors equal:', JSON.stringify(counts));
    expect(counts).toEqual({
      srdhm: 1052,
      rdpot: 1204,
      mbqm: 1200,
      quantizeMultiplier: 400,
      exp: 400,
      reciprocal: 400,
    });
  });
});

/** The definitions, in BigInt. */
function srdhmExact(a: number, b: number): number {
  const product = BigInt(a) * BigInt(b);
  const nudge = product >= 0n ? 1n << 30n : 1n - (1n << 30n);
  const result = (product + nudge) / (1n << 31n);
  return Number(result > 2147483647n ? 2147483647n : result);
}

describe('fixed-point arithmetic against its definition', () => {
  const random = seededRandom(20);
  const int32s = [0, 1, -1, 2147483647, -2147483648, 1073741824, -1073741824, 65535, 65536, -65536, -65537];
  for (let i = 0; i < 300; i += 1) int32s.push(random.integer(-2147483648, 2147483647) >> random.integer(0, 30));

  test('srdhm', () => {
    for (const a of int32s) for (const b of int32s) expect(srdhm(a, b)).toBe(srdhmExact(a, b));
  });

  test('rdpot rounds halves away from zero', () => {
    for (const x of int32s) {
      for (let exponent = 0; exponent <= 31; exponent += 1) {
        const magnitude = Math.floor(Math.abs(x) / 2 ** exponent + 0.5);
        expect(rdpot(x, exponent) + 0, `${x} / 2^${exponent}`).toBe(x < 0 ? 0 - magnitude : magnitude);
      }
    }
  });

  test('mbqm is the two roundings one after the other', () => {
    for (const x of int32s) {
      for (const [multiplier, shift] of [
        [1073741824, 0],
        [2147483647, -31],
        [1518500250, -7],
        [1999999999, 3],
        [0, 0],
      ] as const) {
        const left = Number(BigInt.asIntN(32, BigInt(x) << BigInt(Math.max(shift, 0))));
        expect(mbqm(x, multiplier, shift)).toBe(rdpot(srdhmExact(left, multiplier), Math.max(-shift, 0)));
      }
    }
  });
});

describe('quantizeMultiplier', () => {
  test('normalises, rounds up to the next power of two, and drops what is below 2^-32', () => {
    expect(quantizeMultiplier(0)).toEqual({ multiplier: 0, shift: 0 });
    expect(quantizeMultiplier(1)).toEqual({ multiplier: 1073741824, shift: 1 });
    expect(quantizeMultiplier(0.75)).toEqual({ multiplier: 1610612736, shift: 0 });
    expect(quantizeMultiplier(1 - 2 ** -40)).toEqual({ multiplier: 1073741824, shift: 1 });
    expect(quantizeMultiplier(2 ** -32)).toEqual({ multiplier: 1073741824, shift: -31 });
    expect(quantizeMultiplier(2 ** -33)).toEqual({ multiplier: 0, shift: 0 });
    expect(quantizeMultiplier(2 ** -32 * (1 - 2 ** -40))).toEqual({ multiplier: 1073741824, shift: -31 });
    expect(quantizeMultiplier(5e-324)).toEqual({ multiplier: 0, shift: 0 });
  });
});

describe('activation ranges', () => {
  test('cover the four fused activations and stay in int8', () => {
    expect(activationRange('none', 0.1, 5)).toEqual({ min: -128, max: 127 });
    expect(activationRange('relu', 0.1, 5)).toEqual({ min: 5, max: 127 });
    expect(activationRange('relu6', Math.fround(0.1), -128)).toEqual({ min: -128, max: -68 });
    expect(activationRange('reluN1To1', Math.fround(0.4), 120)).toEqual({ min: 117, max: 123 });
    expect(activationRange('reluN1To1', Math.fround(0.1), 120)).toEqual({ min: 110, max: 127 });
    // Halves go away from zero: 1 / 2 becomes 1, -1 / 2 becomes -1.
    expect(activationRange('reluN1To1', 2, 0)).toEqual({ min: -1, max: 1 });
  });
});

describe('padding', () => {
  test('puts the odd pixel after, and reports windows that do not fit', () => {
    expect(resolvePadding('same', 49, 10, 2, 1)).toEqual({ output: 25, before: 4, after: 5 });
    expect(resolvePadding('same', 5, 1, 3, 1)).toEqual({ output: 2, before: 0, after: 0 });
    expect(resolvePadding('same', 3, 3, 1, 2)).toEqual({ output: 3, before: 2, after: 2 });
    expect(resolvePadding('valid', 7, 3, 2, 2)).toEqual({ output: 2, before: 0, after: 0 });
    expect(resolvePadding('valid', 2, 3, 1, 1).output).toBe(0);
  });
});

describe('softmax scaling', () => {
  test('saturates large products and refuses tiny ones', () => {
    expect(softmaxScaling(1, 1e-9)).toBeNull();
    expect(softmaxScaling(Number.NaN, 0.1)).toBeNull();
    expect(softmaxScaling(100, 100)).toEqual({ multiplier: 2147483647, leftShift: 31, diffMin: 0 });
    expect(softmaxScaling(1, 0.0625)).toEqual({ multiplier: 1073741824, leftShift: 23, diffMin: -248 });
  });
});
