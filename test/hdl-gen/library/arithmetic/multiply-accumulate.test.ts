import { expect, test } from 'vitest';
import { emitVerilog } from '../../../../hdl-gen/emit/verilog.ts';
import { design } from '../../../../hdl-gen/lang/module.ts';
import {
  MultiplyAccumulate,
  type MultiplyAccumulateParameters,
  multiplierForms,
} from '../../../../hdl-gen/library/arithmetic/multiply-accumulate.ts';
import { blockOf, lanes } from '../../../support/block.ts';
import { seededRandom } from '../../../support/random.ts';

const rangeOf = (signed: boolean, bits: number): readonly [low: number, high: number] =>
  signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];

const everySign = [true, false].flatMap((aSigned) => [true, false].map((bSigned) => ({ aSigned, bSigned })));
const wrapped = (value: bigint, bits: number): number => Number(BigInt.asIntN(bits, value));

/** What the block must give. */
function truth(a: readonly number[], b: readonly number[], accumulator: number, bits: number): number {
  const products = a.map((value, term) => BigInt(value) * BigInt(b[term]!));
  return wrapped(
    products.reduce((sum, product) => sum + product, BigInt(accumulator)),
    bits,
  );
}

/** Drives one combinational block; fails with the operands that give another sum. */
function checker(parameters: MultiplyAccumulateParameters) {
  const block = blockOf(MultiplyAccumulate(parameters));
  return (a: readonly number[], b: readonly number[], accumulator: number): void => {
    block.clock({ ...lanes('a', a), ...lanes('b', b), accumulator });
    const total = block.out('total');
    const wanted = truth(a, b, accumulator, parameters.accumulatorBits);
    if (total !== wanted) expect({ a, b, accumulator, total }).toEqual({ a, b, accumulator, total: wanted });
  };
}

for (const form of multiplierForms) {
  test(`${form}: every operand and every accumulator of small widths, in every mix of signs`, () => {
    for (const signs of everySign) {
      for (const [aBits, bBits, accumulatorBits] of [
        [1, 1, 2],
        [1, 3, 5],
        [3, 1, 1],
        [2, 4, 7],
        [4, 3, 3],
        [4, 4, 6],
      ] as const) {
        const check = checker({ form, terms: 1, aBits, bBits, accumulatorBits, ...signs });
        const [a0, a1] = rangeOf(signs.aSigned, aBits);
        const [b0, b1] = rangeOf(signs.bSigned, bBits);
        const [s0, s1] = rangeOf(true, accumulatorBits);
        for (let a = a0; a <= a1; a++) {
          for (let b = b0; b <= b1; b++) for (let s = s0; s <= s1; s++) check([a], [b], s);
        }
      }
    }
  });

  test(`${form}: every pair of bytes in every mix of signs, 32-bit accumulator`, () => {
    const random = seededRandom(1);
    for (const signs of everySign) {
      const check = checker({ form, terms: 1, aBits: 8, bBits: 8, accumulatorBits: 32, ...signs });
      const [a0, a1] = rangeOf(signs.aSigned, 8);
      const [b0, b1] = rangeOf(signs.bSigned, 8);
      for (let a = a0; a <= a1; a++) {
        for (let b = b0; b <= b1; b++) check([a], [b], random.integer(-(2 ** 31), 2 ** 31 - 1));
      }
    }
  });

  test(`${form}: corners and random operands, 1 to 9 terms, 16 x 8 and other widths, accumulators that overflow`, () => {
    const random = seededRandom(2);
    const drawn = (signed: boolean, bits: number): number => {
      const [low, high] = rangeOf(signed, bits);
      const corners = [low, high, 0, 1, signed ? -1 : high - 1, low + 1];
      return random.integer(0, 1) === 0 ? corners[random.integer(0, 5)]! : random.integer(low, high);
    };
    for (const signs of everySign) {
      for (const [terms, aBits, bBits, accumulatorBits] of [
        [1, 16, 8, 32],
        [1, 16, 16, 40],
        [2, 8, 8, 32],
        [3, 16, 8, 32],
        [9, 8, 8, 20],
        [4, 8, 5, 12],
      ] as const) {
        const check = checker({ form, terms, aBits, bBits, accumulatorBits, ...signs });
        for (let turn = 0; turn < 400; turn++) {
          const a = Array.from({ length: terms }, () => drawn(signs.aSigned, aBits));
          const b = Array.from({ length: terms }, () => drawn(signs.bSigned, bBits));
          check(a, b, drawn(true, accumulatorBits));
        }
      }
    }
  });
}

test('only the plain form leaves a multiplication to synthesis', () => {
  const shape = { terms: 2, aBits: 8, bBits: 8, aSigned: false, bSigned: true, accumulatorBits: 24 };
  for (const form of multiplierForms) {
    const text = emitVerilog(design(MultiplyAccumulate({ form, ...shape })), { sourceLines: false }).files[0]!.text;
    expect(/\*(?!\))/.test(text.replaceAll(/\/\/.*|\/\*.*?\*\//g, ''))).toBe(form === 'plain');
  }
});
