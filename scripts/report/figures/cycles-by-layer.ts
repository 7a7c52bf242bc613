import type { StageResult } from '../../../specs/result.ts';
import { axisOptions, logAxis, rowAxis, spansDecades, zeroAxis } from '../axes.ts';
import { cyclesBadge } from '../badge.ts';
import { keyLines, type Labelled, labelled } from '../designs.ts';
import type { FigureBuilder, Json, ReportFigure } from '../figure.ts';
import { type FigureTable, numeric } from '../figure-table.ts';
import { count, digits } from '../format.ts';
import { markPlugins, namedRows } from '../mark-options.ts';
import { accent, hollow, ink, markRadius, markShape } from '../palette.ts';
import { isVerified } from '../ranking.ts';
import { shortNames } from './shorten.ts';
import { shown } from './shown.ts';

/** How long each stage is busy per inference; the longest one sets the pace of its design. */
export const cyclesByLayer: FigureBuilder = (results): ReportFigure => {
  const designs = labelled(results).slice(0, shown.designs);
  const names = [...new Set(designs.flatMap(({ result }) => result.stages.map((stage) => stage.name)))];
  const values = designs.flatMap(({ result }) => result.stages.map((stage) => stage.cycles)).filter((n) => n > 0);
  const subtitle = [
    ...keyLines(designs),
    'Orange: the bottleneck of its design. Filled: verified. Hollow: not verified.',
  ];
  const log = spansDecades(values);
  const x = log ? logAxis(values, count) : zeroAxis(values, { factor: 1, unit: 'cycles' });
  const y = rowAxis([...shortNames(names).values()]);
  const lane = 0.85 / Math.max(1, designs.length);
  const architectures = [...new Set(designs.map(({ result }) => result.design.architecture))];
  const findings: string[] = [];
  const datasets: Json[] = architectures.map((architecture) => {
    const data: { [key: string]: Json }[] = [];
    const borders: string[] = [];
    const fills: string[] = [];
    designs.forEach(({ result, key, name }, index) => {
      if (result.design.architecture !== architecture) return;
      const slowest = bottlenecks(result.stages);
      const first = slowest[0];
      if (first !== undefined) {
        const share = result.cycles.interval > 0 ? first.cycles / result.cycles.interval : 0;
        findings.push(
          `${first.name}${slowest.length > 1 ? ` (and ${slowest.length - 1} more)` : ''} with ${count(first.cycles)} cycles (${digits(100 * share)} % of the interval) in ${name}`,
        );
      }
      for (const stage of result.stages) {
        if (log && stage.cycles === 0) continue;
        const colour = slowest.includes(stage) ? accent : ink;
        borders.push(colour);
        fills.push(isVerified(result) ? colour : hollow);
        data.push({
          x: stage.cycles,
          y: names.indexOf(stage.name) + (index - (designs.length - 1) / 2) * lane,
          glyph: key,
          filled: isVerified(result),
          tip: [
            `${key}  ${name}, ${stage.name}${slowest.includes(stage) ? ' (bottleneck)' : ''}`,
            `${count(stage.cycles)} cycles, pe ${stage.pe} × simd ${stage.simd}${stage.taps > 1 ? ` × taps ${stage.taps}` : ''}, ${digits(100 * stage.utilisation)} % utilised`,
          ],
        });
      }
    });
    return {
      label: architecture,
      pointStyle: markShape(architecture),
      pointRadius: markRadius(architecture, 6.5),
      pointHoverRadius: markRadius(architecture, 8),
      borderWidth: 1.5,
      borderColor: ink,
      backgroundColor: ink,
      pointBorderColor: borders,
      pointBackgroundColor: fills,
      data,
    };
  });
  return {
    id: 'cycles-by-layer',
    title: `Cycles per inference by stage${shown.of(results.length)}`,
    alt: `The stage that sets the pace: ${findings.join('; ')}.`,
    width: 960,
    table: tableOf(designs),
    height: 125 + 15 * subtitle.length + names.length * Math.max(34, designs.length * 17),
    config: {
      type: 'scatter',
      data: { datasets },
      options: {
        scales: {
          x: axisOptions(x, 'Busy [cycles per inference]'),
          y: namedRows(y),
        },
        plugins: markPlugins({ x, y }, subtitle),
      },
    },
  };
};

/** The stages that are busy longest; several when they tie. */
export function bottlenecks(stages: readonly StageResult[]): StageResult[] {
  const most = Math.max(0, ...stages.map((stage) => stage.cycles));
  return stages.filter((stage) => stage.cycles === most);
}

function tableOf(designs: readonly Labelled[]): FigureTable {
  return {
    heads: [
      { text: 'Stage' },
      { text: 'Design' },
      { text: 'Busy', unit: 'cycles per inference', ...numeric },
      { text: 'Of the interval', unit: '%', ...numeric },
      { text: 'Utilisation', unit: '%', ...numeric },
    ],
    rows: designs.flatMap(({ result, key, name }) =>
      result.stages.map((stage) => [
        stage.name,
        `${key} ${name}`,
        { text: count(stage.cycles), badge: cyclesBadge(result) },
        result.cycles.interval > 0 ? digits((100 * stage.cycles) / result.cycles.interval) : '0',
        stage.multipliers === 0 ? '–' : digits(100 * stage.utilisation),
      ]),
    ),
  };
}
