import type fc from 'fast-check';
import { expect } from 'vitest';
import type { Folded } from '../../hdl-gen/arch/stream/fold.ts';
import { type Network, networkWorks } from '../../hdl-gen/arch/stream/network.ts';
import { costOf, foldWithin } from '../../hdl-gen/arch/stream/priced-fold.ts';
import type { Pricing } from '../../hdl-gen/arch/stream/pricing.ts';
import { stagesOf } from '../../hdl-gen/arch/stream/schedule.ts';
import { type Folding, stageClocks } from '../../hdl-gen/arch/stream/stage.ts';
import { linkGroups } from '../../hdl-gen/arch/stream/widths.ts';
import type { Work } from '../../hdl-gen/arch/stream/work.ts';
import type { Graph } from '../../models/graph.ts';

/** A network and, layer by layer, the foldings that are tried. */
export interface PlanSpace {
  readonly network: Network;
  readonly foldings: readonly (readonly Folding[])[];
}

/** Networks with streams of a byte and few enough plans to try them all. */
export function planSpaces(
  graphs: fc.Arbitrary<Graph>,
  foldingsOf: (work: Work) => readonly Folding[],
  mostPlans: number,
): fc.Arbitrary<PlanSpace> {
  return graphs
    .map((graph) => networkWorks(graph))
    .filter((network) => linkGroups(network).every(({ allowed }) => allowed.length === 1))
    .map((network) => ({ network, foldings: network.works.map(foldingsOf) }))
    .filter(({ foldings }) => foldings.reduce((product, each) => product * each.length, 1) <= mostPlans);
}

/** Every choice of one folding for each layer. */
export function everyPlan({ network, foldings }: PlanSpace): Folded[] {
  const widths = new Map(linkGroups(network).flatMap(({ tensors }) => tensors.map((id) => [id, 1] as const)));
  return foldings
    .reduce<Folding[][]>((all, each) => all.flatMap((chosen) => each.map((folding) => [...chosen, folding])), [[]])
    .map((chosen) => ({ foldings: chosen, widths }));
}

/** Clocks of the slowest stage. */
export const slowestClocks = (network: Network, folded: Folded): number =>
  Math.max(...stagesOf(network, folded).map(stageClocks));

/**
 * Holds `foldWithin` against all plans, at a limit that lies `share` of the way from the cheapest to the dearest: within it, none is
 * faster; just below the cheapest there is none, said with `refusal`.
 */
export function expectFastestWithin(
  { network }: PlanSpace,
  plans: readonly Folded[],
  pricing: Pricing,
  share: number,
  refusal: (least: number) => string | RegExp,
): void {
  const sizes = plans.map((plan) => ({ clocks: slowestClocks(network, plan), cost: costOf(network, plan, pricing) }));
  const costs = sizes.map(({ cost }) => cost);
  const [least, largest] = [Math.min(...costs), Math.max(...costs)];
  const limit = { most: least + share * (largest - least), place: '/target', text: String };
  const within = foldWithin(network, limit, pricing, {});
  expect(costOf(network, within, pricing)).toBeLessThanOrEqual(limit.most);
  const fitting = sizes.filter(({ cost }) => cost <= limit.most).map(({ clocks }) => clocks);
  expect(slowestClocks(network, within)).toBe(Math.min(...fitting));
  expect(() => foldWithin(network, { ...limit, most: least - 1 }, pricing, {})).toThrow(refusal(least));
}
