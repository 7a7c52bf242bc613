import type { FasterPlan } from '../architecture.ts';
import { type Fixed, type Folded, foldForBudget, planFor, spaceOf } from './fold.ts';
import type { Network } from './network.ts';
import { multiplies, type Option, optionOf } from './options.ts';
import { widthsOf } from './widths.ts';

const optionsOf = ({ works }: Network, { foldings, widths }: Folded): Option[] =>
  works.map((work, index) => optionOf(work, foldings[index]!, widthsOf(work, widths)));

/** Multipliers of a plan. */
export function multipliersOf(network: Network, folded: Folded): number {
  return optionsOf(network, folded)
    .filter((_, index) => multiplies(network.works[index]!))
    .reduce((sum, { multipliers }) => sum + multipliers, 0);
}

/** The fewest multipliers with which every layer is faster than the slowest one is now; null when some layer cannot be. */
export function nextPlan(network: Network, folded: Folded, fixed: Fixed): FasterPlan | null {
  const { works } = network;
  const now = optionsOf(network, folded);
  const slowest = Math.max(...now.map(({ clocks }) => clocks));
  const plan = planFor(spaceOf(network, fixed), slowest - 1);
  if (plan === null) return null;
  // So many multipliers may reach fewer clocks still than were asked for.
  const then = optionsOf(network, foldForBudget(network, plan.multipliers, fixed));
  const interval = Math.max(...then.map(({ clocks }) => clocks));
  const widened = works.filter((work, index) => multiplies(work) && then[index]!.multipliers > now[index]!.multipliers);
  return {
    multipliers: plan.multipliers,
    interval,
    layer: works[then.findIndex(({ clocks }) => clocks === interval)]!.name,
    widened: widened.map(({ name }) => name),
  };
}
