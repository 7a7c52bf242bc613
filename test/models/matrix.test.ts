import fc from 'fast-check';
import { expect, test } from 'vitest';
import { multiplyPairs, multiplyRow, pairable, pairUnit } from '../../models/reference/matrix.ts';
import { seededRandom } from '../support/random.ts';

interface Case {
  readonly taps: number;
  readonly rows: number;
  readonly channels: number;
  /** How large the values are that meet the weights. */
  readonly magnitude: number;
  /** Nine of ten values are the lowest, the others the highest. */
  readonly extremes: boolean;
  readonly seed: number;
}

interface Drawn {
  readonly values: Int16Array;
  readonly weights: Int8Array;
  /** In BigInt, wrapped to 32 bits at the end. */
  readonly expected: number[];
}

function draw({ taps, rows, channels, magnitude, extremes, seed }: Case): Drawn {
  const random = seededRandom(seed);
  const pick = (low: number, high: number) =>
    extremes ? (random.fraction() < 0.9 ? low : high) : random.integer(low, high);
  const values = Int16Array.from({ length: rows * taps }, () => pick(-magnitude, magnitude));
  const weights = Int8Array.from({ length: channels * taps }, () => pick(-128, 127));
  const expected = Array.from({ length: rows * channels }, (_, at) => {
    const [row, channel] = [Math.floor(at / channels), at % channels];
    let sum = 0n;
    for (let tap = 0; tap < taps; tap += 1) {
      sum += BigInt(values[row * taps + tap]!) * BigInt(weights[channel * taps + tap]!);
    }
    return Number(BigInt.asIntN(32, sum));
  });
  return { values, weights, expected };
}

const sizes = { rows: fc.integer({ min: 1, max: 11 }), channels: fc.integer({ min: 1, max: 9 }), seed: fc.integer() };

test('one row at a time: sums equal those of BigInt, also where they wrap', () => {
  const cases: fc.Arbitrary<Case> = fc.record({
    ...sizes,
    taps: fc.integer({ min: 1, max: 700 }),
    magnitude: fc.constantFrom(255, 32767),
    extremes: fc.boolean(),
  });
  fc.assert(
    fc.property(cases, (drawn) => {
      const { taps, rows, channels } = drawn;
      const { values, weights, expected } = draw(drawn);
      const sums = new Int32Array(rows * channels);
      const padded = Int8Array.from([1, 2, 3, ...weights]);
      for (let row = 0; row < rows; row += 1) {
        const into = sums.subarray(row * channels, (row + 1) * channels);
        multiplyRow(values.subarray(row * taps, (row + 1) * taps), padded, 3, { taps, channels }, into);
      }
      expect([...sums]).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test('two rows in a double: sums equal those of BigInt up to the last number of taps that is allowed', () => {
  const most = 1028;
  expect([pairable(most, 255), pairable(most + 1, 255)]).toEqual([true, false]);
  const cases: fc.Arbitrary<Case> = fc.record({
    ...sizes,
    taps: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(most - 1, most)),
    magnitude: fc.constantFrom(255, 128),
    extremes: fc.boolean(),
  });
  fc.assert(
    fc.property(cases, (drawn) => {
      const { taps, rows, channels } = drawn;
      const { values, weights, expected } = draw(drawn);
      const pairs = (rows + 1) >> 1;
      const packed = new Float64Array(pairs * taps);
      for (let row = 0; row < rows; row += 1) {
        for (let tap = 0; tap < taps; tap += 1) {
          const at = (row >> 1) * taps + tap;
          packed[at] = packed[at]! + values[row * taps + tap]! * (row % 2 === 0 ? 1 : pairUnit);
        }
      }
      const sums = new Int32Array(2 * pairs * channels);
      multiplyPairs(packed, new Float64Array(weights), { taps, pairs, channels }, sums);
      expect([...sums.subarray(0, rows * channels)]).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});
