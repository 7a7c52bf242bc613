import type { Result } from '../../../specs/result.ts';
import { axisOptions, logAxis, siLabel } from '../axes.ts';
import { elementBadge, tierBadge } from '../badge.ts';
import type { Value } from '../columns.ts';
import { markOf } from '../comparison.ts';
import { keyLines, type Labelled, labelled } from '../designs.ts';
import type { Json, ReportFigure } from '../figure.ts';
import { type FigureTable, numeric } from '../figure-table.ts';
import { bandQuantity, digits, quantity } from '../format.ts';
import { markPlugins } from '../mark-options.ts';
import { frontOf, isVerified, rankGroups } from '../ranking.ts';
import { areaValue, clockValue, type Syntheses } from '../syntheses.ts';
import { designMarks } from './design-marks.ts';

/** What energy is held against. */
interface Measure {
  readonly id: string;
  readonly title: string;
  readonly words: string;
  readonly axis: string;
  readonly unit: 'µm²' | 'Hz';
  readonly better: 'low' | 'high';
  /** Of the first and the second design of a sentence. */
  readonly comparison: (ratio: string) => string;
  readonly hint: string;
  readonly value: (result: Result, syntheses: Syntheses) => Value | null;
}

const areaMeasure: Measure = {
  id: 'energy-area',
  title: 'Energy per inference against area',
  words: 'Area',
  axis: 'Area [µm²]',
  unit: 'µm²',
  better: 'low',
  comparison: (ratio) => `takes ${ratio}× less area than`,
  hint: 'Towards the lower left is better.',
  value: (result, syntheses) => areaValue(result, syntheses.get(result)),
};

const clockMeasure: Measure = {
  id: 'energy-fmax',
  title: 'Energy per inference against the highest clock',
  words: 'Highest clock',
  axis: 'Highest clock [Hz]',
  unit: 'Hz',
  better: 'high',
  comparison: (ratio) => `allows a ${ratio}× higher clock than`,
  hint: 'Towards the lower right is better.',
  value: (result, syntheses) => clockValue(result, syntheses.get(result)),
};

type Shown = Labelled & { readonly against: Value };

/** Points of one value, moved apart on an axis that spans this ratio, so that their whiskers can be told apart. */
function sideBySide(values: readonly number[], span: number): number[] {
  return values.map((value, index) => {
    const same = values.filter((other) => other === value).length;
    const own = values.slice(0, index).filter((other) => other === value).length;
    return value * span ** (0.04 * (own - (same - 1) / 2));
  });
}

/** Only where there is a width to draw. */
const whiskerOf = ({ low, high }: Value) =>
  low === undefined || high === undefined || low === high ? {} : { from: low, to: high };

const textOf = ({ value, low, high }: Value, unit: Measure['unit']): string =>
  low === undefined || high === undefined || low === high
    ? quantity(value, unit)
    : bandQuantity({ value, low, high }, unit);

function figureOf(measure: Measure, results: readonly Result[], syntheses: Syntheses): ReportFigure | null {
  const { unit, better } = measure;
  const shown = labelled(results).flatMap((design): Shown[] => {
    const against = measure.value(design.result, syntheses);
    return against === null ? [] : [{ ...design, against }];
  });
  if (shown.length === 0) return null;
  const values = new Map(shown.map(({ result, against }) => [result, against]));
  // Numbers of different origin are not weighed against each other.
  const origins = [...new Set(shown.map(({ against }) => against.badge.text))];
  const weighed = rankGroups(shown.map(({ result }) => result))
    .flatMap((group) => origins.map((origin) => group.filter((result) => values.get(result)!.badge.text === origin)))
    // What is the same for all circuits of a technology says nothing about one of them.
    .filter((group) => group.filter(isVerified).length > 1 && values.get(group[0]!)?.badge !== elementBadge);
  const fronts = weighed.map((group) =>
    frontOf(group, (result) => values.get(result)!.value * (better === 'low' ? 1 : -1)),
  );
  const onFront = new Set(fronts.flat());
  const x = logAxis(
    shown.flatMap(({ against: { value, low = value, high = value } }) => [low, value, high]),
    siLabel(unit),
  );
  const places = sideBySide(
    shown.map(({ against }) => against.value),
    x.max / x.min,
  );
  const beside = shown.some(({ against }, index) => places[index] !== against.value);
  const y = logAxis(
    shown.flatMap(({ result: { energy } }) => [energy.joulesPerInference.low, energy.joulesPerInference.high]),
    siLabel('J'),
  );
  const architectures = [...new Set(shown.map(({ result }) => result.design.architecture))];
  const datasets: Json[] = architectures.map((architecture) => {
    const own = shown.filter(({ result }) => result.design.architecture === architecture);
    const drawn = own.map(({ result }) => result);
    return {
      ...designMarks(architecture, drawn, onFront),
      data: own.map(({ result: { energy }, result, key, name, against }) => ({
        x: places[shown.findIndex((each) => each.result === result)]!,
        y: energy.joulesPerInference.value,
        low: energy.joulesPerInference.low,
        high: energy.joulesPerInference.high,
        ...whiskerOf(against),
        glyph: key,
        filled: isVerified(result),
        label: [name, `energy ${energy.tier}, ${measure.words.toLowerCase()} ${against.badge.text}`],
        tip: [
          `${key}  ${name}${isVerified(result) ? '' : ' (not verified)'}`,
          `${bandQuantity(energy.joulesPerInference, 'J')}, ${energy.tier}`,
          `${textOf(against, unit)}, ${against.badge.text}`,
        ],
      })),
    };
  });
  return {
    id: measure.id,
    title: measure.title,
    alt: finding(measure, fronts, values, shown),
    width: 960,
    height: 520 + 15 * keyLines(shown).length,
    table: tableOf(measure, results, syntheses, (result) => {
      if (!isVerified(result)) return 'not verified';
      if (!weighed.flat().includes(result)) return 'nothing to compare with';
      return onFront.has(result) ? 'on it' : 'beaten';
    }),
    config: {
      type: 'scatter',
      data: { datasets },
      options: {
        scales: { x: axisOptions(x, measure.axis), y: axisOptions(y, 'Energy per inference [J]') },
        plugins: markPlugins(
          { x, y },
          [
            ...keyLines(shown),
            `Filled: verified. Hollow: not verified. Orange: no other beats it in both.`,
            `Whiskers: bands. ${measure.hint}${beside ? ' Designs of the same number stand side by side.' : ''}`,
          ],
          'xy',
        ),
      },
    },
  };
}

function finding(
  measure: Measure,
  fronts: readonly (readonly Result[])[],
  values: ReadonlyMap<Result, Value>,
  shown: readonly Shown[],
): string {
  const names = new Map(shown.map(({ result, name }) => [result, name]));
  const parts = fronts.flatMap((front) => {
    const [first] = front;
    const last = front.at(-1);
    if (first === undefined || last === undefined) return [];
    if (first === last) return [`By the values, no other design beats ${names.get(first)} in either.`];
    const [a, b] = [values.get(first)!.value, values.get(last)!.value];
    const ratio = digits(measure.better === 'low' ? b / a : a / b);
    const energy = digits(first.energy.joulesPerInference.value / last.energy.joulesPerInference.value);
    return [
      `By the values, ${names.get(first)} ${measure.comparison(ratio)} ${names.get(last)}, which needs ${energy}× less energy.`,
    ];
  });
  if (parts.length > 0) return parts.join(' ');
  const all = shown.map(({ name, against, result }) => {
    const energy = quantity(result.energy.joulesPerInference.value, 'J');
    return `${name} ${energy} at ${quantity(against.value, measure.unit)} (${against.badge.text})`;
  });
  return `${all.join('; ')}.`;
}

function tableOf(
  measure: Measure,
  results: readonly Result[],
  syntheses: Syntheses,
  placeOf: (result: Result) => string,
): FigureTable {
  const energies = results.map(({ energy }) => ({ ...energy.joulesPerInference, badge: tierBadge(energy.tier) }));
  const against = results.map((result) => measure.value(result, syntheses));
  return {
    heads: [
      { text: 'Design' },
      { text: measure.words, ...numeric },
      { text: 'Energy per inference', ...numeric },
      { text: 'Pareto front' },
    ],
    rows: labelled(results).map(({ result, key, name }, index) => {
      const value = against[index]!;
      return [
        `${key} ${name}`,
        value === null
          ? 'not known'
          : {
              text: textOf(value, measure.unit),
              badge: value.badge,
              mark: markOf(measure.better, against, results, index),
            },
        {
          text: bandQuantity(energies[index]!, 'J'),
          badge: energies[index]!.badge,
          mark: markOf('low', energies, results, index),
        },
        placeOf(result),
      ];
    }),
  };
}

/** Energy against area and against the highest clock, from synthesis where it was given and from estimates elsewhere. */
export function energyAgainst(results: readonly Result[], syntheses: Syntheses): ReportFigure[] {
  return [areaMeasure, clockMeasure].flatMap((measure) => figureOf(measure, results, syntheses) ?? []);
}
