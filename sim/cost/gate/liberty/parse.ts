import { type Expression, parseExpression } from './expression.ts';
import { attributeOf, type LibertyGroup, libertyGroups } from './groups.ts';
import type { Library, LibraryCell } from './library.ts';
import { type LibertyText, libertyFault } from './place.ts';
import { readCell } from './read-cell.ts';
import { numberAttribute, type PinReader } from './read-pins.ts';
import { type TableReader, templatesOf } from './read-table.ts';
import { unitsOf, voltageOf } from './units.ts';

const wayOut = 'correct the file, or fetch it again if it is damaged';

/** Reads expression attributes; a library repeats the same few hundred `when` conditions many thousand times. */
function expressionReader(source: LibertyText): (group: LibertyGroup, name: string) => Expression | null {
  const known = new Map<string, Expression | string>();
  return (group, name) => {
    const attribute = attributeOf(group, name);
    if (attribute === null) return null;
    const text = attribute.words[0] ?? '';
    let result = known.get(text);
    if (result === undefined) {
      result = parseExpression(text);
      known.set(text, result);
    }
    if (typeof result !== 'string') return result;
    const cause = `${name} ${JSON.stringify(text)} is no Boolean expression: ${result}`;
    throw libertyFault(source, attribute.offset, 'LIBERTY_EXPRESSION', cause, wayOut);
  };
}

function busTypesOf(reader: TableReader, groups: readonly LibertyGroup[]): Map<string, readonly [number, number]> {
  const types = new Map<string, readonly [number, number]>();
  for (const group of groups.filter(({ name }) => name === 'type')) {
    const from = numberAttribute(reader, group, 'bit_from');
    const to = numberAttribute(reader, group, 'bit_to');
    if (from !== null && to !== null) types.set(group.words[0] ?? '', [from, to]);
  }
  return types;
}

/**
 * Reads a Liberty file (NLDM): units, tables, functions, states, leakage, memories. All of it or none: a file that is
 * damaged in one place is refused as a whole, because a missing table would silently become a wrong energy.
 * `file` is the name used in messages.
 * Errors: `LIBERTY_TRUNCATED`, `LIBERTY_SYNTAX`, `LIBERTY_NUMBER`, `LIBERTY_UNIT`, `LIBERTY_TABLE`,
 * `LIBERTY_EXPRESSION`, `LIBERTY_CELL`.
 */
export function parseLiberty(text: string, file = 'library.lib'): Library {
  const source: LibertyText = { file, text };
  return libraryOf(source, libertyGroups(source));
}

/** What the groups of a file mean. Errors: those of `parseLiberty`, but for the first two. */
export function libraryOf(source: LibertyText, group: LibertyGroup): Library {
  const { file } = source;
  const units = unitsOf(source, group);
  const tables: TableReader = { source, units, templates: templatesOf(group) };
  const farads = (name: string): number => (numberAttribute(tables, group, name) ?? 0) * units.capacitance;
  const input = farads('default_input_pin_cap');
  const output = farads('default_output_pin_cap');
  const inout = farads('default_inout_pin_cap');
  const shared = busTypesOf(tables, group.groups);
  const reader: PinReader = {
    ...tables,
    expression: expressionReader(source),
    busTypes: shared,
    defaultCapacitance: { input, output, inout, internal: 0 },
  };
  const leakage = numberAttribute(tables, group, 'default_cell_leakage_power');
  // Zero is what files write that give leakage cell by cell; it must not pass for a measured nothing.
  const defaultLeakage = leakage === null || leakage === 0 ? null : leakage * units.leakage;
  const cells = new Map<string, LibraryCell>();
  for (const inner of group.groups.filter(({ name }) => name === 'cell')) {
    const own = busTypesOf(tables, inner.groups);
    const busTypes = own.size === 0 ? shared : new Map([...shared, ...own]);
    const cell = readCell({ ...reader, busTypes }, inner, defaultLeakage);
    if (cells.has(cell.name)) {
      throw libertyFault(source, inner.offset, 'LIBERTY_CELL', `cell ${cell.name} is defined twice`, wayOut);
    }
    cells.set(cell.name, cell);
  }
  if (cells.size === 0) throw libertyFault(source, group.offset, 'LIBERTY_CELL', 'the library has no cells', wayOut);
  return { name: group.words[0] ?? '', file, voltage: voltageOf(source, group), cells };
}
