import { labelled } from '../designs.ts';
import type { FigureBuilder, ReportFigure } from '../figure.ts';
import { digits, scaleFor } from '../format.ts';
import { componentTable, energyOf, totalNotes } from './component-table.ts';
import { shortNames } from './shorten.ts';
import { stackConfig } from './stack.ts';

/** Where the joules of one inference go, one bar per design. */
export const energyByComponent: FigureBuilder = (results): ReportFigure => {
  const notes = totalNotes(results, energyOf);
  const short = shortNames(labelled(results).map(({ name }) => name));
  const rows = labelled(results).map(({ result, key, name }, index) => ({
    note: notes[index]!,
    name,
    label: `${short.get(name)!}  ${key}`,
    parts: Object.fromEntries(
      Object.entries(result.energy.breakdown.byComponent).map(([component, band]) => [component, band.value]),
    ),
    total: result.energy.joulesPerInference,
  }));
  const tiers = [...new Set(results.map((result) => result.energy.tier))].sort().join(', ');
  const findings = rows.map(({ name: design, parts }) => {
    const sum = Object.values(parts).reduce((total, part) => total + part, 0);
    const [name, largest] = Object.entries(parts).reduce((a, b) => (b[1] > a[1] ? b : a), ['nothing', 0]);
    return `${name} takes ${digits(sum > 0 ? (100 * largest) / sum : 0)} % in ${design}`;
  });
  return {
    id: 'energy-by-component',
    title: 'Energy per inference by component',
    alt: `The largest share of the energy: ${findings.join('; ')}.`,
    width: 960,
    height: 130 + 44 * rows.length,
    table: componentTable(results, energyOf, 'Energy per inference', 'J'),
    config: stackConfig(rows, {
      unit: 'J',
      title: `Energy per inference, tier ${tiers}, whisker: band`,
      scale: scaleFor(
        rows.map((row) => row.total.value),
        'J',
      ),
      fontSize: 12,
      barThickness: 24,
    }),
  };
};
