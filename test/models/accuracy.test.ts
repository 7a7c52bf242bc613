import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areaUnderCurve, classify, largestIndex, meanSquaredError } from '../../models/accuracy.ts';

test('the largest value, the first of equal ones', () => {
  expect(largestIndex([3])).toBe(0);
  expect(largestIndex([-5, 2, 2, 1])).toBe(1);
  expect(largestIndex(Int8Array.of(-128, -127, -127))).toBe(1);
});

test('classes and confusions of a case by hand', () => {
  const { samples, right, accuracy, classes, confusions } = classify([0, 1, 1, 2, 1, 1], [0, 0, 0, 2, 2, 2]);
  expect([samples, right, accuracy]).toEqual([6, 2, 1 / 3]);
  expect(classes).toEqual([
    { index: 0, samples: 3, right: 1 },
    { index: 2, samples: 3, right: 1 },
  ]);
  expect(confusions).toEqual([
    { expected: 0, found: 1, count: 2 },
    { expected: 2, found: 1, count: 2 },
  ]);
});

test('the area under the curve is the share of pairs in the right order, ties half', () => {
  const sample = fc.record({ score: fc.integer({ min: 0, max: 9 }), positive: fc.boolean() });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 30 }), (all) => {
      const negatives = all.filter((one) => !one.positive);
      let pairs = 0;
      let ordered = 0;
      for (const { score } of all.filter((one) => one.positive)) {
        for (const other of negatives) {
          pairs += 1;
          ordered += score > other.score ? 1 : score === other.score ? 0.5 : 0;
        }
      }
      const area = areaUnderCurve(
        all.map(({ score }) => score),
        all.map(({ positive }) => positive),
      );
      if (pairs === 0) expect(area).toBeNull();
      else expect(area).toBeCloseTo(ordered / pairs, 12);
    }),
  );
});

test('the mean squared error', () => {
  expect(meanSquaredError([1, 2, 3], [1, 4, 0])).toBe((4 + 9) / 3);
});
