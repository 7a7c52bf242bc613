import { describe, it } from 'vitest';
import { corners, expectEveryPair, formats } from '../every-operation.ts';

const widths = [1, 8, 33, 64, 65, 96, 127, 128, 129, 200];
const isWide = (width: number): boolean => width > 64;

describe('every operation with a value wider than 64 bits, compiled against golden', () => {
  it.each(formats(widths))('first argument of $width bits, signed $signed', (a) => {
    for (const b of formats([6, 64, 65, 128, 129])) {
      const results = formats([1, 31, 64, 65, 96, 128, 129, 200]).filter(
        ({ width }) => isWide(a.width) || isWide(b.width) || isWide(width),
      );
      expectEveryPair(a, b, results, corners);
    }
  });
});
