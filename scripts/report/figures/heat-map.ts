import type { Result } from '../../../specs/result.ts';
import { axisOptions, rowAxis, type Tick } from '../axes.ts';
import { tierBadge } from '../badge.ts';
import { type Labelled, labelled } from '../designs.ts';
import type { Json, ReportFigure } from '../figure.ts';
import type { FigureTable } from '../figure-table.ts';
import { digits, percent, quantity, scaled, scaleFor } from '../format.ts';
import { componentColours, heat } from '../palette.ts';
import { shortNames } from './shorten.ts';
import { shown } from './shown.ts';
import { tileInteraction, tilePoint, tileSet } from './tile.ts';

/** Text of a share in a small field: `23`, `4.2`, `<0.1`. */
function shareText(share: number): string {
  const hundredth = 100 * share;
  if (hundredth === 0) return '0';
  return hundredth < 0.1 ? '<0.1' : digits(hundredth, 2);
}

const sumOf = (parts: Iterable<number>) => [...parts].reduce((sum, part) => sum + part, 0);

/** Which block of a design is active: the share of its energy that each component of each layer takes. */
function heatMap({ result, key, name }: Labelled, single: boolean): ReportFigure {
  const { tier, joulesPerInference, breakdown } = result.energy;
  const cells = breakdown.byLayerAndComponent;
  const layers = Object.keys(cells);
  const components = [...componentColours(layers.flatMap((layer) => Object.keys(cells[layer]!))).keys()];
  const all = sumOf(layers.flatMap((layer) => Object.values(cells[layer]!)));
  const share = (joules: number) => (all > 0 ? joules / all : 0);
  const most = Math.max(0, ...layers.flatMap((layer) => Object.values(cells[layer]!)));
  const names = shortNames(layers);
  const field = (row: number, column: number, joules: number | undefined, words: string, sum: boolean) =>
    tilePoint(
      {
        left: column - 0.5,
        right: column + 0.5,
        top: row - 0.5,
        bottom: row + 0.5,
        fill: heat,
        strength: sum || joules === undefined || most === 0 ? 0 : joules / most,
        lines: [joules === undefined ? '–' : shareText(share(joules))],
        bold: sum,
      },
      [words, joules === undefined ? 'none' : `${quantity(joules, 'J')}, ${percent(share(joules))}`],
    );
  const inner = layers.flatMap((layer, row) => [
    ...components.map((component, column) =>
      field(row, column, cells[layer]![component], `${layer}, ${component}`, false),
    ),
    field(row, components.length, sumOf(Object.values(cells[layer]!)), `${layer}, all components`, true),
  ]);
  const below = components.map((component, column) =>
    field(
      layers.length,
      column,
      sumOf(layers.map((layer) => cells[layer]![component] ?? 0)),
      `${component}, all layers`,
      true,
    ),
  );
  const corner = field(layers.length, components.length, all, 'all layers, all components', true);
  const columns: Tick[] = [...components, 'all'].map((component, value) => ({ value, label: component.split('-') }));
  const rows = rowAxis([...layers.map((layer) => names.get(layer)!), 'all layers']);
  const x = { type: 'linear', min: -0.5, max: components.length + 0.5, ticks: columns } as const;
  return {
    id: `heat-${key.toLowerCase()}`,
    title: `Activity by block${single ? '' : ` of ${key} ${name}`}`,
    alt: finding(result, all),
    width: 960,
    height: 150 + 26 * (layers.length + 1),
    table: tableOf(result, components),
    config: {
      type: 'scatter',
      data: { datasets: [{ ...tileSet, label: 'share', data: [...inner, ...below, corner] }] },
      options: {
        interaction: tileInteraction,
        scales: {
          x: axisOptions(x, `Share of ${quantity(joulesPerInference.value, 'J')} per inference, ${tier} [%]`, {
            position: 'top',
            grid: { display: false },
            ticks: { autoSkip: false, padding: 4, maxRotation: 60 },
          }),
          y: axisOptions(rows, '', {
            reverse: true,
            grid: { display: false },
            ticks: { autoSkip: false, padding: 6 },
          }),
        },
        plugins: {
          legend: { display: false },
          subtitle: {
            display: true,
            align: 'start',
            padding: { bottom: 6 },
            text: [`The stronger the colour, the more energy; full colour is ${percent(share(most))} of all.`],
          },
          marks: { ticks: { x: columns as unknown as Json, y: rows.ticks as unknown as Json } },
        },
      },
    },
  };
}

function finding({ energy, design }: Result, all: number): string {
  const blocks = Object.entries(energy.breakdown.byLayerAndComponent)
    .flatMap(([layer, parts]) => Object.entries(parts).map(([component, joules]) => ({ layer, component, joules })))
    .sort((a, b) => b.joules - a.joules);
  const [first] = blocks;
  if (first === undefined || all === 0) return `No block of ${design.name} spends energy: 0 J.`;
  let sum = 0;
  const half = blocks.findIndex(({ joules }) => {
    sum += joules;
    return sum >= all / 2;
  });
  const few = half === 0 ? 'it alone takes half' : `${half + 1} of ${blocks.length} blocks take half`;
  return `The most active block of ${design.name} is ${first.component} in ${first.layer} with ${percent(first.joules / all)} of the energy; ${few}.`;
}

function tableOf({ energy }: Result, components: readonly string[]): FigureTable {
  const { byLayer, byLayerAndComponent, byComponent } = energy.breakdown;
  const scale = scaleFor([energy.joulesPerInference.value], 'J');
  const badge = tierBadge(energy.tier);
  const number = (joules: number | undefined) => (joules === undefined ? '–' : { text: scaled(joules, scale), badge });
  return {
    heads: [{ text: 'Layer' }, ...[...components, 'all'].map((text) => ({ text, unit: scale.unit, numeric: true }))],
    rows: [
      ...Object.entries(byLayerAndComponent).map(([layer, parts]) => [
        layer,
        ...components.map((component) => number(parts[component])),
        number(byLayer[layer]?.value),
      ]),
      [
        'all layers',
        ...components.map((component) => number(byComponent[component]?.value)),
        number(energy.joulesPerInference.value),
      ],
    ],
  };
}

/** A figure for each design, up to the number that stays readable. */
export function heatMaps(results: readonly Result[]): ReportFigure[] {
  return labelled(results)
    .slice(0, shown.designs)
    .map((design) => heatMap(design, results.length === 1));
}
