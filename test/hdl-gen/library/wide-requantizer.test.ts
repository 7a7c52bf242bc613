import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signedBitsFor } from '../../../hdl-gen/library/counter.ts';
import { wideRequantizer, wideRequantizerDepth } from '../../../hdl-gen/library/wide-requantizer.ts';
import { clampTo, mbqmWide } from '../../../models/arithmetic.ts';
import { blockOf } from '../../support/block.ts';
import { type Random, seededRandom } from '../../support/random.ts';

const element = fc.integer({ min: -32768, max: 32767 });
const clamps = fc.oneof(
  fc.constant({ min: -32768, max: 32767 }),
  fc.tuple(element, element).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) })),
);
/** Those that round to 15 bits in every way: up to the greatest, which is cut, and ties. */
const multiplier = fc.oneof(
  fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }),
  fc.constantFrom(0, 2 ** 30, 2 ** 30 + 2 ** 15, 0x7ffe8000, 0x7ffeffff, 0x7fff0000, 2 ** 31 - 1),
);

/** Sums of at most `bits` bits: ends, around 0, and ties of the rounding for a factor of a power of two. */
function tellingSums(bits: number, shift: number, random: Random): number[] {
  const end = 2 ** (bits - 1);
  const step = 2 ** Math.max(0, 1 - shift);
  const draws = Array.from({ length: 12 }, () => {
    const tie = (random.integer(-40, 40) + 0.5) * step;
    const some = Math.floor((random.fraction() - 0.5) * 2 * end);
    return [
      some,
      Math.floor(some / 2 ** random.integer(0, bits - 1)),
      Math.floor(tie) - 1,
      Math.floor(tie),
      Math.ceil(tie),
    ];
  }).flat();
  return [-end, -end + 1, end - 1, -1, 0, 1, ...draws].filter((sum) => sum >= -end && sum < end);
}

const tables = fc
  .record({ channels: fc.integer({ min: 1, max: 4 }), alike: fc.boolean() })
  .chain(({ channels, alike }) => {
    const scales = { minLength: alike ? 1 : channels, maxLength: alike ? 1 : channels };
    return fc.record({
      multiplier: fc.array(multiplier, scales),
      shift: fc.oneof(
        fc.array(fc.integer({ min: -31, max: 7 }), scales),
        fc.integer({ min: -31, max: 7 }).map((each) => Array.from({ length: scales.minLength }, () => each)),
      ),
      bias: fc.array(
        fc.maxSafeInteger().map((each) => Math.floor(each / 64)),
        { minLength: channels, maxLength: channels },
      ),
    });
  });

test('equals the reference for sums of up to 48 bits, every shift from -31 to 7, five clocks later, at any pace', () => {
  fc.assert(
    fc.property(tables, fc.integer({ min: 1, max: 48 }), clamps, fc.integer(), (drawn, bits, clamp, seed) => {
      const random = seededRandom(seed);
      const channels = drawn.bias.length;
      // What models allow: at most 32 bits are left after scaling.
      const biasedBits = Math.min(bits, 32 - Math.max(...drawn.shift));
      const bias = drawn.bias.map((each) => Math.trunc(each / 2 ** random.integer(0, 46)));
      const end = 2 ** (biasedBits - 1);
      const valueBits = signedBitsFor(-end - Math.max(...bias, 0), end - Math.min(...bias, 0));
      const block = blockOf(
        wideRequantizer('dut', {
          bias: BigInt64Array.from(bias, BigInt),
          multiplier: Int32Array.from(drawn.multiplier),
          shift: Int32Array.from(drawn.shift),
          ...{ valueBits, biasedBits, clamp },
        }),
      );
      const sums = tellingSums(biasedBits, drawn.shift[0]!, random);
      const due: (number | null)[] = [];
      const seen: (number | null)[] = [];
      for (let clock = 0, given = 0; given < sums.length || clock < due.length + wideRequantizerDepth; clock++) {
        const valid = given < sums.length && random.integer(0, 3) > 0;
        const channel = given % channels;
        block.clock({ valid, value: valid ? sums[given]! - bias[channel]! : 0 });
        if (clock >= wideRequantizerDepth) seen.push(block.out('valid_out') === 1 ? block.out('data') : null);
        const m = drawn.multiplier[channel % drawn.multiplier.length]!;
        const s = drawn.shift[channel % drawn.shift.length]!;
        if (clock < due.length + 1 && given < sums.length) {
          due.push(valid ? clampTo(mbqmWide(sums[given]!, m, s), clamp.min, clamp.max) : null);
        }
        if (valid) given++;
      }
      expect(seen.slice(0, due.length)).toEqual(due);
    }),
    { numRuns: 120 },
  );
});
