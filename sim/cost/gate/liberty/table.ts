/**
 * A lookup table of a library in SI units. Rows follow the first axis, columns the second; an axis of length one
 * means the value does not depend on it (`scalar` has both of length one).
 */
export interface Table {
  /** Input transition (s) for delays and energies; transition of the related (clock) pin for constraints. */
  readonly rows: Float64Array;
  /** Output load (F) for delays and energies; transition of the constrained pin (s) for constraints. */
  readonly columns: Float64Array;
  /** Row-major; seconds or joules. */
  readonly values: Float64Array;
}

/** Index of the interval that holds x, or the outermost one: beyond the table the last interval is continued. */
function intervalOf(axis: Float64Array, x: number): number {
  let low = 0;
  for (let high = axis.length - 2; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if (axis[middle]! <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Bilinear interpolation, linear extrapolation of the outermost intervals, as timing tools do it.
 * Pure arithmetic; the result has the unit of the values.
 */
export function lookUp(table: Table, row: number, column: number): number {
  const { rows, columns, values } = table;
  const width = columns.length;
  const r = rows.length > 1 ? intervalOf(rows, row) : 0;
  const c = width > 1 ? intervalOf(columns, column) : 0;
  const at = r * width + c;
  const across = (from: number): number => {
    const left = values[from]!;
    if (width === 1) return left;
    const share = (column - columns[c]!) / (columns[c + 1]! - columns[c]!);
    return left + (values[from + 1]! - left) * share;
  };
  const upper = across(at);
  if (rows.length === 1) return upper;
  const share = (row - rows[r]!) / (rows[r + 1]! - rows[r]!);
  return upper + (across(at + width) - upper) * share;
}
