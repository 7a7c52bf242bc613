import { describe, it } from 'vitest';
import { type Format, maximum, minimum } from '../../../sim/rtl/value.ts';
import { corners, expectEveryPair, formats } from './every-operation.ts';

const everyValue = (format: Format): bigint[] => {
  const values: bigint[] = [];
  for (let value = minimum(format); value <= maximum(format); value += 1n) values.push(value);
  return values;
};

describe('every operation, compiled against golden', () => {
  const small = formats([1, 2, 3]);
  it.each(small)('exhaustively for a first argument of $width bits, signed $signed', (a) => {
    for (const b of small) expectEveryPair(a, b, formats([1, 2, 4, 7]), everyValue);
  });

  const large = formats([8, 31, 32, 33, 63, 64]);
  it.each(large)('at the corners of $width bits, signed $signed', (a) => {
    for (const b of formats([6, 32, 33, 64])) expectEveryPair(a, b, formats([1, 8, 16, 31, 32, 33, 48, 64]), corners);
  });
});
