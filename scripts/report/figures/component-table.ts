import { energyOrder } from '../../../sim/cost/paired.ts';
import type { Band, Result, Tier } from '../../../specs/result.ts';
import { tierBadge } from '../badge.ts';
import { markOf } from '../comparison.ts';
import { labelled } from '../designs.ts';
import { bandCells, type FigureTable, numeric } from '../figure-table.ts';
import { digits, scaleFor, type UnitName } from '../format.ts';
import { componentColours } from '../palette.ts';

/** Energy or area of one design: the whole and its components, each with its band. */
export interface Composed {
  readonly tier: Tier;
  readonly total: Band;
  readonly byComponent: Readonly<Record<string, Band>>;
  /** What orders the wholes beyond their bands. */
  readonly order?: (a: Result, b: Result) => number;
}

export const energyOf = ({ energy }: Result): Composed => ({
  tier: energy.tier,
  total: energy.joulesPerInference,
  byComponent: energy.breakdown.byComponent,
  order: energyOrder,
});

export const areaOf = ({ area }: Result): Composed => ({
  tier: area.tier,
  total: area.squareMicrons,
  byComponent: area.byComponent,
});

/** Which designs nobody beats, as far as proofs and bands allow to say so: by the wholes, or by one component. */
export function lowestMarks(results: readonly Result[], of: (result: Result) => Composed, component?: string) {
  const values = results.map((result) => {
    const { tier, total, byComponent } = of(result);
    const band = component === undefined ? total : byComponent[component];
    return band === undefined ? null : { ...band, badge: tierBadge(tier) };
  });
  return results.map((result, index) =>
    markOf('low', values, results, index, component === undefined ? of(result).order : undefined),
  );
}

/** What stands behind a design's value in a figure. */
export function totalNotes(results: readonly Result[], of: (result: Result) => Composed): string[] {
  const marks = lowestMarks(results, of);
  return results.map((result, index) => `${of(result).tier}${marks[index] === 'best' ? ', best' : ''}`);
}

/** Every component of every design with its band and its share, and the whole. */
export function componentTable(
  results: readonly Result[],
  of: (result: Result) => Composed,
  words: string,
  unit: UnitName,
): FigureTable {
  const scale = scaleFor(
    results.map((result) => of(result).total.value),
    unit,
  );
  const marks = lowestMarks(results, of);
  return {
    heads: [
      { text: 'Design' },
      { text: 'Component' },
      { text: words, unit: scale.unit, ...numeric },
      { text: 'Band', unit: scale.unit, ...numeric },
      { text: 'Share', unit: '%', ...numeric },
    ],
    rows: labelled(results).flatMap(({ result, key, name }, index) => {
      const { tier, total, byComponent } = of(result);
      const badge = tierBadge(tier);
      const share = (value: number) => (total.value > 0 ? digits((100 * value) / total.value) : '0');
      return [
        ...[...componentColours(Object.keys(byComponent)).keys()].map((component) => {
          const band = byComponent[component]!;
          return [`${key} ${name}`, component, ...bandCells(band, scale, badge), share(band.value)];
        }),
        [`${key} ${name}`, 'all', ...bandCells(total, scale, badge, marks[index]!), '100'],
      ];
    }),
  };
}
