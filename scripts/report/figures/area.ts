import { labelled } from '../designs.ts';
import type { FigureBuilder, ReportFigure } from '../figure.ts';
import { digits, quantity, scaleFor } from '../format.ts';
import { overlap } from '../ranking.ts';
import { areaOf, componentTable, totalNotes } from './component-table.ts';
import { shortNames } from './shorten.ts';
import { stackConfig } from './stack.ts';

/** Silicon area, one bar per design. */
export const area: FigureBuilder = (results): ReportFigure => {
  const notes = totalNotes(results, areaOf);
  const short = shortNames(labelled(results).map(({ name }) => name));
  const rows = labelled(results).map(({ result, key, name }, index) => ({
    note: notes[index]!,
    name,
    label: `${short.get(name)!}  ${key}`,
    parts: Object.fromEntries(
      Object.entries(result.area.byComponent).map(([component, band]) => [component, band.value]),
    ),
    total: result.area.squareMicrons,
  }));
  const tiers = [...new Set(results.map((result) => result.area.tier))].sort().join(', ');
  const bySize = [...rows].sort((a, b) => a.total.value - b.total.value);
  const scale = scaleFor(
    rows.map((row) => row.total.value),
    'µm²',
  );
  return {
    id: 'area',
    title: 'Area by component',
    alt: finding(bySize),
    width: 960,
    height: 130 + 44 * rows.length,
    table: componentTable(results, areaOf, 'Area', 'µm²'),
    config: stackConfig(rows, {
      unit: 'µm²',
      title: `Area, tier ${tiers}, whisker: band`,
      scale,
      fontSize: 12,
      barThickness: 24,
    }),
  };
};

function finding(bySize: readonly { name: string; total: { value: number; low: number; high: number } }[]): string {
  const smallest = bySize[0];
  const largest = bySize.at(-1);
  if (smallest === undefined || largest === undefined) return 'No design.';
  const size = quantity(smallest.total.value, 'µm²');
  if (smallest === largest) return `${smallest.name} takes ${size}.`;
  const caution = overlap(smallest.total, largest.total) ? ', but their bands overlap' : '';
  return `${smallest.name} is the smallest with ${size}; ${largest.name} takes ${digits(largest.total.value / smallest.total.value)}× as much${caution}.`;
}
