import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MacLane, SumLane, type WeightForm } from '../../../hdl-gen/library/mac-lane.ts';
import { blockOf, lanes } from '../../support/block.ts';
import { type Random, seededRandom } from '../../support/random.ts';

const wrapTo = (value: number, bits: number): number => Number(BigInt.asIntN(bits, BigInt(value)));
const extreme = (random: Random, low: number, high: number): number =>
  random.integer(0, 2) === 0 ? (random.integer(0, 1) === 0 ? low : high) : random.integer(low, high);

test('MacLane: products one clock after `multiply`, their sum one clock after `accumulate`, `first` starts anew', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom<WeightForm>('ternary', 'binary')),
      fc.integer({ min: 8, max: 32 }),
      fc.integer(),
      (simd, unsigned, weights, accumulatorBits, seed) => {
        const random = seededRandom(seed);
        const weightForm = typeof weights === 'number' ? 'any' : weights;
        const weightBits = typeof weights === 'number' ? weights : weights === 'ternary' ? 2 : 1;
        const drawn = () => {
          if (weightForm === 'any') return extreme(random, -(2 ** (weightBits - 1)), 2 ** (weightBits - 1) - 1);
          return weightForm === 'ternary' ? random.integer(-1, 1) : random.integer(0, 1) * 2 - 1;
        };
        // One bit holds the sign alone.
        const stored = (weight: number) => (weightForm === 'binary' ? Math.min(weight, 0) : weight);
        const block = blockOf(MacLane({ simd, unsigned, weightBits, weightForm, accumulatorBits }));
        let products = new Array<number>(simd).fill(0);
        let total: number | null = null;
        for (let clock = 0; clock < 60; clock++) {
          const activation = products.map(() => (unsigned ? extreme(random, 0, 255) : extreme(random, -128, 127)));
          const weight = products.map(drawn);
          const multiply = random.integer(0, 3) > 0;
          const accumulate = clock > 0 && random.integer(0, 3) > 0;
          const first = random.integer(0, 4) === 0;
          const given = {
            ...lanes('activation', activation),
            ...lanes('weight', weight.map(stored)),
            multiply,
            accumulate,
            first,
          };
          block.clock(given);
          if (total !== null) expect({ clock, total: block.out('total') }).toEqual({ clock, total });
          if (accumulate) {
            const step = products.reduce((sum, product) => sum + product, 0);
            // Before the first start the accumulator's content means nothing.
            if (first) total = wrapTo(step, accumulatorBits);
            else if (total !== null) total = wrapTo(total + step, accumulatorBits);
          }
          if (multiply) products = activation.map((value, index) => value * weight[index]!);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('SumLane: the same timing without weights', () => {
  fc.assert(
    fc.property(fc.integer({ min: 8, max: 20 }), fc.integer(), (accumulatorBits, seed) => {
      const random = seededRandom(seed);
      const block = blockOf(SumLane({ accumulatorBits }));
      let operand = 0;
      let total: number | null = null;
      for (let clock = 0; clock < 60; clock++) {
        const activation = extreme(random, -128, 127);
        const multiply = random.integer(0, 3) > 0;
        const accumulate = random.integer(0, 3) > 0;
        const first = random.integer(0, 4) === 0;
        block.clock({ activation, multiply, accumulate, first });
        if (total !== null) expect({ clock, total: block.out('total') }).toEqual({ clock, total });
        if (accumulate) {
          if (first) total = operand;
          else if (total !== null) total = wrapTo(total + operand, accumulatorBits);
        }
        if (multiply) operand = activation;
      }
    }),
    { numRuns: 30 },
  );
});

test('one dot product by hand: operands in clock 0, total readable in clock 2', () => {
  const block = blockOf(MacLane({ simd: 3, unsigned: false, weightBits: 8, weightForm: 'any', accumulatorBits: 20 }));
  const operands = { ...lanes('activation', [-128, 127, 5]), ...lanes('weight', [-128, -128, 3]) };
  block.clock({ ...operands, multiply: true, accumulate: false, first: false });
  block.clock({ multiply: false, accumulate: true, first: true });
  block.clock({ accumulate: false });
  expect(block.out('total')).toBe(128 * 128 - 127 * 128 + 15);
});
