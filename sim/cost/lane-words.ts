import type { LayerActivity } from './activity.ts';

const listed = (words: readonly string[]): string => [...new Set(words)].sort().join(' and ');

/** What arithmetic the lanes of the layers that multiply were priced with, in words; empty where nothing multiplies. */
export function laneWords(activities: readonly LayerActivity[]): string {
  const layers = activities.filter(({ multipliers }) => multipliers > 0);
  if (layers.length === 0) return '';
  return `lanes ${listed(layers.map(({ style }) => style?.form ?? 'plain'))}; `;
}
