import type { Target } from '../../../specs/design.ts';
import {
  formatSquareMicrons,
  parseInferencesPerSecond,
  parseSquareMicrons,
  squareMicrons,
} from '../../../specs/units.ts';
import type { Fixed, Folded } from './fold.ts';
import type { Network } from './network.ts';
import { foldForLeast, foldWithin, type Limit } from './priced-fold.ts';
import type { Pricing } from './pricing.ts';

/** Goals that count something else than multipliers and clocks. */
export type PricedTarget = Extract<
  Target,
  { area: string } | { blockRam: number } | { lut: number } | { energy: 'least' }
>;

export const isPriced = (target: Target): target is PricedTarget =>
  'area' in target || 'blockRam' in target || 'lut' in target || 'energy' in target;

/** The largest amount that a plan may cost. */
function limitOf(target: Exclude<PricedTarget, { energy: 'least' }>): Limit {
  if ('area' in target) {
    const text = (amount: number) => formatSquareMicrons(squareMicrons(amount));
    return { most: parseSquareMicrons(target.area), place: '/target/area', text };
  }
  if ('lut' in target) {
    const { lut, device, lutsPerDsp } = target;
    const multipliers = device === 'ice40' || lutsPerDsp === 0 ? '' : ' (DSP blocks counted in)';
    const text = (amount: number) => `${Math.ceil(amount)} look-up tables of ${device} by estimate${multipliers}`;
    return { most: lut, place: '/target/lut', text };
  }
  const { blockRam, device } = target;
  const text = (blocks: number) => `${blocks} ${blocks === 1 ? 'block memory' : 'block memories'} of ${device}`;
  return { most: blockRam, place: '/target/blockRam', text };
}

/** The plan that a goal with prices asks for. Errors: BUDGET_TOO_SMALL, TARGET_TOO_FAST, WIDTH_IMPOSSIBLE, FOLDING_*. */
export function foldByPrice(
  network: Network,
  target: PricedTarget,
  clockHertz: number,
  pricing: Pricing,
  fixed: Fixed,
): Folded {
  if (!('energy' in target)) return foldWithin(network, limitOf(target), pricing, fixed);
  const { throughput } = target;
  const most = throughput === undefined ? Number.POSITIVE_INFINITY : clockHertz / parseInferencesPerSecond(throughput);
  return foldForLeast(network, most, pricing, fixed);
}
