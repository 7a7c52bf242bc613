import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldForBudget, foldForInterval, multiplies } from '../../../../hdl-gen/arch/stream/fold.ts';
import { networkWorks } from '../../../../hdl-gen/arch/stream/network.ts';
import { type Folding, stageClocks, stageOf } from '../../../../hdl-gen/arch/stream/stage.ts';
import type { Work } from '../../../../hdl-gen/arch/stream/work.ts';
import { Fault } from '../../../../specs/fault.ts';
import { randomChain } from '../../../support/random-graph.ts';

interface Option {
  readonly folding: Folding;
  readonly multipliers: number;
  readonly clocks: number;
}

function optionOf(work: Work, folding: Folding): Option | null {
  try {
    const stage = stageOf(work, folding);
    return { folding, multipliers: stage.multipliers, clocks: stageClocks(stage) };
  } catch (error) {
    if (error instanceof Fault && error.code === 'FOLDING_IMPOSSIBLE') return null;
    throw error;
  }
}

/** Every folding there is: all lanes from 1 to all channels. */
function everyOption(work: Work): Option[] {
  if (work.form !== 'window') return [optionOf(work, { pe: 1, simd: 1 })!];
  const found: Option[] = [];
  for (let pe = 1; pe <= work.output.channels; pe++) {
    for (let simd = 1; simd <= work.input.channels; simd++) {
      const option = optionOf(work, { pe, simd });
      if (option !== null) found.push(option);
    }
  }
  return found;
}

interface Best {
  readonly bottleneck: number;
  readonly multipliers: number;
}

/** Tries every combination of the layers' options: the smallest bottleneck within the budget and the fewest multipliers with it. */
function bruteForce(layers: readonly Option[][], budget: number): Best | null {
  let best: Best | null = null;
  const visit = (index: number, bottleneck: number, multipliers: number): void => {
    if (multipliers > budget) return;
    if (index === layers.length) {
      if (
        best === null ||
        bottleneck < best.bottleneck ||
        (bottleneck === best.bottleneck && multipliers < best.multipliers)
      )
        best = { bottleneck, multipliers };
      return;
    }
    for (const option of layers[index]!)
      visit(index + 1, Math.max(bottleneck, option.clocks), multipliers + option.multipliers);
  };
  visit(0, 0, 0);
  return best;
}

const distinct = (options: readonly Option[]): Option[] => [
  ...new Map(options.map((option) => [`${option.multipliers},${option.clocks}`, option])).values(),
];

function outcome(works: readonly Work[], foldings: readonly Folding[]): Best {
  const chosen = works.map((work, index) => optionOf(work, foldings[index]!)!);
  return {
    bottleneck: Math.max(...chosen.map((option) => option.clocks)),
    multipliers: chosen.reduce((sum, option) => sum + option.multipliers, 0),
  };
}

/** Small enough that all combinations can be tried. */
const networks = randomChain({ maxLayers: 3, quantize: true, explicitPadding: true })
  .map((graph) => networkWorks(graph).works)
  .filter((works) => works.reduce((product, work) => product * distinct(everyOption(work)).length, 1) <= 6_000);

test('no folding within the budget has a smaller bottleneck, and none as fast has fewer multipliers', () => {
  fc.assert(
    fc.property(networks, fc.integer({ min: 0, max: 60 }), (works, extra) => {
      const least = works.filter((work) => multiplies(work)).length;
      const budget = least + extra;
      const found = outcome(works, foldForBudget(works, budget));
      expect(found).toEqual(
        bruteForce(
          works.map((work) => distinct(everyOption(work))),
          budget,
        ),
      );
    }),
    { numRuns: 80 },
  );
});

test('fixed foldings are kept, and the others are the best around them', () => {
  fc.assert(
    fc.property(
      networks,
      fc.integer({ min: 0, max: 60 }),
      fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
      (works, extra, picks) => {
        const fixed: Record<string, Folding> = {};
        const layers = works.map((work, index) => {
          const all = everyOption(work);
          if (picks[index]! % 2 === 0) return distinct(all);
          const option = all[picks[index]! % all.length]!;
          if (work.form === 'window') fixed[work.name] = option.folding;
          return [option];
        });
        const budget = layers.reduce((sum, options) => sum + Math.min(...options.map((o) => o.multipliers)), 0) + extra;
        const foldings = foldForBudget(works, budget, fixed);
        for (const [index, work] of works.entries())
          if (fixed[work.name]) expect(foldings[index]).toEqual(fixed[work.name]);
        expect(outcome(works, foldings)).toEqual(bruteForce(layers, budget));
      },
    ),
    { numRuns: 60 },
  );
});

test('a goal in clocks is met by every layer with the fewest multipliers that meet it', () => {
  fc.assert(
    fc.property(networks, fc.double({ min: 0, max: 1, noNaN: true }), (works, share) => {
      const layers = works.map(everyOption);
      const fastest = Math.max(...layers.map((options) => Math.min(...options.map((option) => option.clocks))));
      const slowest = Math.max(...layers.map((options) => Math.max(...options.map((option) => option.clocks))));
      // A goal is a clock rate over a throughput: seldom a whole number.
      const goal = fastest + share * (slowest - fastest);
      const foldings = foldForInterval(works, goal);
      for (const [index, work] of works.entries()) {
        const { clocks, multipliers } = optionOf(work, foldings[index]!)!;
        const enough = layers[index]!.filter((option) => option.clocks <= goal);
        expect(clocks).toBeLessThanOrEqual(goal);
        expect(multipliers).toBe(Math.min(...enough.map((option) => option.multipliers)));
      }
      expect(() => foldForInterval(works, fastest - 0.5)).toThrow(/\[TARGET_TOO_FAST\]$/);
    }),
    { numRuns: 60 },
  );
});

test('one multiplier less than the layers need is refused, exactly as many are enough', () => {
  fc.assert(
    fc.property(networks, (works) => {
      const least = works.filter((work) => multiplies(work)).length;
      expect(outcome(works, foldForBudget(works, least)).multipliers).toBe(least);
      if (least > 0)
        expect(() => foldForBudget(works, least - 1)).toThrow(
          `/parameters/multipliers: ${least - 1} multipliers cannot serve ${least} layers that multiply; every layer has its own engine in the stream architecture, so give at least ${least} [BUDGET_TOO_SMALL]`,
        );
    }),
    { numRuns: 30 },
  );
});

test('a larger budget never gives a larger bottleneck', () => {
  fc.assert(
    fc.property(randomChain({ maxLayers: 5 }), (graph) => {
      const { works } = networkWorks(graph);
      const least = Math.max(1, works.filter((work) => multiplies(work)).length);
      let before = Number.POSITIVE_INFINITY;
      for (let budget = least; budget < 40 * least; budget += 3) {
        const { bottleneck, multipliers } = outcome(works, foldForBudget(works, budget));
        expect(bottleneck).toBeLessThanOrEqual(before);
        expect(multipliers).toBeLessThanOrEqual(budget);
        before = bottleneck;
      }
    }),
    { numRuns: 50 },
  );
});
