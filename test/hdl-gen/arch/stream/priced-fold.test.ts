import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldForInterval } from '../../../../hdl-gen/arch/stream/fold.ts';
import { multipliersOf } from '../../../../hdl-gen/arch/stream/outlook.ts';
import { costOf, foldForLeast, foldWithin } from '../../../../hdl-gen/arch/stream/priced-fold.ts';
import type { Pricing } from '../../../../hdl-gen/arch/stream/pricing.ts';
import { type Folding, narrow, stageOf } from '../../../../hdl-gen/arch/stream/stage.ts';
import type { Work } from '../../../../hdl-gen/arch/stream/work.ts';
import { Fault } from '../../../../specs/fault.ts';
import { everyPlan, expectFastestWithin, planSpaces, slowestClocks } from '../../../support/plan-space.ts';
import { randomChain } from '../../../support/random-graph.ts';

/** Any price that never falls with lanes, inputs, taps or buffer words. */
const pricings = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 6 })
  .map(([product, lane, tap, word, clocked, still]): Pricing => {
    return {
      stage(stage) {
        const taps = stage.timing === 'window' ? stage.taps.height * stage.taps.width : 0;
        const words = stage.timing === 'window' ? stage.wordsPerPixel * stage.lanes : 0;
        const fixed = product! * stage.multipliers + lane! * stage.pe + tap! * taps + word! * words;
        return { fixed, perClock: (clocked! * stage.multipliers + still!) / 64 };
      },
      around: () => ({ fixed: 3, perClock: 1 / 16 }),
    };
  });

function everyFolding(work: Work): Folding[] {
  if (work.form !== 'window') return [{ pe: 1, simd: 1 }];
  const found: Folding[] = [];
  for (let pe = 1; pe <= work.output.channels; pe++) {
    for (let simd = 1; simd <= work.input.channels; simd++) {
      for (let taps = 1; taps <= work.kernel.height * work.kernel.width; taps++) {
        const folding = taps === 1 ? { pe, simd } : { pe, simd, taps };
        try {
          stageOf(work, folding, narrow);
          found.push(folding);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
        }
      }
    }
  }
  return found;
}

/** Every folding that a layer can have. */
const spaces = planSpaces(randomChain({ maxLayers: 2, quantize: true }), everyFolding, 3000);

test('no plan within a limit is faster, and none costs less than the least: all plans tried', () => {
  let several = 0;
  fc.assert(
    fc.property(spaces, pricings, fc.double({ min: 0, max: 1, noNaN: true }), (space, pricing, share) => {
      const { network } = space;
      const plans = everyPlan(space);
      const all = plans.map((plan) => ({
        clocks: slowestClocks(network, plan),
        cost: costOf(network, plan, pricing),
      }));
      several += all.length > 20 ? 1 : 0;

      const free = foldForLeast(network, Number.POSITIVE_INFINITY, pricing, {});
      expect(costOf(network, free, pricing)).toBeCloseTo(Math.min(...all.map(({ cost }) => cost)), 9);
      const most = Math.max(...all.map(({ clocks }) => clocks)) * (0.2 + 0.8 * share);
      const quick = all.filter(({ clocks }) => clocks <= most);
      if (quick.length > 0) {
        const kept = foldForLeast(network, most, pricing, {});
        expect(slowestClocks(network, kept)).toBeLessThanOrEqual(most);
        expect(costOf(network, kept, pricing)).toBeCloseTo(Math.min(...quick.map(({ cost }) => cost)), 9);
      } else {
        expect(() => foldForLeast(network, most, pricing, {})).toThrow(/\[TARGET_TOO_FAST\]$/);
      }

      // Limits count what stands still: no share by the clock.
      const still: Pricing = {
        stage: (stage, work) => ({ ...pricing.stage(stage, work), perClock: 0 }),
        around: () => ({ fixed: 3, perClock: 0 }),
      };
      expectFastestWithin(
        space,
        plans,
        still,
        share,
        (least) => `/target: the smallest plan takes ${least}, the goal allows ${least - 1}; `,
      );
    }),
    { numRuns: 40 },
  );
  expect(several).toBeGreaterThan(5);
});

test('of plans that are equally fast and equally cheap the one with the fewest multipliers', () => {
  const nothing: Pricing = { stage: () => ({ fixed: 0, perClock: 0 }), around: () => ({ fixed: 0, perClock: 0 }) };
  const limit = { most: 0, place: '/target', text: String };
  let several = 0;
  fc.assert(
    fc.property(spaces, ({ network }) => {
      const folded = foldWithin(network, limit, nothing, {});
      const clocks = slowestClocks(network, folded);
      const fewest = multipliersOf(network, foldForInterval(network, clocks));
      expect(multipliersOf(network, folded)).toBe(fewest);
      several += fewest > 2 ? 1 : 0;
    }),
    { numRuns: 60 },
  );
  expect(several).toBeGreaterThan(10);
});
