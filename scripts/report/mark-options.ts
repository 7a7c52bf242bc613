import { type Axis, axisOptions } from './axes.ts';
import type { Json } from './figure.ts';

const legend: Json = { position: 'top', align: 'start', labels: { usePointStyle: true, boxHeight: 8, padding: 16 } };

/** An axis of named rows, the first at the top, each between two lines. */
export const namedRows = (axis: Axis): Json =>
  axisOptions(axis, '', {
    reverse: true,
    ticks: { autoSkip: false, padding: 6 },
    grid: { drawTicks: false, offset: true },
  });

/** What figures of single marks have around them: a legend, lines of explanation, exact ticks, whiskers along these axes. */
export function markPlugins(
  axes: { readonly x: Axis; readonly y: Axis },
  explanation: readonly string[],
  whisker?: 'x' | 'y' | 'xy',
): { readonly [key: string]: Json } {
  const ticks = { x: axes.x.ticks as unknown as Json, y: axes.y.ticks as unknown as Json };
  return {
    legend,
    subtitle: { display: true, align: 'start', padding: { bottom: 4 }, text: explanation },
    marks: whisker === undefined ? { ticks } : { ticks, whisker },
  };
}
