import { expect, test } from 'vitest';
import { dequantized, logistic, quantized, requantizeFactor, rintHalfEven } from '../../models/onnx-arithmetic.ts';

test('halves go to the even number, everything else to the nearest', () => {
  const cases = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999999999999994, 2.4999999, 2.5000001, 8388607.5, -7];
  expect(cases.map((value) => rintHalfEven(value) + 0)).toEqual([-2, -2, 0, 0, 2, 2, 0, 2, 3, 8388608, -7]);
});

test('rounding comes before the zero point, saturation after it', () => {
  // Adding an odd zero point first would turn the half the other way.
  expect(quantized(1.25, 0.5, 3, -128, 127)).toBe(5);
  expect(quantized(1.25, 0.5, 4, -128, 127)).toBe(6);
  expect(quantized(1e9, 0.5, -7, -128, 127)).toBe(127);
  expect(quantized(-1e9, 0.5, 7, 0, 255)).toBe(0);
  expect(quantized(Number.POSITIVE_INFINITY, 1, 0, -128, 127)).toBe(127);
});

test('quotients, products and factors are float32', () => {
  const third = Math.fround(1 / 3);
  // In double 0.5 / third is 1.4999999552965178 and rounds down; in float32 it is 1.5 and rounds to 2.
  expect(0.5 / third).toBeLessThan(1.5);
  expect(quantized(0.5, third, 0, -128, 127)).toBe(2);
  expect(dequantized(100, Math.fround(0.1), -27)).toBe(Math.fround(127 * Math.fround(0.1)));
  expect(dequantized(100, Math.fround(0.1), -27)).not.toBe(127 * Math.fround(0.1));
  const [a, b, c] = [1.7, 0.7, 0.3].map(Math.fround) as [number, number, number];
  expect(requantizeFactor(a, b, c)).toBe(Math.fround(Math.fround(a * b) / c));
  expect(requantizeFactor(a, b, c)).not.toBe(Math.fround((a * b) / c));
});

test('the logistic function at both ends', () => {
  expect([logistic(0), logistic(800), logistic(-800)]).toEqual([0.5, 1, 0]);
});
