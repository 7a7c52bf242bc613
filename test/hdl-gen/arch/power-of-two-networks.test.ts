import fc from 'fast-check';
import { test } from 'vitest';
import { exhaustive, expectEqual, seedOr, testInTools } from '../../support/accelerator-equality.ts';
import { withPowersOfTwo } from '../../support/power-of-two.ts';
import { type RandomCase, randomCase } from '../../support/random-accelerator.ts';

const seed = seedOr(20261122);

for (const profile of ['power-of-two', 'tflite-reference'] as const) {
  const cases: fc.Arbitrary<RandomCase> = randomCase.map((drawn) => ({
    ...drawn,
    graph: withPowersOfTwo(drawn.graph, profile),
  }));
  const runs = exhaustive ? 600 : 60;
  const what = `random networks whose factors are powers of two, ${profile}`;

  test(`${runs} ${what}: bytes equal the reference, clocks equal the cycle model (seed ${seed})`, () => {
    fc.assert(
      fc.property(cases, (drawn) => expectEqual(drawn)),
      { numRuns: runs, seed },
    );
  });

  await testInTools(cases, exhaustive ? 60 : 8, seed + 1, what);
}
