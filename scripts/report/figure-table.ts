import type { Band } from '../../specs/result.ts';
import type { Badge } from './badge.ts';
import { bandRange, type Scale, scaled } from './format.ts';

/** A number of a figure with its origin; `best` and `tied` as in the comparison. */
export interface FigureCell {
  readonly text: string;
  readonly badge?: Badge;
  readonly mark?: 'best' | 'tied' | null;
}

/** The numbers of a figure in words: what a chart cannot give to a screen reader or a spreadsheet. */
export interface FigureTable {
  readonly heads: readonly { readonly text: string; readonly unit?: string; readonly numeric?: boolean }[];
  /** The first cell names the row. */
  readonly rows: readonly (readonly (string | FigureCell)[])[];
}

/** One text per cell: number, origin, and a word where nobody is better. */
export function cellWords(cell: string | FigureCell): string {
  if (typeof cell === 'string') return cell;
  const mark = cell.mark === 'best' ? ', best' : '';
  return `${cell.text}${cell.badge === undefined ? '' : ` ${cell.badge.text}`}${mark}`;
}

/** Number and band of a value in two cells: `1.39 T0`, `0.648 – 4.23`. */
export function bandCells(
  band: Band,
  scale: Scale,
  badge: Badge,
  mark: FigureCell['mark'] = null,
): [FigureCell, FigureCell] {
  return [{ text: scaled(band.value, scale), badge, mark }, { text: bandRange(band, scale) }];
}

export const numeric = { numeric: true } as const;
