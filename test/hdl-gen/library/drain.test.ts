import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Drain } from '../../../hdl-gen/library/drain.ts';
import { blockOf, lanes } from '../../support/block.ts';
import { seededRandom } from '../../support/random.ts';

test('hands out the first `count` groups of sums from the clock after `load`, back to back when reloaded in time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 32 }),
      fc.integer(),
      fc.boolean(),
      (groups, width, most, seed, tight) => {
        // A beat stays a number that JavaScript holds exactly.
        const bits = Math.min(most, Math.floor(48 / width));
        const random = seededRandom(seed);
        const pe = groups * width;
        const block = blockOf(Drain({ pe, width, bits }));
        let waiting: number[][] = [];
        const packed = (group: number[]) =>
          BigInt.asIntN(
            width * bits,
            group.reduceRight((all, value) => (all << BigInt(bits)) | BigInt.asUintN(bits, BigInt(value)), 0n),
          );
        for (let clock = 0; clock < 80; clock++) {
          // The next load may come in the clock that hands out the last sum of the one before.
          const load = waiting.length <= 1 && (tight || random.integer(0, 2) === 0);
          const total = Array.from({ length: pe }, () => random.integer(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1));
          const count = random.integer(1, groups);
          block.clock({ ...lanes('total', total), load, count });
          expect({ clock, valid: block.out('valid') }).toEqual({ clock, valid: waiting.length > 0 ? 1 : 0 });
          if (waiting.length > 0)
            expect({ clock, value: BigInt(block.out('value')) }).toEqual({ clock, value: packed(waiting[0]!) });
          const loaded = Array.from({ length: count }, (_, group) => total.slice(group * width, (group + 1) * width));
          waiting = load ? loaded : waiting.slice(1);
        }
      },
    ),
    { numRuns: 60 },
  );
});
