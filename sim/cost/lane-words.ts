import type { Technology } from '../../specs/technology.ts';
import type { LayerActivity } from './activity.ts';
import { hasClockGates } from './clock-gates.ts';

const listed = (words: readonly string[]): string => [...new Set(words)].sort().join(' and ');

/** What stands behind clock gates; without a technology in any that has such. */
function gateWords(gated: number, all: number, technology: Technology | undefined): string {
  if (gated === 0) return '';
  if (technology !== undefined && !hasClockGates(technology))
    return 'no clock gates: the library has none, and all flip-flops are clocked always';
  const where = technology === undefined ? ' where the library has such' : '';
  return `${gated} of ${all} flip-flops behind clock gates${where}`;
}

/**
 * What arithmetic the lanes of the layers that multiply were priced with, and what is gated, in words; empty where nothing multiplies and nothing is gated.
 * Errors: those of `entry`.
 */
export function laneWords(activities: readonly LayerActivity[], technology?: Technology): string {
  const layers = activities.filter(({ multipliers }) => multipliers > 0);
  const sum = (of: (activity: LayerActivity) => number) => activities.reduce((all, each) => all + of(each), 0);
  const [gated, all] = [sum(({ gated }) => gated?.bits ?? 0), sum(({ registerBits }) => registerBits)];
  const gates = gateWords(gated, all, technology);
  if (layers.length === 0) return gates === '' ? '' : `${gates}; `;
  const bits = [...new Set(layers.map(({ weightBits = 8 }) => weightBits))].sort();
  const narrow = bits.every((each) => each === 8)
    ? ''
    : `, weights of ${bits.map((each) => (each === 2 ? '-1, 0 and 1' : `${each} bits`)).join(', ')}`;
  const isolated = layers.some(({ style }) => style?.operandIsolation) ? ', operands isolated' : '';
  const forms = listed(layers.map(({ style }) => style?.form ?? 'plain'));
  return `lanes ${forms}${narrow}${isolated}${gates === '' ? '' : `, ${gates}`}; `;
}
