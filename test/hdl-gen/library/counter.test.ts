import { expect, test } from 'vitest';
import { lit } from '../../../hdl-gen/lang/combine.ts';
import { module } from '../../../hdl-gen/lang/module.ts';
import { bool, uint } from '../../../hdl-gen/lang/types.ts';
import {
  advanceModulo,
  allOf,
  bitsFor,
  counter,
  nextCount,
  notAtEnd,
  signedBitsFor,
} from '../../../hdl-gen/library/counter.ts';
import { blockOf } from '../../support/block.ts';

test('bitsFor and signedBitsFor are the least widths that hold the range', () => {
  expect([0, 1, 2, 3, 4, 7, 8, 255, 256].map(bitsFor)).toEqual([1, 1, 2, 2, 3, 3, 4, 8, 9]);
  for (let bits = 1; bits <= 48; bits++)
    expect([bits, bitsFor(2 ** bits - 1), bitsFor(2 ** bits)]).toEqual([bits, bits, bits + 1]);
  for (let low = -70; low <= 3; low++) {
    for (let high = Math.max(low, -3); high <= 70; high++) {
      const bits = signedBitsFor(low, high);
      const holds = (width: number) => width >= 1 && -(2 ** (width - 1)) <= low && high < 2 ** (width - 1);
      expect({ low, high, fits: holds(bits), least: !holds(bits - 1) }).toEqual({ low, high, fits: true, least: true });
    }
  }
});

test('nextCount and advanceModulo: every size to 17, every step to twice the size either way, tight and wide registers', () => {
  const wrong: unknown[] = [];
  for (let size = 1; size <= 17; size++) {
    const steps = Array.from({ length: 4 * size + 1 }, (_, index) => index - 2 * size);
    for (const width of [bitsFor(size - 1), bitsFor(size - 1) + 2]) {
      const out = Object.fromEntries([
        ['next', uint(width)],
        ...steps.map((_, index) => [`moved_${index}`, uint(width)] as const),
      ]);
      const block = blockOf(
        module('dut', { in: { at: uint(width) }, out }, ({ at }) => ({
          next: nextCount(at, size),
          ...Object.fromEntries(steps.map((step, index) => [`moved_${index}`, advanceModulo(at, step, size)])),
        })),
      );
      for (let at = 0; at < size; at++) {
        block.clock({ at });
        if (block.out('next') !== (at + 1) % size) wrong.push({ size, width, at, next: block.out('next') });
        for (const [index, step] of steps.entries()) {
          const expected = (((at + step) % size) + size) % size;
          if (block.out(`moved_${index}`) !== expected)
            wrong.push({ size, width, at, step, moved: block.out(`moved_${index}`), expected });
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('counter counts only advanced clocks, tells its last value and starts over', () => {
  for (let size = 2; size <= 17; size++) {
    const ports = { in: { advance: bool }, out: { value: uint(bitsFor(size - 1)), at_last: bool } };
    const block = blockOf(
      module('dut', ports, ({ advance }) => {
        const { value, atLast } = counter('count', size, advance);
        return { value: value!, at_last: atLast! };
      }),
    );
    let count = 0;
    for (let clock = 0; clock < 4 * size; clock++) {
      const advance = clock % 5 !== 2;
      block.clock({ advance });
      expect([size, clock, block.out('value'), block.out('at_last')]).toEqual([
        size,
        clock,
        count,
        count === size - 1 ? 1 : 0,
      ]);
      if (advance) count = (count + 1) % size;
    }
  }
});

test('a count of one needs no register, and null stands for always in allOf and notAtEnd', () => {
  const ports = { in: { a: bool, b: bool, c: bool }, out: { all: bool, some: bool, inner: bool, never: bool } };
  const block = blockOf(
    module('dut', ports, ({ a, b, c }) => {
      expect(counter('single', 1, a)).toEqual({ value: null, atLast: null });
      return {
        all: allOf(a, b, null, c),
        some: allOf(lit(bool, true), null),
        inner: notAtEnd(a, null, b, c),
        never: notAtEnd(a, null, null),
      };
    }),
  );
  expect(block.simulator.registers).toEqual([]);
  for (let row = 0; row < 8; row++) {
    const [a, b, c] = [row & 1, (row >> 1) & 1, row >> 2];
    block.clock({ a, b, c });
    // Loops of one value are always at their end, so `notAtEnd` over only those is never asked for: it then passes the step on.
    expect(['all', 'some', 'inner', 'never'].map(block.out)).toEqual([a & b & c, 1, a & ~(b & c) & 1, a]);
  }
});
