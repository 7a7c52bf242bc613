import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Roundings, shiftRequantizer, shiftRequantizerDepth } from '../../../hdl-gen/library/shift-requantizer.ts';
import { clampTo, mbqm, roundingShiftRight } from '../../../models/arithmetic.ts';
import type { Clamp } from '../../../models/graph.ts';
import { blockOf } from '../../support/block.ts';
import { seededRandom } from '../../support/random.ts';

/** What the reference makes of a sum before the zero point is added. */
const truth = (roundings: Roundings, x: number, shift: number): number =>
  roundings === 'once' ? roundingShiftRight(x, 1 - shift) : mbqm(x, 2 ** 30, shift);

/** With relu the roundings of negative values are of no account. */
const clamps: readonly Clamp[] = [
  { min: -128, max: 127 },
  { min: 0, max: 127 },
];

/** All bytes for values that enter one per clock. */
function bytesOf(build: ReturnType<typeof shiftRequantizer>, values: readonly number[]): number[] {
  const block = blockOf(build);
  const bytes: number[] = [];
  for (let clock = 0; clock < values.length + shiftRequantizerDepth; clock++) {
    block.clock({ valid: clock < values.length, value: values[clock] ?? 0 });
    if (clock >= shiftRequantizerDepth) bytes.push(block.out('data'));
  }
  return bytes;
}

for (const [roundings, clamp] of (['once', 'twice'] as const).flatMap((way) => clamps.map((c) => [way, c] as const))) {
  test(`rounded ${roundings}, from ${clamp.min}: every value of 10 bits with every shift that it can take`, () => {
    const values = Array.from({ length: 1024 }, (_, index) => index - 512);
    // A left shift past 22 takes a 10-bit value beyond the 32 bits that are defined.
    for (let shift = -31; shift <= (roundings === 'once' ? 1 : 22); shift++) {
      const build = shiftRequantizer('dut', {
        roundings,
        bias: BigInt64Array.of(0n),
        shift: Int32Array.of(shift),
        valueBits: 10,
        biasedBits: 10,
        zeroPoint: 0,
        clamp,
      });
      const expected = values.map((x) => clampTo(truth(roundings, x, shift), clamp.min, clamp.max) + 0);
      expect({ shift, bytes: bytesOf(build, values) }).toEqual({ shift, bytes: expected });
    }
  });

  test(`rounded ${roundings}, from ${clamp.min}: sums of 32 bits on and beside every tie`, () => {
    for (let shift = -31; shift <= (roundings === 'once' ? 1 : 0); shift++) {
      const half = Math.max(1, 2 ** -shift);
      const values = [-5, -3, -2, -1, 1, 2, 3, 5]
        .flatMap((times) => [-2, -1, 0, 1, 2].map((beside) => times * half + beside))
        .concat([-(2 ** 31), -(2 ** 31) + 1, 2 ** 31 - 1, 2 ** 31 - 2, 0])
        .filter((x) => x >= -(2 ** 31) && x < 2 ** 31);
      const build = shiftRequantizer('dut', {
        roundings,
        bias: BigInt64Array.of(0n),
        shift: Int32Array.of(shift),
        valueBits: 32,
        biasedBits: 32,
        zeroPoint: 0,
        clamp,
      });
      const expected = values.map((x) => clampTo(truth(roundings, x, shift), clamp.min, clamp.max) + 0);
      expect({ shift, bytes: bytesOf(build, values) }).toEqual({ shift, bytes: expected });
    }
  });
}

const byte = fc.integer({ min: -128, max: 127 });

test('channels with their own bias and shift, zero points and clamps, at any pace', () => {
  const drawn = fc
    .record({ channels: fc.integer({ min: 1, max: 5 }), perChannel: fc.boolean(), sameBias: fc.boolean() })
    .chain(({ channels, perChannel, sameBias }) => {
      const list = <T>(value: fc.Arbitrary<T>, length: number) =>
        fc.array(value, { minLength: length, maxLength: length });
      return fc.record({
        roundings: fc.constantFrom<Roundings>('once', 'twice'),
        bias: list(fc.integer({ min: -100000, max: 100000 }), sameBias ? 1 : channels).map((values) =>
          BigInt64Array.from({ length: channels }, (_, channel) => BigInt(values[channel % values.length]!)),
        ),
        shift: list(fc.integer({ min: -20, max: 1 }), perChannel ? channels : 1).map((all) => Int32Array.from(all)),
        biasedBits: fc.integer({ min: 1, max: 31 }),
      });
    });
  fc.assert(
    fc.property(drawn, byte, byte, byte, fc.integer(), (tables, zeroPoint, a, b, seed) => {
      const random = seededRandom(seed);
      const clamp = { min: Math.min(a, b), max: Math.max(a, b) };
      const block = blockOf(shiftRequantizer('dut', { ...tables, valueBits: 34, zeroPoint, clamp }));
      const low = -(2 ** (tables.biasedBits - 1));
      const expected: (number | null)[] = [];
      let given = 0;
      for (let clock = 0; clock < 120; clock++) {
        const valid = clock < 110 && random.integer(0, 3) > 0;
        const channel = given % tables.bias.length;
        const x = random.integer(low, -low - 1);
        const noise = random.integer(-(2 ** 33), 2 ** 33 - 1);
        block.clock({ valid, value: valid ? x - Number(tables.bias[channel]!) : noise });
        const due = clock >= shiftRequantizerDepth ? expected[clock - shiftRequantizerDepth]! : null;
        expect({ clock, valid: block.out('valid_out') }).toEqual({ clock, valid: due === null ? 0 : 1 });
        if (due !== null) expect({ clock, data: block.out('data') }).toEqual({ clock, data: due });
        const scaled = truth(tables.roundings, x, tables.shift[channel % tables.shift.length]!);
        expected.push(valid ? clampTo(scaled + zeroPoint, clamp.min, clamp.max) + 0 : null);
        if (valid) given++;
      }
    }),
    { numRuns: 200 },
  );
});
