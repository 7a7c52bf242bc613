import { describe, expect, test } from 'vitest';
import { elaborate } from '../../../hdl-gen/ir/elaborate.ts';
import { maximumOf, minimumOf } from '../../../hdl-gen/ir/fold.ts';
import { max, min, replaceAt } from '../../../hdl-gen/lang/combine.ts';
import { design, module, unused } from '../../../hdl-gen/lang/module.ts';
import { type Rounding, roundings } from '../../../hdl-gen/lang/rounding.ts';
import type { SInt, UInt } from '../../../hdl-gen/lang/signal.ts';
import { sint, uint } from '../../../hdl-gen/lang/types.ts';
import { runRows } from '../../support/verilog.ts';

/** Runs an operation on every value of a type; the results as integers of their kind, and their width. */
function onEvery(
  signed: boolean,
  width: number,
  operation: (a: UInt | SInt) => UInt | SInt,
): { readonly width: number; readonly results: (readonly [bigint, bigint])[] } {
  const type = signed ? sint(width) : uint(width);
  let result: UInt | SInt | undefined;
  module('probe', { in: { a: type }, out: {} }, ({ a }) => {
    result = operation(a);
    return {};
  });
  const made = result!;
  const out = made.kind === 'sint' ? sint(made.width) : uint(made.width);
  const netlist = elaborate(
    design(
      module('m', { in: { a: type }, out: { y: out } }, ({ a }) => {
        unused(a);
        return { y: operation(a) as UInt };
      }),
    ),
  );
  const values: bigint[] = [];
  for (let value = minimumOf(width, signed); value <= maximumOf(width, signed); value++) values.push(value);
  const rows = runRows(
    netlist,
    values.map((value) => [value]),
  );
  const read = (bits: bigint): bigint => (made.kind === 'sint' ? BigInt.asIntN(made.width, bits) : bits);
  return { width: made.width, results: values.map((value, at) => [value, read(rows[at]![0]!)] as const) };
}

/** The nearest multiples of 2^amount by a search over integers, with no shift: independent of the language's own formula. */
function searched(value: bigint, amount: number, rounding: Rounding): bigint {
  const unit = 2n ** BigInt(amount);
  const size = (n: bigint): bigint => (n < 0n ? -n : n);
  const near = [-1n, 0n, 1n].map((step) => value / unit + step);
  if (rounding === 'floor') return near.filter((n) => n * unit <= value).at(-1)!;
  if (rounding === 'ceil') return near.find((n) => n * unit >= value)!;
  if (rounding === 'zero') return value / unit;
  const distance = near.map((n) => size(n * unit - value));
  const least = distance.toSorted((a, b) => Number(a - b))[0];
  const best = near.filter((_, at) => distance[at] === least);
  if (rounding === 'nearestUp') return best.at(-1)!;
  if (rounding === 'nearestEven') return best.find((n) => best.length === 1 || n % 2n === 0n)!;
  return best.reduce((a, b) => (size(a) > size(b) ? a : b));
}

describe('.round on every value of every width up to 6 and every amount', () => {
  for (const rounding of roundings) {
    test(rounding, () => {
      for (const signed of [false, true]) {
        for (let width = 1; width <= 6; width++) {
          for (let amount = 0; amount <= width + 2; amount++) {
            const { results, width: made } = onEvery(signed, width, (a) => a.round(amount, rounding));
            const wanted = results.map(([value]) => [value, searched(value, amount, rounding)] as const);
            expect({ signed, width, amount, results }).toEqual({ signed, width, amount, results: wanted });
            // Exact and not a bit wider than the results need.
            const narrower = made - 1;
            const needed = wanted.some(
              ([, y]) => narrower < 1 || y < minimumOf(narrower, signed) || y > maximumOf(narrower, signed),
            );
            expect({ signed, width, amount, needed }).toEqual({ signed, width, amount, needed: true });
          }
        }
      }
    });
  }
});

test('abs, negWrap, popcount, replicate, min and max with a constant, on every value', () => {
  for (const signed of [false, true]) {
    for (let width = 1; width <= 7; width++) {
      const every = (operation: (a: UInt | SInt) => UInt | SInt): readonly (readonly [bigint, bigint])[] =>
        onEvery(signed, width, operation).results;
      const pattern = (value: bigint): bigint => BigInt.asUintN(width, value);
      for (const [value, y] of every((a) => a.abs())) expect(y).toBe(value < 0n ? -value : value);
      for (const [value, y] of every((a) => a.negWrap()))
        expect(y).toBe(signed ? BigInt.asIntN(width, -value) : BigInt.asUintN(width, -value));
      for (const [value, y] of every((a) => a.popcount()))
        expect(y).toBe(BigInt([...pattern(value).toString(2)].filter((bit) => bit === '1').length));
      for (const [value, y] of every((a) => a.replicate(3)))
        expect(y).toBe(BigInt(`0b${pattern(value).toString(2).padStart(width, '0').repeat(3)}`));
      const limit = signed ? -1n : 1n;
      for (const [value, y] of every((a) => (a.kind === 'sint' ? min(a, -1) : min(1, a))))
        expect(y).toBe(value < limit ? value : limit);
      for (const [value, y] of every((a) => (a.kind === 'sint' ? max(-1, a) : max(a, 1))))
        expect(y).toBe(value > limit ? value : limit);
    }
  }
});

test('a bit and an element at an index in hardware; beyond the end: 0, and nothing replaced', () => {
  const made = module('m', { in: { a: uint(5), at: uint(3) }, out: { one: uint(1), ones: uint(5) } }, ({ a, at }) => {
    const bits = Array.from({ length: 5 }, (_, bit) => a.bit(bit).toUInt());
    const replaced = replaceAt(at, bits, a.bit(0).not().toUInt());
    return { one: a.bitAt(at).toUInt(), ones: replaced.reduce((x, y) => x.add(y)).wrap(5) };
  });
  for (let at = 0; at < 8; at++) {
    const [[bit, ones]] = runRows(elaborate(design(made)), [[0b10110n, BigInt(at)]]) as [[bigint, bigint]];
    expect({ at, bit }).toEqual({ at, bit: at < 5 ? (0b10110n >> BigInt(at)) & 1n : 0n });
    expect({ at, ones }).toEqual({ at, ones: 3n + (at < 5 && bit === 0n ? 1n : 0n) });
  }
});
