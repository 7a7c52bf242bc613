import { describe, it } from 'vitest';
import { type Format, wrap } from '../../../../sim/rtl/value.ts';
import { corners, expectEveryPair, formats } from '../every-operation.ts';

const exhaustive = process.env.JOULESMITH_EXHAUSTIVE === '1';
const widths = [1, 8, 33, 64, 65, 96, 127, 128, 129, 200];
const isWide = ({ width }: Format): boolean => width > 64;
const signed = (width: number): Format => ({ width, signed: true });
const unsigned = (width: number): Format => ({ width, signed: false });

const others = exhaustive
  ? formats([1, 6, 8, 33, 64, 65, 96, 127, 128, 129, 200])
  : [unsigned(8), signed(7), unsigned(65), signed(128), signed(129)];
const results = exhaustive
  ? formats([1, 8, 31, 32, 33, 63, 64, 65, 96, 127, 128, 129, 192, 200])
  : [unsigned(1), signed(40), unsigned(64), signed(65), unsigned(96), signed(128), unsigned(129), signed(200)];

/** Carries over whole limbs, half limbs with all bits set, and the distances around a limb. */
const across = [
  (1n << 32n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
  1n << 64n,
  (1n << 128n) - (1n << 64n),
  0x1234_5678_9abc_def0_0fed_cba9_8765_4321_8000_0000_7fff_ffffn,
  ...[31n, 63n, 64n, 65n, 127n, 128n, 130n, 199n],
];
const values = (format: Format): bigint[] => [
  ...new Set([...corners(format), ...across.map((value) => wrap(value, format))]),
];

describe('every operation with a value wider than 64 bits, compiled against golden', () => {
  it.each(formats(widths))(
    'first argument of $width bits, signed $signed',
    (a) => {
      for (const b of others) {
        const wide = results.filter((own) => isWide(a) || isWide(b) || isWide(own));
        expectEveryPair(a, b, wide, values);
      }
    },
    exhaustive ? 300_000 : 30_000,
  );
});
