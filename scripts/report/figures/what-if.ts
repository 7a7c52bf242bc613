import type { Result } from '../../../specs/result.ts';
import type { WhatIf, WhatIfPoint } from '../../../specs/what-if.ts';
import { axisOptions, logAxis, rowAxis, siLabel } from '../axes.ts';
import { type Badge, scaledBadge, tierBadge } from '../badge.ts';
import { type Labelled, labelled } from '../designs.ts';
import type { Json, ReportFigure } from '../figure.ts';
import { type FigureTable, numeric } from '../figure-table.ts';
import { bandQuantity, bandRange, digits, quantity, scaled, scaleFor } from '../format.ts';
import { namedRows } from '../mark-options.ts';
import { accent, hollow, ink } from '../palette.ts';
import { shown } from './shown.ts';

/** The data that the plan takes for each layer. */
const asPlanned = 'design';

const profileWords: Readonly<Record<string, string>> = {
  design: 'as planned',
  uniform: 'all bits random',
  relu: 'half zero',
  weightStationary: 'weights stay',
  sparse90: '90 % zero',
};

const isOwn = ({ design }: Result, { technology, scaled: moved }: WhatIfPoint) =>
  technology === design.technology && !moved;

const originOf = (point: WhatIfPoint, { tier }: WhatIf): Badge => (point.scaled ? scaledBadge : tierBadge(tier));

/** Points of the table that a circuit of this clock can reach, the least energy first. */
function reachable({ points }: WhatIf): WhatIfPoint[] {
  return points
    .filter(({ tooFast }) => !tooFast)
    .sort((a, b) => a.joulesPerInference[asPlanned]!.value - b.joulesPerInference[asPlanned]!.value);
}

function figureOf({ result, key, name }: Labelled, table: WhatIf, single: boolean): ReportFigure {
  const { points, clockHertz } = table;
  const bands = points.map(({ joulesPerInference }) => joulesPerInference[asPlanned]!);
  const x = logAxis(
    bands.flatMap(({ low, high }) => [low, high]),
    siLabel('J'),
  );
  const y = rowAxis(points.map(({ technology, volts }) => `${technology}   ${volts.toFixed(2)} V`));
  const [best] = reachable(table);
  const colourOf = (point: WhatIfPoint) => (point === best || isOwn(result, point) ? accent : ink);
  const data = points.map((point, row) => {
    const band = point.joulesPerInference[asPlanned]!;
    return {
      x: band.value,
      y: row,
      low: band.low,
      high: band.high,
      ...(point === best ? { label: ['lowest'] } : isOwn(result, point) ? { label: ['this design'] } : {}),
      tip: [
        `${point.technology}, ${point.volts} V${point.tooFast ? ': too slow for this clock' : ''}`,
        bandQuantity(band, 'J'),
        point.scaled ? `scaled by ${point.laws}` : `T0, the library's own supply`,
      ],
    };
  });
  return {
    id: `what-if-${key.toLowerCase()}`,
    title: `What if: other technologies and supplies${single ? '' : ` for ${key} ${name}`}`,
    alt: finding(result, table),
    width: 960,
    height: 150 + 20 * points.length,
    table: tableOf(result, table),
    config: {
      type: 'scatter',
      data: {
        datasets: [
          {
            label: 'data as planned, whisker: band',
            pointStyle: 'circle',
            pointRadius: 5,
            pointHoverRadius: 6,
            borderWidth: 1.5,
            borderColor: ink,
            backgroundColor: ink,
            pointBorderColor: points.map(colourOf),
            pointBackgroundColor: points.map((point) => (point.tooFast ? hollow : colourOf(point))),
            data,
          },
        ],
      },
      options: {
        scales: {
          x: axisOptions(x, `Energy per inference at ${quantity(clockHertz, 'Hz')}, tier T0 [J]`),
          y: namedRows(y),
        },
        plugins: {
          legend: { display: false },
          subtitle: {
            display: true,
            align: 'start',
            padding: { bottom: 4 },
            text: [
              "Whisker: band. Supplies other than a library's own are scaled.",
              ...(points.some(({ tooFast }) => tooFast) ? ['Hollow: no element reaches this clock there.'] : []),
            ],
          },
          marks: { ticks: { x: x.ticks as unknown as Json, y: y.ticks as unknown as Json }, whisker: 'x' },
        },
      },
    },
  };
}

function finding(result: Result, table: WhatIf): string {
  const own = table.points.find((point) => isOwn(result, point));
  const [best] = reachable(table);
  if (best === undefined) return `In none of ${table.points.length} cases does a circuit reach this clock.`;
  const least = best.joulesPerInference[asPlanned]!;
  const words = `Lowest value at ${quantity(table.clockHertz, 'Hz')}: ${best.technology} at ${best.volts} V with ${bandQuantity(least, 'J')} per inference${best.scaled ? ', scaled' : ''}`;
  if (own === undefined || own === best) return `${words}.`;
  const here = own.joulesPerInference[asPlanned]!;
  const overlap = least.high >= here.low ? ', but their bands overlap' : '';
  return `${words}; ${result.design.name} in ${own.technology} at ${own.volts} V needs ${digits(here.value / least.value)}× as much${overlap}.`;
}

function tableOf(result: Result, table: WhatIf): FigureTable {
  const { points, profiles } = table;
  const scale = scaleFor(
    points.flatMap(({ joulesPerInference }) => Object.values(joulesPerInference).map(({ value }) => value)),
    'J',
  );
  const clocks = scaleFor(
    points.flatMap(({ elementHertz }) => (elementHertz === null ? [] : [elementHertz.value])),
    'Hz',
  );
  // The lowest of those that can run; better by the value alone is not better, so it is called lowest, never best.
  const [best] = reachable(table);
  return {
    heads: [
      { text: 'Technology' },
      { text: 'Supply', unit: 'V', ...numeric },
      ...profiles.map((profile) => ({ text: profileWords[profile] ?? profile, unit: scale.unit, ...numeric })),
      { text: 'Band as planned', unit: scale.unit, ...numeric },
      { text: 'Clock of an element', unit: clocks.unit, ...numeric },
      { text: 'Remark' },
    ],
    rows: points.map((point) => {
      const badge = originOf(point, table);
      const remarks = [
        ...(isOwn(result, point) ? ['this design'] : []),
        ...(point === best ? ['lowest value'] : []),
        ...(point.tooFast ? ['too slow for this clock'] : []),
      ];
      const { elementHertz } = point;
      return [
        point.technology,
        point.volts.toFixed(3),
        ...profiles.map((profile) => {
          const band = point.joulesPerInference[profile];
          if (band === undefined) return 'not known';
          return { text: scaled(band.value, scale), badge, mark: point === best ? ('tied' as const) : null };
        }),
        bandRange(point.joulesPerInference[asPlanned]!, scale),
        elementHertz === null
          ? 'not known'
          : `${scaled(elementHertz.value, clocks)} (${bandRange(elementHertz, clocks)})`,
        remarks.join(', '),
      ];
    }),
  };
}

/** A figure for each design whose result has the table, up to the number that stays readable. */
export function whatIfs(results: readonly Result[]): ReportFigure[] {
  return labelled(results)
    .slice(0, shown.designs)
    .flatMap((design) => {
      const { whatIf } = design.result;
      return whatIf === undefined ? [] : [figureOf(design, whatIf, results.length === 1)];
    });
}
