import { Fault } from '../../../specs/fault.ts';
import { type Fixed, type Folded, ownEntries, type Space, spaceOf, tooFast } from './fold.ts';
import type { Network } from './network.ts';
import { everyOption, type Option, optionOf } from './options.ts';
import type { Price, Pricing } from './pricing.ts';
import { slackPixels, stagesOf } from './schedule.ts';
import { type Folding, stageClocks, stageOf } from './stage.ts';
import { widthsFor, widthsOf } from './widths.ts';

interface Priced extends Option, Price {}

type PricedSpace = Pick<Space, 'works' | 'groups'> & {
  front(...parameters: Parameters<Space['front']>): readonly Priced[];
};

/** Options that none beats in clocks, in both shares of the price and in multipliers, fewest clocks first. */
function undominated(options: readonly Priced[]): Priced[] {
  const sorted = [...options].sort(
    (a, b) => a.clocks - b.clocks || a.fixed - b.fixed || a.perClock - b.perClock || a.multipliers - b.multipliers,
  );
  const kept: Priced[] = [];
  for (const option of sorted) {
    const beaten = ({ fixed, perClock, multipliers }: Priced) =>
      fixed <= option.fixed && perClock <= option.perClock && multipliers <= option.multipliers;
    if (!kept.some(beaten)) kept.push(option);
  }
  return kept;
}

function pricedSpace(network: Network, fixed: Fixed, pricing: Pricing): PricedSpace {
  const { works, groups } = spaceOf(network, fixed);
  const foldings = ownEntries(fixed.foldings);
  const known = new Map<string, readonly Priced[]>();
  const front: PricedSpace['front'] = (index, links) => {
    const work = works[index]!;
    const widths = widthsOf(work, links);
    const key = `${index} ${widths.input} ${widths.output}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const held = foldings[work.name];
    const options = held ? [optionOf(work, held, widths)] : everyOption(work, widths);
    const slack = work.form === 'window' ? slackPixels(work) : 0;
    const made = undominated(
      options.map((option) => ({
        ...option,
        ...pricing.stage(stageOf(work, option.folding, widths, slack), work),
      })),
    );
    known.set(key, made);
    return made;
  };
  return { works, groups, front };
}

/** A plan whose layers take at most so many clocks, and what its engines cost with that interval. */
interface Offer {
  readonly folded: Folded;
  readonly cost: number;
}

/** Every layer's cheapest option, of equally cheap ones the one with the fewest multipliers; null when some layer always takes more clocks. */
function cheapest({ works, groups, front }: PricedSpace, clocks: number): Offer | null {
  const widths = widthsFor(groups, clocks);
  if (widths === null) return null;
  const foldings: Folding[] = [];
  let cost = 0;
  for (const index of works.keys()) {
    let best: Priced | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const option of front(index, widths)) {
      if (option.clocks > clocks) break;
      const price = option.fixed + clocks * option.perClock;
      const fewer = price === least && best !== null && option.multipliers < best.multipliers;
      if (price < least || fewer) [best, least] = [option, price];
    }
    if (best === null) return null;
    foldings.push(best.folding);
    cost += least;
  }
  return { folded: { foldings, widths }, cost };
}

/** What a whole plan costs: its engines, its queues and what stands around them, with the interval of its slowest stage. */
export function costOf(network: Network, folded: Folded, pricing: Pricing): number {
  const stages = stagesOf(network, folded);
  const interval = Math.max(...stages.map(stageClocks));
  const { works } = network;
  const prices = stages.map((stage) =>
    pricing.stage(
      stage,
      works.find(({ name }) => name === stage.name),
    ),
  );
  prices.push(pricing.around(stages, network));
  return prices.reduce((sum, { fixed, perClock }) => sum + fixed + interval * perClock, 0);
}

/** Every number of clocks up to `most` at which the cheapest plan with the narrowest streams can change, ascending. */
function candidates({ works, groups, front }: PricedSpace, most: number): number[] {
  const found = new Set<number>([most]);
  const keep = (clocks: number) => {
    if (clocks <= most) found.add(clocks);
  };
  // The narrowest widths change where a stream's beats no longer fit; between those points they are constant.
  const turns = [...new Set(groups.flatMap(({ bytes, allowed }) => allowed.map((width) => bytes / width)))].sort(
    (a, b) => a - b,
  );
  for (const clocks of [1, ...turns]) {
    keep(clocks);
    const widths = widthsFor(groups, clocks);
    if (widths === null) continue;
    for (const index of works.keys()) for (const option of front(index, widths)) keep(option.clocks);
  }
  return [...found].sort((a, b) => a - b);
}

/** Every offer up to `most` clocks, ascending: one for each number of clocks at which the cheapest plan can change. */
function offersOf(space: PricedSpace, most: number): Offer[] {
  const offers = candidates(space, most).map((clocks) => cheapest(space, clocks));
  return offers.filter((offer) => offer !== null);
}

/** Clocks of the slowest plan there is. */
function slowestOf({ works, groups, front }: PricedSpace): number {
  const widths = widthsFor(groups, Number.POSITIVE_INFINITY)!;
  return Math.max(...works.flatMap((_, index) => front(index, widths).map(({ clocks }) => clocks)));
}

/** A limit on what a plan costs, with what errors say about it. */
export interface Limit {
  readonly most: number;
  /** JSON pointer. */
  readonly place: string;
  /** `20 block memories`: an amount as people read it. */
  readonly text: (amount: number) => string;
}

/**
 * The fastest plan whose cost is within the limit, by exact search over all clock counts at which the cheapest plan can change; within
 * that every layer is as cheap as it can be. More never gives a slower plan. Errors: BUDGET_TOO_SMALL, WIDTH_IMPOSSIBLE, FOLDING_*.
 */
export function foldWithin(network: Network, limit: Limit, pricing: Pricing, fixed: Fixed): Folded {
  const space = pricedSpace(network, fixed, pricing);
  let least = Number.POSITIVE_INFINITY;
  for (const { folded, cost } of offersOf(space, slowestOf(space))) {
    // Queues only add to it.
    if (cost > limit.most && cost >= least) continue;
    const whole = costOf(network, folded, pricing);
    if (whole <= limit.most) return folded;
    least = Math.min(least, whole);
  }
  throw new Fault({
    code: 'BUDGET_TOO_SMALL',
    place: limit.place,
    cause: `the smallest plan takes ${limit.text(least)}, the goal allows ${limit.text(limit.most)}`,
    wayOut:
      'every layer has its own engine in the stream architecture, so give at least as much or take a smaller network',
  });
}

/**
 * The plan that costs least when an inference takes at most `most` clocks: its price grows with the interval, so neither the slowest
 * nor the fastest need be it. Exact over the same clock counts. Errors: TARGET_TOO_FAST, WIDTH_IMPOSSIBLE, FOLDING_*.
 */
export function foldForLeast(network: Network, most: number, pricing: Pricing, fixed: Fixed): Folded {
  const space = pricedSpace(network, fixed, pricing);
  const offers = offersOf(space, Math.min(most, slowestOf(space))).sort((a, b) => a.cost - b.cost);
  let best: { readonly folded: Folded; readonly whole: number } | null = null;
  for (const { folded, cost } of offers) {
    // No later offer can be cheaper than this one's engines.
    if (best !== null && cost >= best.whole) break;
    const whole = costOf(network, folded, pricing);
    if (best === null || whole < best.whole) best = { folded, whole };
  }
  if (best === null) throw tooFast(space, most);
  return best.folded;
}
