import type { LayerActivity } from './activity.ts';

const listed = (words: readonly string[]): string => [...new Set(words)].sort().join(' and ');

/** What arithmetic the lanes of the layers that multiply were priced with, and what is gated, in words; empty where nothing multiplies. */
export function laneWords(activities: readonly LayerActivity[]): string {
  const layers = activities.filter(({ multipliers }) => multipliers > 0);
  if (layers.length === 0) return '';
  const isolated = layers.some(({ style }) => style?.operandIsolation) ? ', operands isolated' : '';
  const sum = (of: (activity: LayerActivity) => number) => activities.reduce((all, each) => all + of(each), 0);
  const [gated, all] = [sum(({ gated }) => gated?.bits ?? 0), sum(({ registerBits }) => registerBits)];
  const gates = gated === 0 ? '' : `, ${gated} of ${all} flip-flops behind clock gates where the library has such`;
  return `lanes ${listed(layers.map(({ style }) => style?.form ?? 'plain'))}${isolated}${gates}; `;
}
