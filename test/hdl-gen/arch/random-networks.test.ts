import fc from 'fast-check';
import { test } from 'vitest';
import { exhaustive, expectEqual, seedOr, testInTools } from '../../support/accelerator-equality.ts';
import { randomCase } from '../../support/random-accelerator.ts';

const runs = exhaustive ? 2000 : 300;
const seed = seedOr(20261122);

test(`${runs} random networks, half of them with branches, x random foldings x random pauses: bytes equal the reference, clocks equal the cycle model (seed ${seed})`, () => {
  fc.assert(
    fc.property(randomCase, (drawn) => expectEqual(drawn)),
    { numRuns: runs, seed },
  );
});

test(`${runs / 2} times a reset at a random moment: the next frames are as if nothing had been before (seed ${seed + 2})`, () => {
  fc.assert(
    fc.property(randomCase, fc.nat({ max: 400 }), fc.infiniteStream(fc.nat({ max: 255 })), (drawn, clocks, noise) =>
      expectEqual(drawn, { clocks, noise }),
    ),
    { numRuns: runs / 2, seed: seed + 2 },
  );
});

await testInTools(randomCase, exhaustive ? 100 : 40, seed + 1, 'random networks');
