import type { Result } from '../../../specs/result.ts';
import { axisOptions, logAxis, rowAxis, siLabel } from '../axes.ts';
import { tierBadge } from '../badge.ts';
import { sameTask, shortScope } from '../baselines.ts';
import { labelled } from '../designs.ts';
import type { Baseline, FigureBuilder, Json, ReportFigure } from '../figure.ts';
import { type FigureTable, numeric } from '../figure-table.ts';
import { bandQuantity, quantity } from '../format.ts';
import { markPlugins, namedRows } from '../mark-options.ts';
import { hollow, ink, markRadius, markShape } from '../palette.ts';
import { isVerified } from '../ranking.ts';

/** Joules per operation of the designs and of published systems, each row with its own scope. */
export const energyPerOp: FigureBuilder = (results, baselines): ReportFigure => {
  const designs = labelled(results);
  const published = perOperation(results, baselines);
  const values = [
    ...results.flatMap(({ energy }) => [energy.joulesPerOp.low, energy.joulesPerOp.high]),
    ...published.map(({ value }) => value),
  ];
  const x = logAxis(values, siLabel('J/op'));
  const y = rowAxis([
    ...designs.map(({ name, result }) => [name, `${shortScope(result.energy)}, ${result.energy.tier}`]),
    ...published.map(({ baseline, derived }) => [
      baseline.name,
      `${shortScope(baseline)}${derived ? `, ${baseline.task}` : ''}`,
    ]),
  ]);
  const architectures = [...new Set(results.map((result) => result.design.architecture))];
  const designSets: Json[] = architectures.map((architecture) => {
    const own = designs.flatMap((design, index) =>
      design.result.design.architecture === architecture ? [{ ...design, index }] : [],
    );
    return {
      label: architecture,
      pointStyle: markShape(architecture),
      pointRadius: markRadius(architecture, 8),
      pointHoverRadius: markRadius(architecture, 9),
      borderWidth: 2,
      borderColor: ink,
      backgroundColor: ink,
      pointBackgroundColor: own.map(({ result }) => (isVerified(result) ? ink : hollow)),
      data: own.map(({ result, key, name, index }) => ({
        x: result.energy.joulesPerOp.value,
        y: index,
        low: result.energy.joulesPerOp.low,
        high: result.energy.joulesPerOp.high,
        glyph: key,
        filled: isVerified(result),
        tip: [`${key}  ${name}`, `${bandQuantity(result.energy.joulesPerOp, 'J/op')}, ${result.energy.tier}`],
      })),
    };
  });
  const publishedSet: Json = {
    label: 'published, other scope',
    pointStyle: 'triangle',
    pointRadius: 6,
    borderWidth: 1.5,
    borderColor: ink,
    backgroundColor: hollow,
    data: published.map(({ baseline, value, derived }, index) => ({
      x: value,
      y: designs.length + index,
      tip: [
        `${baseline.name}, ${baseline.task}: ${quantity(value, 'J/op')}`,
        derived ? 'energy per inference divided by the operations of this network' : baseline.class,
        shortScope(baseline),
      ],
    })),
  };
  return {
    id: 'energy-per-op',
    title: 'Energy per operation beside published systems',
    alt: sentence(results, published),
    table: tableOf(results, published),
    width: 960,
    height: 150 + 38 * (designs.length + published.length),
    config: {
      type: 'scatter',
      data: { datasets: published.length > 0 ? [...designSets, publishedSet] : designSets },
      options: {
        scales: {
          x: axisOptions(x, 'Energy per operation [J/op], 1 multiply-accumulate = 2 operations'),
          y: namedRows(y),
        },
        plugins: markPlugins(
          { x, y },
          [
            'The rows differ in scope: a core, a board, the rated peak of a chip.',
            'They are not comparable one-to-one.',
          ],
          'x',
        ),
      },
    },
  };
};

interface PerOperation {
  readonly baseline: Baseline;
  readonly value: number;
  /** True when it is the energy per inference of the same task divided by the operations of this network. */
  readonly derived: boolean;
}

function perOperation(results: readonly Result[], baselines: readonly Baseline[]): PerOperation[] {
  const found = baselines.flatMap((baseline): PerOperation[] => {
    if (baseline.joulesPerOp !== undefined) return [{ baseline, value: baseline.joulesPerOp, derived: false }];
    const same = results.find((result) => sameTask(baseline, [result]));
    if (same === undefined || baseline.joulesPerInference === undefined || same.model.macs === 0) return [];
    return [{ baseline, value: baseline.joulesPerInference / (2 * same.model.macs), derived: true }];
  });
  return found.sort((a, b) => a.value - b.value);
}

function sentence(results: readonly Result[], published: readonly PerOperation[]): string {
  const values = results.map(({ energy }) => energy.joulesPerOp.value);
  const low = quantity(Math.min(...values), 'J/op');
  const high = quantity(Math.max(...values), 'J/op');
  const ours = low === high ? `The designs need ${low}` : `The designs need ${low} to ${high}`;
  const scopes = [...new Set(results.map(({ energy }) => shortScope(energy)))].join('; ');
  const first = published[0];
  const last = published.at(-1);
  if (first === undefined || last === undefined) return `${ours}.`;
  return `${ours} (${scopes}); the published systems, with scopes of their own, lie between ${quantity(first.value, 'J/op')} (${first.baseline.name}, ${shortScope(first.baseline)}) and ${quantity(last.value, 'J/op')} (${last.baseline.name}, ${shortScope(last.baseline)}).`;
}

function tableOf(results: readonly Result[], published: readonly PerOperation[]): FigureTable {
  return {
    heads: [{ text: 'System' }, { text: 'Energy per operation', ...numeric }, { text: 'Scope' }],
    rows: [
      ...labelled(results).map(({ result: { energy }, key, name }) => [
        `${key} ${name}`,
        { text: bandQuantity(energy.joulesPerOp, 'J/op'), badge: tierBadge(energy.tier) },
        shortScope(energy),
      ]),
      ...published.map(({ baseline, value, derived }) => [
        baseline.name,
        quantity(value, 'J/op'),
        `${shortScope(baseline)}${derived ? ', energy per inference over the operations of this network' : ''}`,
      ]),
    ],
  };
}
