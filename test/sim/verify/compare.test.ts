import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareBytes, positionOf } from '../../../sim/verify/compare.ts';

const shape = [1, 3, 4, 5];

describe('compareBytes', () => {
  test('equal bytes match', () => {
    const bytes = new Int8Array(120).map((_, at) => at - 60);
    const { equal, first } = compareBytes({
      level: 'rtl',
      layer: 'conv2d_0',
      shape,
      expected: bytes,
      found: bytes.slice(),
      cycles: null,
    });
    expect(equal).toEqual([true, true]);
    expect(first).toBeNull();
  });

  test('any one wrong byte is found with its sample, position, channel, clock and both values', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 179 }), fc.integer({ min: -128, max: 127 }), (at, change) => {
        fc.pre(change !== 0);
        const expected = new Int8Array(180).map((_, index) => index * 7);
        const found = expected.slice();
        found[at]! += change;
        const cycles = new Int32Array(180).map((_, index) => 1000 + 3 * index);
        const { equal, first } = compareBytes({ level: 'rtl', layer: 'pool', shape, expected, found, cycles });
        const sample = Math.floor(at / 60);
        expect(equal).toEqual([0, 1, 2].map((n) => n !== sample));
        const [n, h, w, c] = first!.position as [number, number, number, number];
        expect(n).toBe(0);
        expect((h * 4 + w) * 5 + c).toBe(at % 60);
        expect(first).toMatchObject({
          level: 'rtl',
          layer: 'pool',
          sample,
          index: at % 60,
          channel: c,
          cycle: 1000 + 3 * at,
          expected: expected[at],
          found: found[at],
        });
      }),
    );
  });

  test('fewer found samples than expected ones compare the first samples', () => {
    const expected = new Int8Array(180).fill(3);
    const { equal } = compareBytes({
      level: 'icarus',
      layer: 'x',
      shape,
      expected,
      found: expected.slice(0, 60),
      cycles: null,
    });
    expect(equal).toEqual([true]);
  });
});

test('positionOf counts the last axis fastest', () => {
  expect(positionOf(0, shape)).toEqual([0, 0, 0, 0]);
  expect(positionOf(59, shape)).toEqual([0, 2, 3, 4]);
  expect(positionOf(7, [1, 12])).toEqual([0, 7]);
});
