import type { Result } from '../../../specs/result.ts';
import { axisOptions } from '../axes.ts';
import { tierBadge } from '../badge.ts';
import { type Labelled, labelled } from '../designs.ts';
import type { Json, ReportFigure } from '../figure.ts';
import type { FigureTable } from '../figure-table.ts';
import { bandQuantity, percent, quantity, scaled, scaleFor } from '../format.ts';
import { componentColours } from '../palette.ts';
import { squarify } from '../squarify.ts';
import { shortNames } from './shorten.ts';
import { shown } from './shown.ts';
import { tileInteraction, tilePoint, tileSet } from './tile.ts';

const wide = 920;
const high = 430;
/** For the name of a layer. */
const headline = 18;
const margin = 2;

interface Piece {
  readonly component: string;
  readonly point: { [key: string]: Json };
}

/** Where the silicon of a design goes: a rectangle per layer, cut by component. */
function treemap({ result, key, name }: Labelled, single: boolean): ReportFigure {
  const { byLayerAndComponent, squareMicrons, tier } = result.area;
  const layers = Object.entries(byLayerAndComponent).map(([layer, parts]) => ({
    layer,
    parts: Object.entries(parts),
    sum: Object.values(parts).reduce((sum, part) => sum + part, 0),
  }));
  const colours = componentColours(Object.keys(result.area.byComponent));
  const all = layers.reduce((total, { sum }) => total + sum, 0);
  const boxes = squarify(
    layers.map(({ sum }) => sum),
    { left: 0, top: 0, width: wide, height: high },
  );
  const share = (area: number) => percent(all > 0 ? area / all : 0);
  const short = shortNames(
    layers.map(({ layer }) => layer),
    32,
  );
  const frames: { [key: string]: Json }[] = [];
  const pieces: Piece[] = [];
  layers.forEach(({ layer, parts, sum }, at) => {
    const box = boxes[at]!;
    const { left, top } = box;
    const right = left + box.width;
    const bottom = top + box.height;
    if (sum === 0) return;
    const named = box.width >= 60 && box.height >= 3 * headline;
    const frame = {
      left,
      right,
      top,
      bottom,
      fill: '#000000',
      strength: 0,
      lines: named ? [short.get(layer)!] : [],
      frame: true,
    };
    frames.push(tilePoint(frame, []));
    const edge = Math.min(margin, box.width / 8, box.height / 8);
    const inner = squarify(
      parts.map(([, area]) => area),
      {
        left: left + edge,
        top: top + (named ? headline : edge),
        width: box.width - 2 * edge,
        height: box.height - (named ? headline : edge) - edge,
      },
    );
    parts.forEach(([component, area], index) => {
      if (area === 0) return;
      const place = inner[index]!;
      const tile = {
        left: place.left,
        right: place.left + place.width,
        top: place.top,
        bottom: place.top + place.height,
        fill: colours.get(component)!,
        strength: 1,
        lines: [...component.split('-'), quantity(area, 'µm²')],
      };
      pieces.push({
        component,
        point: tilePoint(tile, [`${layer}, ${component}`, `${quantity(area, 'µm²')}, ${share(area)}`]),
      });
    });
  });
  const plain = { type: 'linear', ticks: [] } as const;
  return {
    id: `treemap-${key.toLowerCase()}`,
    title: `Area by layer and component${single ? '' : ` of ${key} ${name}`}`,
    alt: finding(result, layers, all),
    width: 960,
    height: high + 120,
    table: tableOf(result, [...colours.keys()]),
    config: {
      type: 'scatter',
      data: {
        datasets: [
          ...[...colours].map(([component, colour]) => ({
            ...tileSet,
            label: component,
            pointStyle: 'rect',
            backgroundColor: colour,
            data: pieces.filter((piece) => piece.component === component).map(({ point }) => point),
          })),
          { ...tileSet, label: '', data: frames },
        ],
      },
      options: {
        interaction: tileInteraction,
        scales: {
          x: axisOptions(
            { ...plain, min: 0, max: wide },
            `A rectangle's size is its area: together ${bandQuantity(squareMicrons, 'µm²')}, ${tier} [µm²]`,
            { grid: { display: false }, ticks: { display: false } },
          ),
          y: axisOptions({ ...plain, min: 0, max: high }, '', { reverse: true, display: false }),
        },
        plugins: {
          legend: { position: 'top', align: 'start', labels: { boxWidth: 12, boxHeight: 12, padding: 14 } },
          marks: { ticks: { x: [], y: [] } },
        },
      },
    },
  };
}

function finding(
  { design, area }: Result,
  layers: readonly { readonly layer: string; readonly sum: number }[],
  all: number,
): string {
  const largest = layers.reduce((most, each) => (each.sum > most.sum ? each : most), { layer: 'nothing', sum: 0 });
  const [component, band] = Object.entries(area.byComponent).reduce((most, each) =>
    each[1].value > most[1].value ? each : most,
  );
  if (all === 0) return `${design.name} takes 0 µm².`;
  return `${largest.layer} takes ${percent(largest.sum / all)} of the area of ${design.name}; of the components, ${component} takes most, ${percent(band.value / area.squareMicrons.value)}.`;
}

function tableOf({ area }: Result, components: readonly string[]): FigureTable {
  const scale = scaleFor([area.squareMicrons.value], 'µm²');
  const badge = tierBadge(area.tier);
  const number = (value: number | undefined) => (value === undefined ? '–' : { text: scaled(value, scale), badge });
  const sum = (parts: Readonly<Record<string, number>>) => Object.values(parts).reduce((a, b) => a + b, 0);
  return {
    heads: [{ text: 'Layer' }, ...[...components, 'all'].map((text) => ({ text, unit: scale.unit, numeric: true }))],
    rows: [
      ...Object.entries(area.byLayerAndComponent).map(([layer, parts]) => [
        layer,
        ...components.map((component) => number(parts[component])),
        number(sum(parts)),
      ]),
      [
        'all layers',
        ...components.map((component) => number(area.byComponent[component]?.value)),
        number(area.squareMicrons.value),
      ],
    ],
  };
}

/** A figure for each design, up to the number that stays readable. */
export function treemaps(results: readonly Result[]): ReportFigure[] {
  return labelled(results)
    .slice(0, shown.designs)
    .map((design) => treemap(design, results.length === 1));
}
