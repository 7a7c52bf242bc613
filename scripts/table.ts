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

/** Two columns without a header: name and value. */
export function pairs(rows: readonly (readonly [string, string])[], indent = '  '): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows
    .map(([name, value]) => `${indent}${name.padEnd(width)}  ${value}`.trimEnd())
    .join('\n')
    .concat('\n');
}
