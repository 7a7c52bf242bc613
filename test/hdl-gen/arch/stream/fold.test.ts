import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Folded, foldForBudget, foldForInterval } from '../../../../hdl-gen/arch/stream/fold.ts';
import { type Network, networkWorks } from '../../../../hdl-gen/arch/stream/network.ts';
import { bestOptions, clocksOf, multiplies } from '../../../../hdl-gen/arch/stream/options.ts';
import { type Folding, narrow, stageClocks, stageOf, type Widths } from '../../../../hdl-gen/arch/stream/stage.ts';
import { type LinkWidths, linkGroups, widthsOf } from '../../../../hdl-gen/arch/stream/widths.ts';
import type { Work } from '../../../../hdl-gen/arch/stream/work.ts';
import { Fault } from '../../../../specs/fault.ts';
import { randomRequest } from '../../../support/random-folding.ts';
import { randomChain } from '../../../support/random-graph.ts';
import { randomNetwork } from '../../../support/random-network.ts';
import { averagePool, conv3x3, dense, networkOf } from '../../../support/small-networks.ts';

interface Option {
  readonly folding: Folding;
  readonly multipliers: number;
  readonly clocks: number;
}

function optionOf(work: Work, folding: Folding, widths: Widths): Option | null {
  try {
    const stage = stageOf(work, folding, widths);
    return { folding, multipliers: stage.multipliers, clocks: stageClocks(stage) };
  } catch (error) {
    if (error instanceof Fault && error.code === 'FOLDING_IMPOSSIBLE') return null;
    throw error;
  }
}

/** Every folding there is: all lanes from 1 to all channels, all numbers of taps. */
function everyOption(work: Work, widths: Widths): Option[] {
  if (work.form !== 'window') return [optionOf(work, { pe: 1, simd: 1 }, widths)!];
  const found: Option[] = [];
  for (let pe = 1; pe <= work.output.channels; pe++) {
    for (let simd = 1; simd <= work.input.channels; simd++) {
      for (let taps = 1; taps <= work.kernel.height * work.kernel.width; taps++) {
        const option = optionOf(work, { pe, simd, taps }, widths);
        if (option !== null) found.push(option);
      }
    }
  }
  return found;
}

/** Every way to choose the widths of all streams. */
function everyWidths(network: Network): LinkWidths[] {
  return linkGroups(network).reduce<LinkWidths[]>(
    (all, { tensors, allowed }) =>
      all.flatMap((chosen) =>
        allowed.map((width) => new Map([...chosen, ...tensors.map((tensor) => [tensor, width] as const)])),
      ),
    [new Map()],
  );
}

/** The layers' options under each choice of widths. */
const spaces = (network: Network): Option[][][] =>
  everyWidths(network).map((widths) =>
    network.works.map((work) => distinct(everyOption(work, widthsOf(work, widths)))),
  );

interface Best {
  readonly bottleneck: number;
  readonly multipliers: number;
}

/** Tries every combination of widths and of the layers' options: the smallest bottleneck within the budget and the fewest multipliers with it. */
function bruteForce(spaces: readonly Option[][][], budget: number): Best | null {
  return spaces.reduce<Best | null>((best, layers) => bruteForceIn(layers, budget, best), null);
}

function bruteForceIn(layers: readonly Option[][], budget: number, before: Best | null): Best | null {
  let best = before;
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

function outcome({ works }: Network, { foldings, widths }: Folded): Best {
  const chosen = works.map((work, index) => optionOf(work, foldings[index]!, widthsOf(work, widths))!);
  return {
    bottleneck: Math.max(...chosen.map((option) => option.clocks)),
    multipliers: chosen.reduce((sum, option) => sum + option.multipliers, 0),
  };
}

/** Small enough that all combinations can be tried. */
const networks = randomChain({ maxLayers: 3, quantize: true, explicitPadding: true })
  .map((graph) => networkWorks(graph))
  .filter((network) => {
    // Counted before any option is made: large spaces take long even to list.
    const widths = linkGroups(network).reduce((product, { allowed }) => product * allowed.length, 1);
    const listed = network.works.reduce(
      (sum, { form, input, output, ...work }) =>
        sum +
        (form === 'window' && 'kernel' in work
          ? input.channels * output.channels * work.kernel.height * work.kernel.width
          : 1),
      0,
    );
    return widths * listed <= 2_500;
  })
  .map((network) => ({ network, spaces: spaces(network) }))
  .filter(
    ({ spaces }) =>
      spaces.reduce((sum, layers) => sum + layers.reduce((product, options) => product * options.length, 1), 0) <=
      20_000,
  );

test('no plan within the budget has a smaller bottleneck, and none as fast has fewer multipliers', () => {
  fc.assert(
    fc.property(networks, fc.integer({ min: 0, max: 60 }), ({ network, spaces }, extra) => {
      const least = network.works.filter((work) => multiplies(work)).length;
      const budget = least + extra;
      expect(outcome(network, foldForBudget(network, budget))).toEqual(bruteForce(spaces, budget));
    }),
    { numRuns: 60 },
  );
});

test('fixed foldings are kept, and the others are the best around them', () => {
  fc.assert(
    fc.property(
      networks,
      fc.integer({ min: 0, max: 60 }),
      fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
      ({ network, spaces }, extra, picks) => {
        const foldings: Record<string, Folding> = {};
        const held = network.works.map((work, index) => {
          const all = everyOption(work, narrow);
          if (work.form !== 'window' || picks[index]! % 2 === 0) return null;
          foldings[work.name] = all[picks[index]! % all.length]!.folding;
          return foldings[work.name]!;
        });
        const around = everyWidths(network).flatMap((widths, number) => {
          const layers = network.works.map((work, index) => {
            if (held[index] === null) return spaces[number]![index]!;
            const option = optionOf(work, held[index]!, widthsOf(work, widths));
            return option === null ? [] : [option];
          });
          return layers.every((options) => options.length > 0) ? [layers] : [];
        });
        const least = network.works.reduce(
          (sum, work, index) =>
            sum + (held[index] ? optionOf(work, held[index]!, narrow)!.multipliers : multiplies(work) ? 1 : 0),
          0,
        );
        const folded = foldForBudget(network, least + extra, { foldings });
        for (const [index, work] of network.works.entries())
          if (foldings[work.name]) expect(folded.foldings[index]).toEqual(foldings[work.name]);
        expect(outcome(network, folded)).toEqual(bruteForce(around, least + extra));
      },
    ),
    { numRuns: 40 },
  );
});

test('a goal in clocks is met by every layer with the fewest multipliers that meet it', () => {
  fc.assert(
    fc.property(networks, fc.double({ min: 0, max: 1, noNaN: true }), ({ network, spaces }, share) => {
      const bottleneck = (layers: Option[][]) =>
        Math.max(...layers.map((options) => Math.min(...options.map((option) => option.clocks))));
      const fastest = Math.min(...spaces.map(bottleneck));
      const slowest = Math.max(...spaces[0]!.map((options) => Math.max(...options.map((option) => option.clocks))));
      // A goal is a clock rate over a throughput: seldom a whole number.
      const goal = fastest + share * (slowest - fastest);
      const { bottleneck: clocks, multipliers } = outcome(network, foldForInterval(network, goal));
      expect(clocks).toBeLessThanOrEqual(goal);
      const costs = spaces.map((layers) =>
        layers.reduce(
          (sum, options) =>
            sum + Math.min(...options.filter((each) => each.clocks <= goal).map((each) => each.multipliers)),
          0,
        ),
      );
      expect(multipliers).toBe(Math.min(...costs));
      expect(() => foldForInterval(network, fastest - 0.5)).toThrow(/\[TARGET_TOO_FAST\]$/);
    }),
    { numRuns: 40 },
  );
});

test('one multiplier less than the layers need is refused, exactly as many are enough', () => {
  fc.assert(
    fc.property(networks, ({ network }) => {
      const least = network.works.filter((work) => multiplies(work)).length;
      expect(outcome(network, foldForBudget(network, least)).multipliers).toBe(least);
      if (least > 0)
        expect(() => foldForBudget(network, least - 1)).toThrow(
          `/parameters/multipliers: ${least - 1} multipliers cannot serve ${least} layers that multiply; every layer has its own engine in the stream architecture, so give at least ${least} [BUDGET_TOO_SMALL]`,
        );
    }),
    { numRuns: 30 },
  );
});

test('a larger budget never gives a larger bottleneck', () => {
  fc.assert(
    fc.property(randomChain({ maxLayers: 5 }), (graph) => {
      const network = networkWorks(graph);
      const least = Math.max(1, network.works.filter((work) => multiplies(work)).length);
      let before = Number.POSITIVE_INFINITY;
      for (let budget = least; budget < 40 * least; budget += 3) {
        const { bottleneck, multipliers } = outcome(network, foldForBudget(network, budget));
        expect(bottleneck).toBeLessThanOrEqual(before);
        expect(multipliers).toBeLessThanOrEqual(budget);
        before = bottleneck;
      }
    }),
    { numRuns: 50 },
  );
});

test('clocks told without making the stage are those of the stage, for every folding and width', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1_000_000 }), (seed) => {
      const graph = randomNetwork(seed);
      const network = networkWorks(graph, 'hardware');
      const { foldings = {} } = randomRequest(graph, seed).parameters;
      for (const widths of everyWidths(network).slice(0, 10)) {
        for (const work of network.works) {
          const own = widthsOf(work, widths);
          for (const { folding, clocks } of bestOptions(work, own))
            expect(clocks).toBe(optionOf(work, folding, own)!.clocks);
          const folding = foldings[work.name];
          const option = folding && optionOf(work, folding, own);
          if (option) expect(clocksOf(work, folding, own)).toBe(option.clocks);
        }
      }
    }),
    { numRuns: 25 },
  );
});

test('a layer may be called like something that every object has', () => {
  const graph = networkOf([1, 4], dense(4, 2));
  const layers = graph.layers.map((layer) => ({ ...layer, name: 'constructor' }));
  const network = networkWorks({ ...graph, layers });
  expect(outcome(network, foldForBudget(network, 2)).multipliers).toBe(2);
});

test('a width that is not the narrowest, where it lets lanes divide better', () => {
  // Twelve channels that leave two at a time allow no three lanes; three at a time they do.
  const graph = networkOf([1, 4, 4, 2], conv3x3(2, 12), averagePool(4, 4), dense(12, 6));
  const network = networkWorks(graph);
  const folded = foldForBudget(network, 32);
  expect(outcome(network, folded)).toEqual({ bottleneck: 128, multipliers: 30 });
  expect(folded.widths.get(network.works[0]!.outputTensor)).toBe(3);
});
