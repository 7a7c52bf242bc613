import { keyLines, labelled } from '../designs.ts';
import type { Figure, FigureBuilder } from '../figure.ts';
import { digits, scaleFor } from '../format.ts';
import { shown } from './shown.ts';
import { type StackRow, stackConfig } from './stack.ts';

/** Which layer the joules go to: for each layer a bar per design, stacked by component. */
export const energyByLayer: FigureBuilder = (results): Figure => {
  const designs = labelled(results).slice(0, shown.designs);
  const layers = [
    ...new Set(designs.flatMap(({ result }) => Object.keys(result.energy.breakdown.byLayerAndComponent))),
  ];
  const rows: StackRow[] = [];
  for (const layer of layers) {
    // An empty row keeps the layers apart.
    if (rows.length > 0) rows.push({ label: '', parts: {} });
    let first = true;
    for (const { result, key } of designs) {
      const parts = result.energy.breakdown.byLayerAndComponent[layer];
      if (parts === undefined) continue;
      rows.push({ label: first ? `${layer}   ${key}` : key, parts });
      first = false;
    }
  }
  const tiers = [...new Set(designs.map(({ result }) => result.energy.tier))].sort().join(', ');
  const findings = designs.map(({ result, name }) => {
    const byLayer = Object.entries(result.energy.breakdown.byLayer);
    const sum = byLayer.reduce((total, [, band]) => total + band.value, 0);
    const [layer, largest] = byLayer.reduce<[string, number]>(
      (best, [own, band]) => (band.value > best[1] ? [own, band.value] : best),
      ['no layer', 0],
    );
    return `${layer} takes ${digits(sum > 0 ? (100 * largest) / sum : 0)} % in ${name}`;
  });
  const subtitle = keyLines(designs);
  const sums = rows.map((row) => Object.values(row.parts).reduce((total, part) => total + part, 0));
  return {
    id: 'energy-by-layer',
    title: `Energy per inference by layer${shown.of(results.length)}`,
    alt: `The layer with the largest share of the energy: ${findings.join('; ')}.`,
    width: 960,
    height: 140 + 15 * subtitle.length + 14 * rows.length,
    config: stackConfig(rows, {
      title: `Energy per inference, tier ${tiers}`,
      subtitle,
      scale: scaleFor(sums, 'J'),
      fontSize: 10,
      barThickness: 11,
    }),
  };
};
