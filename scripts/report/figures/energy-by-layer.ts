import type { Result } from '../../../specs/result.ts';
import { tierBadge } from '../badge.ts';
import { keyLines, type Labelled, labelled } from '../designs.ts';
import type { FigureBuilder, ReportFigure } from '../figure.ts';
import { bandCells, type FigureTable, numeric } from '../figure-table.ts';
import { digits, scaleFor } from '../format.ts';
import { shortNames } from './shorten.ts';
import { shown } from './shown.ts';
import { type StackRow, stackConfig } from './stack.ts';

/** Which layer the joules go to: for each layer a bar per design, stacked by component. */
export const energyByLayer: FigureBuilder = (results): ReportFigure => {
  const designs = labelled(results).slice(0, shown.designs);
  const layers = [
    ...new Set(designs.flatMap(({ result }) => Object.keys(result.energy.breakdown.byLayerAndComponent))),
  ];
  const short = shortNames(layers);
  const rows: StackRow[] = [];
  for (const layer of layers) {
    // An empty row keeps the layers apart.
    if (rows.length > 0) rows.push({ label: '', parts: {} });
    let first = true;
    for (const { result, key } of designs) {
      const parts = result.energy.breakdown.byLayerAndComponent[layer];
      if (parts === undefined) continue;
      rows.push({ label: first ? `${short.get(layer)!}   ${key}` : key, parts });
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
    table: tableOf(layers, designs),
    height: 140 + 15 * subtitle.length + 14 * rows.length,
    config: stackConfig(rows, {
      unit: 'J',
      title: `Energy per inference, tier ${tiers}`,
      subtitle,
      scale: scaleFor(sums, 'J'),
      fontSize: 10,
      barThickness: 11,
    }),
  };
};

function tableOf(layers: readonly string[], designs: readonly Labelled[]): FigureTable {
  const bandOf = ({ energy }: Result, layer: string) => energy.breakdown.byLayer[layer];
  const bands = designs.flatMap(({ result }) => Object.values(result.energy.breakdown.byLayer));
  const scale = scaleFor(
    bands.map(({ value }) => value),
    'J',
  );
  return {
    heads: [
      { text: 'Layer' },
      { text: 'Design' },
      { text: 'Energy per inference', unit: scale.unit, ...numeric },
      { text: 'Band', unit: scale.unit, ...numeric },
    ],
    rows: layers.flatMap((layer) =>
      designs.flatMap(({ result, key, name }) => {
        const band = bandOf(result, layer);
        if (band === undefined) return [];
        return [[layer, `${key} ${name}`, ...bandCells(band, scale, tierBadge(result.energy.tier))]];
      }),
    ),
  };
}
