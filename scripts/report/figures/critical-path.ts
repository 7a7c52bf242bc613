import type { Result } from '../../../specs/result.ts';
import type { CriticalPath, Synthesis } from '../../../specs/synthesis.ts';
import { axisOptions, zeroAxis } from '../axes.ts';
import { clockBadge } from '../badge.ts';
import { type Labelled, labelled } from '../designs.ts';
import type { Json, ReportFigure } from '../figure.ts';
import { type FigureTable, numeric } from '../figure-table.ts';
import { count, counted, percent, quantity, scaled, scaleFor } from '../format.ts';
import { accent, ink } from '../palette.ts';
import { folded, longestPart, type PathRow, pathEnds, pathRows } from '../path-rows.ts';
import type { Syntheses } from '../syntheses.ts';
import { shortNames } from './shorten.ts';
import { shown } from './shown.ts';

/** The table has all of them. */
const mostRows = 40;

/** Which registers and which logic between them decide the clock, and how long each stretch takes. */
function figureOf(
  { result, key, name }: Labelled,
  synthesis: Synthesis,
  path: CriticalPath,
  single: boolean,
): ReportFigure {
  const pieces = pathRows(path);
  const rows = folded(pieces, mostRows);
  const scale = scaleFor([path.periodSeconds], 's');
  const axis = zeroAxis([path.periodSeconds], scale);
  const longest = Math.max(...rows.map(({ delaySeconds }) => delaySeconds));
  const short = shortNames(
    rows.map(({ what }) => what),
    34,
  );
  const badge = clockBadge(synthesis);
  const delays = rows.map(({ what, cells, delaySeconds, arrivalSeconds }, index) => ({
    x: [arrivalSeconds - delaySeconds, arrivalSeconds],
    y: index,
    tip: [what, cells, `${quantity(delaySeconds, 's')}, ends at ${quantity(arrivalSeconds, 's')}`],
  }));
  return {
    id: `critical-path-${key.toLowerCase()}`,
    title: `Critical path${single ? '' : ` of ${key} ${name}`}`,
    alt: finding(result, path),
    width: 960,
    height: 130 + 26 * rows.length,
    table: tableOf(pieces, scale, badge),
    config: {
      type: 'bar',
      data: {
        labels: rows.map(({ what }) => short.get(what)!),
        datasets: [
          {
            label: 'delay',
            backgroundColor: rows.map(({ delaySeconds }) => (delaySeconds === longest ? accent : ink)),
            borderWidth: 0,
            barThickness: 14,
            minBarLength: 2,
            data: delays,
          },
        ],
      },
      options: {
        indexAxis: 'y',
        layout: { padding: { right: 12 } },
        scales: {
          x: axisOptions(axis, `Time after the clock's edge, ${badge.text} [${scale.unit}]`),
          y: {
            grid: { display: false },
            border: { z: 1, color: '#8A94A0' },
            ticks: { autoSkip: false, padding: 4, font: { size: 11 } },
          },
        },
        plugins: {
          legend: { display: false },
          subtitle: {
            display: true,
            align: 'start',
            padding: { bottom: 4 },
            text: [
              'Each row is the stretch up to a signal of the design; between two signals lie gates. Orange: the longest.',
            ],
          },
          marks: {
            ticks: { x: axis.ticks as unknown as Json },
            end: axis.max,
            totals: rows.map(({ delaySeconds, arrivalSeconds, gates }, index) => ({
              index,
              low: arrivalSeconds,
              high: arrivalSeconds,
              bare: true,
              text: `${quantity(delaySeconds, 's')}${gates > 1 ? `, ${count(gates)} gates` : ''}`,
            })),
          },
        },
      },
    },
  };
}

function finding({ design }: Result, path: CriticalPath): string {
  const { periodSeconds, steps } = path;
  const { words, share } = longestPart(path);
  return `The slowest path of ${design.name} runs ${pathEnds(path)} through ${counted(steps.length, 'cell')} in ${quantity(periodSeconds, 's')}, so the clock is at most ${quantity(1 / periodSeconds, 'Hz')}; ${percent(share)} of that time is ${words}.`;
}

/** Every gate: a net with a name of the design, or the number of the gate on its way to the next name. */
function tableOf(
  rows: readonly PathRow[],
  scale: ReturnType<typeof scaleFor>,
  badge: ReturnType<typeof clockBadge>,
): FigureTable {
  const time = (seconds: number) => ({ text: scaled(seconds, scale), badge });
  return {
    heads: [
      { text: 'Stretch up to' },
      { text: 'Net' },
      { text: 'Cell' },
      { text: 'Edge' },
      { text: 'Delay', unit: scale.unit, ...numeric },
      { text: 'Since the clock', unit: scale.unit, ...numeric },
    ],
    rows: rows.flatMap(({ what, steps, delaySeconds, arrivalSeconds }) =>
      steps.length === 0
        ? [[what, '', 'setup time', '', time(delaySeconds), time(arrivalSeconds)]]
        : steps.map((step, at) => [
            what,
            step.named ? step.net : `gate ${at + 1}`,
            step.cell ?? 'input port',
            step.edge,
            time(step.delaySeconds),
            time(step.arrivalSeconds),
          ]),
    ),
  };
}

/** A figure for each design whose synthesis found the path, up to the number that stays readable. */
export function criticalPathFigures(results: readonly Result[], syntheses: Syntheses): ReportFigure[] {
  return labelled(results)
    .slice(0, shown.designs)
    .flatMap((design) => {
      const synthesis = syntheses.get(design.result);
      if (synthesis === undefined || synthesis.timing === null) return [];
      return [figureOf(design, synthesis, synthesis.timing.criticalPath, results.length === 1)];
    });
}
