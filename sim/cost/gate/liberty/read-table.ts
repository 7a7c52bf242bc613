import { attributeOf, type LibertyGroup, wordOf } from './groups.ts';
import { type LibertyText, libertyFault } from './place.ts';
import type { Table } from './table.ts';
import type { LibertyUnits } from './units.ts';

/** What is needed to turn table groups into tables: units, and the templates that hold default axes. */
export interface TableReader {
  readonly source: LibertyText;
  readonly units: LibertyUnits;
  readonly templates: ReadonlyMap<string, LibertyGroup>;
}

type Axis = 'slew' | 'load';

/** Constraint tables have two transitions; the clock's is the row. */
const axes: Readonly<Record<string, readonly [Axis, 'row' | 'column']>> = {
  input_net_transition: ['slew', 'row'],
  input_transition_time: ['slew', 'row'],
  related_pin_transition: ['slew', 'row'],
  constrained_pin_transition: ['slew', 'column'],
  total_output_net_capacitance: ['load', 'column'],
};

const wayOut = 'correct the table, or fetch the file again if it is damaged';
const single = Float64Array.of(0);

const templateNames = new Set(['lu_table_template', 'power_lut_template']);

export function templatesOf(library: LibertyGroup): ReadonlyMap<string, LibertyGroup> {
  const found = library.groups.filter((group) => templateNames.has(group.name));
  return new Map(found.map((group) => [group.words[0] ?? '', group]));
}

/**
 * One table of a cell in SI units. `unit` is what one unit of its values is worth.
 * Errors: `LIBERTY_TABLE`.
 */
export function readTable(reader: TableReader, group: LibertyGroup, unit: number): Table {
  const { source, templates, units } = reader;
  const wrong = (offset: number, cause: string): never => {
    throw libertyFault(source, offset, 'LIBERTY_TABLE', cause, wayOut);
  };
  const raw = attributeOf(group, 'values');
  if (raw?.numbers == null || raw.numbers.length === 0) return wrong(group.offset, `${group.name} has no values`);
  const name = group.words[0] ?? 'scalar';
  if (name === 'scalar') {
    if (raw.numbers.length !== 1) wrong(raw.offset, `a scalar has ${raw.numbers.length} values`);
    return { rows: single, columns: single, values: raw.numbers.map((value) => value * unit) };
  }
  const template = templates.get(name);
  if (template === undefined) return wrong(group.offset, `the template ${JSON.stringify(name)} is not defined`);

  let rows: Float64Array | null = null;
  let columns: Float64Array | null = null;
  let rowsFirst = true;
  for (const number of [1, 2, 3]) {
    const variable = wordOf(template, `variable_${number}`);
    if (variable === null) break;
    const axis = axes[variable];
    if (axis === undefined || number === 3) {
      return wrong(template.offset, `the template ${JSON.stringify(name)} has the axis ${variable}, which is not read`);
    }
    const index = attributeOf(group, `index_${number}`) ?? attributeOf(template, `index_${number}`);
    if (index?.numbers == null || index.numbers.length === 0) return wrong(group.offset, `index_${number} is missing`);
    const { numbers } = index;
    if (numbers.some((value, at) => at > 0 && value <= numbers[at - 1]!)) {
      wrong(index.offset, `index_${number} does not increase`);
    }
    const scale = axis[0] === 'slew' ? units.time : units.capacitance;
    const points = numbers.map((value) => value * scale);
    if (axis[1] === 'row') {
      if (rows !== null) return wrong(template.offset, `the template ${JSON.stringify(name)} has two equal axes`);
      rows = points;
    } else {
      if (columns !== null) return wrong(template.offset, `the template ${JSON.stringify(name)} has two equal axes`);
      columns = points;
      if (rows === null) rowsFirst = false;
    }
  }
  rows ??= single;
  columns ??= single;
  const { numbers } = raw;
  if (numbers.length !== rows.length * columns.length) {
    wrong(raw.offset, `the table has ${numbers.length} values, its axes ask for ${rows.length} x ${columns.length}`);
  }
  const values = new Float64Array(numbers.length);
  for (let r = 0; r < rows.length; r++) {
    for (let c = 0; c < columns.length; c++) {
      const from = rowsFirst ? r * columns.length + c : c * rows.length + r;
      values[r * columns.length + c] = numbers[from]! * unit;
    }
  }
  return { rows, columns, values };
}
