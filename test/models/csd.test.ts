import { expect, test } from 'vitest';
import { csdDigits } from '../../models/csd.ts';

/** The fewest signed powers of two that add up to each value, by trying: every sum of one more power than before. */
function fewest(limit: number): Map<number, number> {
  const found = new Map([[0, 0]]);
  const powers = Array.from({ length: 11 }, (_, k) => 2 ** k);
  for (let digits = 1, edge = [0]; edge.length > 0; digits += 1) {
    const next: number[] = [];
    for (const value of edge) {
      for (const power of powers) {
        for (const sum of [value + power, value - power]) {
          if (Math.abs(sum) > 4 * limit || found.has(sum)) continue;
          found.set(sum, digits);
          next.push(sum);
        }
      }
    }
    edge = next;
  }
  return found;
}

test('the digits are the fewest signed powers of two, for every weight minus any zero point', () => {
  const expected = fewest(255);
  for (let value = -255; value <= 255; value += 1) expect(csdDigits(value), String(value)).toBe(expected.get(value));
});

test('of wide numbers', () => {
  expect(csdDigits(0x0fffffff)).toBe(2);
  expect(csdDigits(0x05555555)).toBe(14);
});
