export interface Column {
  readonly title: string;
  /** Numbers to the right, words to the left. */
  readonly align?: 'left' | 'right';
}

/** Aligned text columns under one header line; every line ends without blanks. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], indent = '  '): string {
  const widths = columns.map((column, at) =>
    Math.max(column.title.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `${indent}${columns
      .map((column, at) => {
        const cell = cells[at] ?? '';
        const width = widths[at] ?? 0;
        return column.align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')}`.trimEnd();
  const header = line(columns.map((column) => column.title));
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return `${[header, rule, ...rows.map(line)].join('\n')}\n`;
}

const gap = 2;

/**
 * A table for a line of `width` characters: columns that do not fit follow in tables of their own, each of which repeats the
 * first `keys` columns. Nothing is left out; a single column wider than the line stays whole.
 */
export function foldedTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  keys: number,
  width: number | undefined,
  indent = '  ',
): string {
  const widths = columns.map((column, at) => Math.max(column.title.length, ...rows.map((row) => row[at]!.length)));
  const first = columns.map((_, at) => at).slice(0, keys);
  const start = indent.length + first.reduce((sum, at) => sum + widths[at]! + gap, -gap);
  const blocks: number[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (let at = keys; at < columns.length; at += 1) {
    const wanted = gap + widths[at]!;
    if (used + wanted > (width ?? Number.POSITIVE_INFINITY) || blocks.length === 0) {
      blocks.push([...first]);
      used = start;
    }
    blocks.at(-1)!.push(at);
    used += wanted;
  }
  const part = (chosen: readonly number[]) =>
    table(
      chosen.map((at) => columns[at]!),
      rows.map((row) => chosen.map((at) => row[at]!)),
      indent,
    );
  return blocks.map(part).join('\n');
}

/** Two columns without a header: name and value. */
export function pairs(rows: readonly (readonly [string, string])[], indent = '  '): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows
    .map(([name, value]) => `${indent}${name.padEnd(width)}  ${value}`.trimEnd())
    .join('\n')
    .concat('\n');
}
