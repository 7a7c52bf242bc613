import fc from 'fast-check';
import { expect, test } from 'vitest';
import { module, unused } from '../../../hdl-gen/lang/module.ts';
import { sint } from '../../../hdl-gen/lang/types.ts';
import { clampToBits, type RequantizerTables, requantizer } from '../../../hdl-gen/library/requantizer.ts';
import { clampTo, mbqm } from '../../../models/arithmetic.ts';
import type { Clamp } from '../../../models/graph.ts';
import { blockOf } from '../../support/block.ts';
import { seededRandom } from '../../support/random.ts';

/** Clocks from a sum to its byte, as the block's description says. */
const depth = 5;
/** Wide enough for every 32-bit value minus every bias. */
const valueBits = 34;

const byte = fc.integer({ min: -128, max: 127 });
const clamps: fc.Arbitrary<Clamp> = fc
  .tuple(byte, byte)
  .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
const multiplier = fc.oneof(
  fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }),
  fc.constantFrom(0, 2 ** 30, 2 ** 30 + 1, 2 ** 31 - 1),
);
const shift = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -31, max: 0 }) }, fc.integer({ min: 1, max: 30 }));
const bias = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: -9, max: 9 }));

/** Tables of one to five channels; multiplier and shift one for all channels or one each, equal or not. */
const tables: fc.Arbitrary<RequantizerTables> = fc
  .record({ channels: fc.integer({ min: 1, max: 5 }), perChannel: fc.boolean(), sameBias: fc.boolean() })
  .chain(({ channels, perChannel, sameBias }) => {
    const scales = perChannel ? channels : 1;
    const list = <T>(value: fc.Arbitrary<T>, length: number) =>
      fc.array(value, { minLength: length, maxLength: length });
    return fc.record({
      bias: list(bias, sameBias ? 1 : channels).map((values) =>
        BigInt64Array.from({ length: channels }, (_, channel) => BigInt(values[channel % values.length]!)),
      ),
      multiplier: list(multiplier, scales).map((values) => Int32Array.from(values)),
      shift: fc.oneof(
        list(shift, scales).map((values) => Int32Array.from(values)),
        shift.map((value) => new Int32Array(scales).fill(value)),
      ),
    });
  });

/** Values that sit on or beside the places where a rounding changes: extremes, zero, ties of either rounding step. */
function tellingValues(shiftAmount: number, bits: number, random: ReturnType<typeof seededRandom>): number[] {
  const low = -(2 ** (bits - 1));
  const high = 2 ** (bits - 1) - 1;
  const values = [low, low + 1, -2, -1, 0, 1, 2, high - 1, high];
  for (let draw = 0; draw < 40; draw++) values.push(random.integer(low, high));
  // With a multiplier of 2^30 the high half of x is x / 2, so ties of the second rounding stand at twice the odd multiples of half its step.
  const step = 2 ** Math.max(-shiftAmount, 1);
  for (let draw = 0; draw < 20; draw++) {
    const tie = 2 * (random.integer(-64, 63) * step + step / 2);
    values.push(tie - 2, tie - 1, tie, tie + 1, tie + 2);
  }
  for (let draw = 0; draw < 10; draw++) values.push(random.integer(-300, 300));
  return values.filter((value) => value >= low && value <= high);
}

test('equals MBQM, zero point and clamp for every channel, five clocks later, at any pace', () => {
  fc.assert(
    fc.property(
      tables,
      fc.integer({ min: 1, max: 32 }),
      byte,
      clamps,
      fc.integer(),
      fc.boolean(),
      (drawn, biasedBits, zeroPoint, clamp, seed, paused) => {
        const random = seededRandom(seed);
        const channels = drawn.bias.length;
        const block = blockOf(requantizer('dut', { ...drawn, valueBits, biasedBits, zeroPoint, clamp }));
        const values = tellingValues(drawn.shift[0]!, biasedBits, random);
        const expected: (number | null)[] = [];
        let given = 0;
        for (let clock = 0; given < values.length || clock < expected.length + depth; clock++) {
          const valid = given < values.length && !(paused && random.integer(0, 2) === 0);
          const channel = given % channels;
          const x = values[given] ?? 0;
          block.clock({
            valid,
            value: valid ? x - Number(drawn.bias[channel]!) : random.integer(-(2 ** 33), 2 ** 33 - 1),
          });
          const due = clock >= depth ? (expected[clock - depth] ?? null) : null;
          expect({ clock, valid: block.out('valid_out') }).toEqual({ clock, valid: due === null ? 0 : 1 });
          if (due !== null) expect({ clock, data: block.out('data') }).toEqual({ clock, data: due });
          if (given >= values.length) continue;
          const m = drawn.multiplier[channel % drawn.multiplier.length]!;
          const s = drawn.shift[channel % drawn.shift.length]!;
          expected.push(valid ? clampTo(mbqm(x, m, s) + zeroPoint, clamp.min, clamp.max) : null);
          if (valid) given++;
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('every shift from -31 to 30: both ties of the second rounding go away from zero', () => {
  for (let amount = -31; amount <= 30; amount++) {
    const table = { bias: BigInt64Array.of(0n), multiplier: Int32Array.of(2 ** 30), shift: Int32Array.of(amount) };
    const block = blockOf(
      requantizer('dut', { ...table, valueBits: 32, biasedBits: 32, zeroPoint: 0, clamp: { min: -128, max: 127 } }),
    );
    const step = 2 ** Math.max(0, -amount);
    const values = [-3, -2, -1, 1, 2, 3]
      .flatMap((half) => [half * step - 2, half * step - 1, half * step, half * step + 1, half * step + 2])
      .filter((x) => x >= -(2 ** 31) && x < 2 ** 31);
    for (const x of values) {
      block.clock({ valid: true, value: x });
      for (let clock = 0; clock < depth; clock++) block.clock({ valid: false });
      expect({ amount, x, data: block.out('data') }).toEqual({
        amount,
        x,
        data: clampTo(mbqm(x, 2 ** 30, amount), -128, 127),
      });
    }
  }
});

test('all 256 zero points', () => {
  for (let zeroPoint = -128; zeroPoint <= 127; zeroPoint++) {
    const table = { bias: BigInt64Array.of(0n), multiplier: Int32Array.of(2 ** 31 - 1), shift: Int32Array.of(0) };
    const clamp = { min: Math.max(-128, zeroPoint - 3), max: 127 };
    const block = blockOf(requantizer('dut', { ...table, valueBits: 12, biasedBits: 12, zeroPoint, clamp }));
    const values = [-2048, -4, -3, -1, 0, 1, 2, 3, 126 - zeroPoint, 127 - zeroPoint, 128 - zeroPoint, 2047];
    const bytes: number[] = [];
    for (let clock = 0; clock < values.length + depth; clock++) {
      block.clock({ valid: clock < values.length, value: values[clock] ?? 0 });
      if (clock >= depth) bytes.push(block.out('data'));
    }
    expect({ zeroPoint, bytes }).toEqual({
      zeroPoint,
      bytes: values.map((x) => clampTo(mbqm(x, 2 ** 31 - 1, 0) + zeroPoint, clamp.min, clamp.max)),
    });
  }
});

test('clampToBits: every value of every width from 1 to 11 bits, for clamps inside and at the edges of int8', () => {
  const bounds = [-128, -127, -100, -1, 0, 1, 6, 100, 126, 127];
  const wrong: unknown[] = [];
  for (const min of bounds) {
    for (const max of bounds.filter((bound) => bound >= min)) {
      for (const bits of [1, 2, 7, 8, 9, 11]) {
        const clamp = { min, max };
        const ports = { in: { value: sint(bits) }, out: { data: sint(8) } };
        const block = blockOf(
          module('dut', ports, ({ value }) => {
            // A clamp beyond all values of a narrow type makes the result a constant.
            unused(value);
            return { data: clampToBits(value, clamp, 8) };
          }),
        );
        for (let value = -(2 ** (bits - 1)); value < 2 ** (bits - 1); value++) {
          block.clock({ value });
          const data = block.out('data');
          if (data !== clampTo(value, min, max)) wrong.push({ clamp, bits, value, data });
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});
