import { expect, test } from 'vitest';
import { Averager, reciprocals } from '../../../hdl-gen/library/averager.ts';
import { signedBitsFor } from '../../../hdl-gen/library/counter.ts';
import { clampTo } from '../../../models/arithmetic.ts';
import type { Clamp } from '../../../models/graph.ts';
import { blockOf } from '../../support/block.ts';

/** Clocks from a sum to its byte, as the block's description says. */
const depth = 4;

/** TensorFlow Lite: half the count is added away from zero, then the division drops the rest. */
const average = (sum: number, count: number, clamp: Clamp): number => {
  const nudged = sum < 0 ? sum - Math.floor(count / 2) : sum + Math.floor(count / 2);
  return clampTo(Math.trunc(nudged / count), clamp.min, clamp.max);
};

const int8: Clamp = { min: -128, max: 127 };

test.each<{ counts: number[]; clamp: Clamp }>([
  { counts: [1], clamp: int8 },
  { counts: [2], clamp: int8 },
  { counts: [3], clamp: { min: -5, max: 90 } },
  { counts: [4], clamp: int8 },
  { counts: [7], clamp: { min: 0, max: 0 } },
  { counts: [9], clamp: int8 },
  { counts: [25], clamp: { min: -128, max: 13 } },
  { counts: [125], clamp: int8 },
  { counts: [1, 2], clamp: int8 },
  { counts: [2, 3, 4, 6, 9], clamp: int8 },
  { counts: [1, 2, 3, 4, 5, 6, 7, 8], clamp: { min: -100, max: 101 } },
])(
  'every possible sum of $counts taps, one each clock, four clocks later ($clamp.min to $clamp.max)',
  ({ counts, clamp }) => {
    const most = counts.at(-1)!;
    const block = blockOf(Averager({ valueBits: signedBitsFor(-128 * most, 127 * most), counts, clamp }));
    const work = counts.flatMap((count) =>
      Array.from({ length: 255 * count + 1 }, (_, index) => ({ count, value: index - 128 * count })),
    );
    const wrong: unknown[] = [];
    for (let clock = 0; clock < work.length + depth; clock++) {
      const now = work[clock];
      block.clock(
        counts.length > 1
          ? { valid: now !== undefined, value: now?.value ?? 0, count: now?.count ?? 0 }
          : { valid: now !== undefined, value: now?.value ?? 0 },
      );
      const due = work[clock - depth];
      const found = { valid: block.out('valid_out'), data: due === undefined ? null : block.out('data') };
      const expected = {
        valid: due === undefined ? 0 : 1,
        data: due === undefined ? null : average(due.value, due.count, clamp),
      };
      if (found.valid !== expected.valid || found.data !== expected.data) wrong.push({ clock, due, found, expected });
    }
    expect(wrong).toEqual([]);
  },
);

test('gaps between sums pass through unchanged', () => {
  const block = blockOf(Averager({ valueBits: 11, counts: [4], clamp: int8 }));
  const sums = [-512, null, null, 10, -10, null, 508, null, -2, 2, null, null, null, null];
  const seen: (number | null)[] = [];
  for (const sum of sums) {
    block.clock({ valid: sum !== null, value: sum ?? 333 });
    seen.push(block.out('valid_out') === 1 ? block.out('data') : null);
  }
  // 10 / 4 = 2.5 and 2 / 4 = 0.5 are ties: away from zero.
  expect(seen).toEqual([null, null, null, null, -128, null, null, 3, -3, null, 127, null, -1, 1]);
});

/** Every number whose quotient could go wrong: the multiples of the divisor and their predecessors, and the largest. */
function divides(largest: number, divisor: number, factor: bigint, shift: number): boolean {
  for (let multiple = 0; multiple <= largest + 1; multiple += divisor) {
    for (const n of [multiple - 1, multiple]) {
      if (n < 0 || n > largest) continue;
      if (Number((BigInt(n) * factor) >> BigInt(shift)) !== Math.floor(n / divisor)) return false;
    }
  }
  return Number((BigInt(largest) * factor) >> BigInt(shift)) === Math.floor(largest / divisor);
}

test('reciprocals divide exactly: counts 1 to 300 alone, up to the largest sum of that many bytes', () => {
  for (let count = 1; count <= 300; count++) {
    const largest = 128 * count + Math.floor(count / 2);
    const { factors, shift } = reciprocals([count], largest);
    // The quotient only grows with n, so it is right everywhere when it is right on both sides of every step.
    expect({ count, exact: divides(largest, count, factors[0]!, shift) }).toEqual({ count, exact: true });
    expect(factors[0]! * BigInt(largest)).toBeLessThan(2n ** 53n);
  }
});

test('reciprocals with one shift for several divisors; no smaller shift would pass the proof', () => {
  for (const divisors of [
    [1, 2, 3],
    [2, 3, 4, 6, 9],
    [7, 14, 21, 28, 35, 42, 49],
    [299, 300],
    [5, 25, 125],
  ]) {
    const most = Math.max(...divisors);
    const largest = 128 * most + Math.floor(most / 2);
    const { factors, shift } = reciprocals(divisors, largest);
    for (const [index, divisor] of divisors.entries())
      expect({ divisor, exact: divides(largest, divisor, factors[index]!, shift) }).toEqual({ divisor, exact: true });
    const smaller = divisors.some((divisor) => {
      const factor = Math.ceil(2 ** (shift - 1) / divisor);
      return largest * (factor * divisor - 2 ** (shift - 1)) >= 2 ** (shift - 1);
    });
    expect({ divisors, smaller: shift === 0 || smaller }).toEqual({ divisors, smaller: true });
  }
});

test('reciprocals divide exactly up to any largest number, also where the proof is as tight as it gets', () => {
  const wrong: unknown[] = [];
  for (let divisor = 1; divisor <= 20; divisor++) {
    for (let largest = 0; largest <= 130; largest++) {
      const { factors, shift } = reciprocals([divisor], largest);
      if (!divides(largest, divisor, factors[0]!, shift)) wrong.push({ divisor, largest, factors, shift });
    }
  }
  expect(wrong).toEqual([]);
});

test('sums of whole large maps divide exactly, too: 16 bits of 2048 x 2048 pixels', () => {
  const count = 2048 * 2048 - 1;
  const largest = 2 ** 15 * count + Math.floor(count / 2);
  const { factors, shift } = reciprocals([count], largest);
  const quotient = (n: number) => Number((BigInt(n) * factors[0]!) >> BigInt(shift));
  for (let step = 1; step <= 2 ** 15; step++) {
    if (quotient(step * count - 1) !== step - 1 || quotient(step * count) !== step) expect.fail(`at ${step}`);
  }
  expect(quotient(largest)).toBe(2 ** 15);
});
