import fc from 'fast-check';
import { test } from 'vitest';
import { exhaustive, expectEqual, seedOr, testInTools } from '../../support/accelerator-equality.ts';
import { randomWideCase } from '../../support/random-accelerator.ts';

const runs = exhaustive ? 1000 : 150;
const seed = seedOr(20261123);

test(`${runs} random networks with int16 activations x random foldings, widths, pauses and a reset at a random moment: elements equal the reference, clocks the cycle model (seed ${seed})`, () => {
  fc.assert(
    fc.property(
      randomWideCase,
      fc.nat({ max: 300 }),
      fc.infiniteStream(fc.nat({ max: 65535 })),
      (drawn, clocks, noise) => expectEqual(drawn, clocks === 0 ? undefined : { clocks, noise }),
    ),
    { numRuns: runs, seed },
  );
});

await testInTools(randomWideCase, exhaustive ? 60 : 20, seed + 1, 'random networks with int16 activations');
