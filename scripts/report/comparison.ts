import type { Result } from '../../specs/result.ts';
import { columns as allColumns, type Column, type Value } from './columns.ts';
import { type Labelled, labelled } from './designs.ts';
import { count, digits, type Scale, scaled, scaleFor } from './format.ts';
import { isVerified, overlap, type Rank, rankGroup, ranks } from './ranking.ts';

/** One number ready to print. */
export interface Cell {
  readonly value: Value;
  readonly text: string;
  /** `8.1 – 19.0` in the unit of the column, or null without a band. */
  readonly band: string | null;
  /** `best`: better than all other verified designs; `tied`: nobody is better beyond the bands. */
  readonly mark: 'best' | 'tied' | null;
}

export interface Row extends Labelled {
  readonly verified: boolean;
  readonly rank: Rank | null;
  /** In the order of the heads; null where the design has no such number. */
  readonly cells: readonly (Cell | null)[];
}

export interface Comparison {
  readonly heads: readonly { readonly column: Column; readonly unit: string }[];
  readonly rows: readonly Row[];
}

/** The table of all designs, one unit per column; a number that no design has gets no column. */
export function compareDesigns(results: readonly Result[]): Comparison {
  const columns = allColumns.filter((column) => results.some((result) => column.value(result) !== null));
  const values = columns.map((column) => results.map((result) => column.value(result)));
  const scales = columns.map((column, index) => columnScale(column, values[index]!));
  const places = ranks(results);
  return {
    heads: columns.map((column, index) => ({ column, unit: scales[index]!.unit })),
    rows: labelled(results).map((design, row) => ({
      ...design,
      verified: isVerified(design.result),
      rank: places[row]!,
      cells: columns.map((column, index) => {
        const value = values[index]![row]!;
        if (value === null) return null;
        const scale = scales[index]!;
        const band =
          value.low === undefined || value.high === undefined
            ? null
            : `${print(column, value.low, scale)} – ${print(column, value.high, scale)}`;
        return {
          value,
          text: print(column, value.value, scale),
          band,
          mark: markOf(column.better, values[index]!, results, row, column.order),
        };
      }),
    })),
  };
}

function columnScale(column: Column, values: readonly (Value | null)[]): Scale {
  if (column.unit === 'count') return { factor: 1, unit: '' };
  // 4,300 inferences read better than 4.3 kilo-inferences.
  if (column.unit === 'inference/s') return { factor: 1, unit: column.unit };
  if (column.unit === 'percent') return { factor: 0.01, unit: '%' };
  return scaleFor(
    values.flatMap((value) => (value === null ? [] : [value.value])),
    column.unit,
  );
}

function print(column: Column, value: number, scale: Scale): string {
  if (column.unit === 'count') return Number.isInteger(value) ? count(value) : digits(value);
  return scaled(value, scale);
}

/** Marks only what a proof and the bands allow to be said. `values` are those of the results, in their order. */
export function markOf(
  direction: Column['better'],
  values: readonly (Value | null)[],
  results: readonly Result[],
  row: number,
  order?: Column['order'],
): 'best' | 'tied' | null {
  const own = values[row];
  if (direction === null || own === null || own === undefined || !isVerified(results[row]!)) return null;
  const rivals = values.flatMap((value, index) =>
    index !== row &&
    value !== null &&
    value.badge.text === own.badge.text &&
    isVerified(results[index]!) &&
    rankGroup(results[index]!) === rankGroup(results[row]!)
      ? [index]
      : [],
  );
  if (rivals.length === 0) return null;
  const better = (a: number, b: number) => {
    if (order !== undefined) return order(results[a]!, results[b]!) < 0;
    const [one, other] = [values[a]!, values[b]!];
    if (overlap(bandOf(one), bandOf(other))) return false;
    return direction === 'low' ? one.value < other.value : one.value > other.value;
  };
  if (rivals.some((rival) => better(rival, row))) return null;
  if (rivals.every((rival) => better(row, rival))) return 'best';
  // Where nobody is worse either, a mark would say nothing.
  const all = [row, ...rivals];
  return all.some((a) => all.some((b) => better(a, b))) ? 'tied' : null;
}

function bandOf({ value, low = value, high = value }: Value) {
  return { value, low, high };
}

/** `2`, or `1 – 2` where bands overlap. */
export function rankText(rank: Rank | null): string {
  if (rank === null) return 'none';
  return rank.best === rank.worst ? String(rank.best) : `${rank.best} – ${rank.worst}`;
}
