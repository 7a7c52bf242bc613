import { Fault } from '../../../specs/fault.ts';
import { type Folding, stageClocks, stageOf } from './stage.ts';
import type { WindowWork, Work } from './work.ts';

interface Option {
  readonly folding: Folding;
  readonly multipliers: number;
  readonly clocks: number;
}

/** Smallest divisor-like factors: for every reachable ceil(total / factor) the least factor that reaches it. */
function usefulFactors(total: number): number[] {
  const factors: number[] = [];
  let previous = Number.POSITIVE_INFINITY;
  for (let factor = 1; factor <= total; factor++) {
    const passes = Math.ceil(total / factor);
    if (passes < previous) factors.push(factor);
    previous = passes;
  }
  return factors;
}

function usefulPe(work: WindowWork): number[] {
  const { depthMultiplier: m, output } = work;
  if (work.reach === 'dense' || m === 1) return usefulFactors(output.channels);
  return [...usefulFactors(m), ...usefulFactors(output.channels / m).map((inputs) => inputs * m)];
}

/** Whether the work takes from a budget of multipliers. */
export function multiplies(work: Work): boolean {
  return work.form === 'window' && work.weight !== null;
}

function optionOf(work: Work, folding: Folding): Option {
  const stage = stageOf(work, folding);
  // Pools have no multipliers; their adders decide between them.
  const multipliers = multiplies(work) ? stage.multipliers : folding.pe;
  return { folding, multipliers, clocks: stageClocks(stage) };
}

/** Every folding that no other one beats in both multipliers and clocks, fewest multipliers first. */
function options(work: Work): Option[] {
  if (work.form !== 'window') return [optionOf(work, { pe: 1, simd: 1 })];
  const all: Option[] = [];
  for (const pe of usefulPe(work)) {
    for (const simd of work.reach === 'dense' ? usefulFactors(work.input.channels) : [1]) {
      all.push(optionOf(work, { pe, simd }));
    }
  }
  // Equal cost and speed: fewer accumulators.
  all.sort((a, b) => a.multipliers - b.multipliers || a.clocks - b.clocks || a.folding.pe - b.folding.pe);
  const front: Option[] = [];
  for (const option of all) {
    const best = front.at(-1);
    if (!best || option.clocks < best.clocks) front.push(option);
  }
  return front;
}

/** Foldings that the request fixes, by layer name; the planner chooses the others. */
export type FixedFoldings = Readonly<Record<string, Folding>>;

function frontsOf(works: readonly Work[], fixed: FixedFoldings): Option[][] {
  for (const name of Object.keys(fixed)) {
    if (!works.some((work) => work.name === name && work.form === 'window')) {
      throw new Fault({
        code: 'FOLDING_UNKNOWN_LAYER',
        place: `/parameters/foldings/${name}`,
        cause: 'the network has no such layer with an engine that can be folded',
        wayOut: `name one of ${works
          .filter(({ form }) => form === 'window')
          .map((work) => work.name)
          .join(', ')}`,
      });
    }
  }
  return works.map((work) => {
    const folding = fixed[work.name];
    return folding ? [optionOf(work, folding)] : options(work);
  });
}

/** The folding with the fewest multipliers that takes at most `clocks`; every front has one from its fastest option's clocks on. */
const fastEnough = (front: readonly Option[], clocks: number) => front.find((option) => option.clocks <= clocks)!;

function costOf(works: readonly Work[], fronts: readonly Option[][], clocks: number): number {
  return fronts.reduce(
    (sum, front, index) => (!multiplies(works[index]!) ? sum : sum + fastEnough(front, clocks).multipliers),
    0,
  );
}

/**
 * Foldings under a budget of multipliers such that the slowest layer is as fast as the budget allows, with no more multipliers
 * than that takes: an exact search over all reachable clock counts. Errors: BUDGET_TOO_SMALL when there are fewer multipliers
 * than the layers that multiply need.
 */
export function foldForBudget(works: readonly Work[], budget: number, fixed: FixedFoldings = {}): Folding[] {
  const fronts = frontsOf(works, fixed);
  // No folding makes the network faster than its slowest layer at its fastest.
  const floor = Math.max(...fronts.map((front) => front.at(-1)!.clocks));
  const clocks = fronts.flatMap((front) => front.map((option) => option.clocks)).filter((count) => count >= floor);
  const reachable = [...new Set(clocks)].sort((a, b) => a - b);
  const least = costOf(works, fronts, reachable.at(-1)!);
  if (budget < least) {
    throw new Fault({
      code: 'BUDGET_TOO_SMALL',
      place: '/parameters/multipliers',
      cause: `${budget} multipliers cannot serve ${works.filter(multiplies).length} layers that multiply`,
      wayOut: `every layer has its own engine in the stream architecture, so give at least ${least}`,
    });
  }
  let low = 0;
  let high = reachable.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (costOf(works, fronts, reachable[middle]!) <= budget) high = middle;
    else low = middle + 1;
  }
  return fronts.map((front) => fastEnough(front, reachable[low]!).folding);
}

/** Foldings with the fewest multipliers in which no layer takes more than `clocks` per inference. Errors: TARGET_TOO_FAST. */
export function foldForInterval(works: readonly Work[], clocks: number, fixed: FixedFoldings = {}): Folding[] {
  const fronts = frontsOf(works, fixed);
  return fronts.map((front, index) => {
    const option = front.find((candidate) => candidate.clocks <= clocks);
    if (option) return option.folding;
    const fastest = front.at(-1)!.clocks;
    throw new Fault({
      code: 'TARGET_TOO_FAST',
      place: '/target/throughput',
      cause: `layer ${works[index]!.name} takes at least ${fastest} clocks per inference, the goal leaves ${Math.floor(clocks)}`,
      wayOut: 'raise the clock, lower the goal or change the folding that was fixed',
    });
  });
}
