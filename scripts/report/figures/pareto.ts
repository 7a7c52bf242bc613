import { energyOrder } from '../../../sim/cost/paired.ts';
import type { Result } from '../../../specs/result.ts';
import { axisOptions, logAxis, siLabel } from '../axes.ts';
import { cyclesBadge, tierBadge } from '../badge.ts';
import { sameTask, shortScope } from '../baselines.ts';
import { markOf } from '../comparison.ts';
import { labelled } from '../designs.ts';
import type { Baseline, FigureBuilder, Json, ReportFigure } from '../figure.ts';
import { type FigureTable, numeric } from '../figure-table.ts';
import { bandQuantity, digits, quantity } from '../format.ts';
import { markPlugins } from '../mark-options.ts';
import { accent, hollow, ink } from '../palette.ts';
import { isVerified, overlap, paretoFront, peers, rankGroups } from '../ranking.ts';
import { designMarks } from './design-marks.ts';

/** Joules per inference against latency: who pays how much for speed, and which designs nobody beats in both. */
export const pareto: FigureBuilder = (results, baselines): ReportFigure => {
  const designs = labelled(results);
  const fronts = rankGroups(results).map(paretoFront);
  const onFront = new Set(fronts.flat());
  const beside = comparable(results, baselines);
  const architectures = [...new Set(results.map((result) => result.design.architecture))];

  const latencies = [...results.map((result) => result.latencySeconds), ...beside.map(({ x }) => x)];
  const energies = [
    ...results.flatMap(({ energy }) => [energy.joulesPerInference.low, energy.joulesPerInference.high]),
    ...beside.map(({ y }) => y),
  ];
  const x = logAxis(latencies, siLabel('s'));
  const y = logAxis(energies, siLabel('J'));

  const designSets: Json[] = architectures.map((architecture) => {
    const own = designs.filter(({ result }) => result.design.architecture === architecture);
    const drawn = own.map(({ result }) => result);
    return {
      ...designMarks(architecture, drawn, onFront),
      data: own.map(({ result, key, name }) => ({
        x: result.latencySeconds,
        y: result.energy.joulesPerInference.value,
        low: result.energy.joulesPerInference.low,
        high: result.energy.joulesPerInference.high,
        glyph: key,
        filled: isVerified(result),
        label: [name],
        tip: [
          `${key}  ${name}${isVerified(result) ? '' : ' (not verified)'}`,
          `${bandQuantity(result.energy.joulesPerInference, 'J')}, ${result.energy.tier}`,
          quantity(result.latencySeconds, 's'),
        ],
      })),
    };
  });
  const frontSets: Json[] = fronts
    .filter((front) => front.length > 0)
    .map((front) => ({
      label: 'Pareto front (verified)',
      type: 'line',
      stepped: 'before',
      pointRadius: 0,
      pointHitRadius: 0,
      borderWidth: 1.5,
      borderDash: [5, 4],
      borderColor: accent,
      backgroundColor: hollow,
      pointStyle: 'line',
      // To the edges of the plot: everything above and to the right of the line is beaten.
      data: [
        { x: front[0]!.latencySeconds, y: y.max },
        ...front.map((result) => ({ x: result.latencySeconds, y: result.energy.joulesPerInference.value })),
        { x: x.max, y: front.at(-1)!.energy.joulesPerInference.value },
      ],
    }));
  const baselineSet: Json[] =
    beside.length === 0
      ? []
      : [
          {
            label: 'published, other scope',
            pointStyle: 'triangle',
            pointRadius: 6,
            borderWidth: 1.5,
            borderColor: ink,
            backgroundColor: hollow,
            data: beside.map(({ name, scope, task, x, y }) => ({
              x,
              y,
              label: [name, scope],
              tip: [`${name}, ${task}`, scope, quantity(y, 'J'), quantity(x, 's')],
            })),
          },
        ];

  return {
    id: 'pareto',
    title: 'Energy per inference against latency',
    alt: sentence(results, fronts, beside.length),
    width: 960,
    height: 600,
    table: tableOf(results, onFront, beside),
    config: {
      type: 'scatter',
      data: { datasets: [...designSets, ...baselineSet, ...frontSets] },
      options: {
        scales: {
          x: axisOptions(x, 'Latency of one inference [s]'),
          y: axisOptions(y, `Energy per inference [J], tier ${tiers(results)}`),
        },
        plugins: markPlugins(
          { x, y },
          ['Filled: verified. Hollow: not verified.', 'Whisker: energy band. Towards the lower left is better.'],
          'y',
        ),
      },
    },
  };
};

function tableOf(
  results: readonly Result[],
  onFront: ReadonlySet<Result>,
  beside: ReturnType<typeof comparable>,
): FigureTable {
  const energies = results.map(({ energy }) => ({ ...energy.joulesPerInference, badge: tierBadge(energy.tier) }));
  const latencies = results.map((result) => ({ value: result.latencySeconds, badge: cyclesBadge(result) }));
  return {
    heads: [
      { text: 'System' },
      { text: 'Latency', ...numeric },
      { text: 'Energy per inference', ...numeric },
      { text: 'Pareto front' },
    ],
    rows: [
      ...labelled(results).map(({ result, key, name }, index) => [
        `${key} ${name}`,
        {
          text: quantity(latencies[index]!.value, 's'),
          badge: latencies[index]!.badge,
          mark: markOf('low', latencies, results, index),
        },
        {
          text: bandQuantity(energies[index]!, 'J'),
          badge: energies[index]!.badge,
          mark: markOf('low', energies, results, index, energyOrder),
        },
        onFront.has(result) ? 'on it' : isVerified(result) ? 'beaten' : 'not verified',
      ]),
      ...beside.map(({ name, scope, x, y }) => [name, quantity(x, 's'), quantity(y, 'J'), `published, ${scope}`]),
    ],
  };
}

/** Baselines that ran the same task and state both numbers; others would compare networks instead of hardware. */
function comparable(results: readonly Result[], baselines: readonly Baseline[]) {
  return baselines.flatMap((baseline) => {
    const { name, task, joulesPerInference: y, latencySeconds: x } = baseline;
    if (x === undefined || y === undefined || !sameTask(baseline, results)) return [];
    return [{ name, task, scope: shortScope(baseline), x, y }];
  });
}

function tiers(results: readonly Result[]): string {
  return [...new Set(results.map((result) => result.energy.tier))].sort().join(', ');
}

function sentence(results: readonly Result[], fronts: readonly (readonly Result[])[], beside: number): string {
  const names = new Map(labelled(results).map(({ result, name }) => [result, name]));
  const parts = fronts.map((front) => {
    const fastest = front[0];
    const leanest = front.at(-1);
    if (fastest === undefined || leanest === undefined) return 'No design is verified, so there is no Pareto front.';
    if (fastest === leanest) {
      const near = peers(results, fastest).filter(({ energy }) =>
        overlap(energy.joulesPerInference, fastest.energy.joulesPerInference),
      );
      const caution =
        near.length === 0
          ? ''
          : `, by the values; its energy band overlaps with ${near.length === 1 ? 'that of one other' : `those of ${near.length} others`}`;
      return `${names.get(fastest)} is the only verified design on the Pareto front: ${quantity(fastest.latencySeconds, 's')} and ${quantity(fastest.energy.joulesPerInference.value, 'J')} per inference${caution}.`;
    }
    const energy = fastest.energy.joulesPerInference.value / leanest.energy.joulesPerInference.value;
    const speed = leanest.latencySeconds / fastest.latencySeconds;
    const caution = overlap(fastest.energy.joulesPerInference, leanest.energy.joulesPerInference)
      ? ' by the values, but their energy bands overlap'
      : '';
    return `${front.length} verified designs form the Pareto front: ${names.get(fastest)} is ${digits(speed)}× faster than ${names.get(leanest)}, which needs ${digits(energy)}× less energy${caution}.`;
  });
  if (beside > 0) parts.push(`${beside} published results of the same task stand beside them with their own scope.`);
  return parts.join(' ');
}
