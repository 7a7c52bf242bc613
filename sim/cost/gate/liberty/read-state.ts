import type { Expression } from './expression.ts';
import { attributeOf, type LibertyGroup, wordOf } from './groups.ts';
import type { CellState, StateRow } from './library.ts';
import { type LibertyText, libertyFault } from './place.ts';

const wayOut = 'correct the cell, or fetch the file again if it is damaged';

/** Reads an expression attribute of a group; null when it is absent. */
export type ReadExpression = (group: LibertyGroup, name: string) => Expression | null;

const values: Readonly<Record<string, 0 | 1>> = { L: 0, H: 1 };

function requiredExpression(source: LibertyText, group: LibertyGroup, name: string, read: ReadExpression): Expression {
  const found = read(group, name);
  if (found !== null) return found;
  const cause = `${group.name} has no ${name}`;
  throw libertyFault(source, group.offset, 'LIBERTY_CELL', cause, wayOut);
}

function stateTable(source: LibertyText, group: LibertyGroup): CellState {
  const wrong = (cause: string): never => {
    throw libertyFault(source, group.offset, 'LIBERTY_CELL', cause, wayOut);
  };
  const inputs = (group.words[0] ?? '').split(/\s+/).filter((word) => word !== '');
  const variables = (group.words[1] ?? '').split(/\s+/).filter((word) => word !== '');
  const table = attributeOf(group, 'table')?.words[0];
  if (variables.length !== 1 || table === undefined) {
    return wrong(`a state table has ${variables.length} state variables and ${table === undefined ? 'no' : 'a'} table`);
  }
  const rows: StateRow[] = table.split(',').map((line) => {
    const parts = line.split(':').map((part) => part.split(/[\s\\]+/).filter((word) => word !== ''));
    const [given = [], current = [], next = []] = parts;
    const known = [...given, ...current, ...next].every((word) => ['L', 'H', '-', 'N'].includes(word));
    if (parts.length !== 3 || given.length !== inputs.length || current.length !== 1 || next.length !== 1 || !known) {
      wrong(`${JSON.stringify(line.trim())} is no row of levels (L, H, -, N) of the state table`);
    }
    return {
      inputs: given.map((word) => values[word] ?? null),
      current: values[current[0]!] ?? null,
      next: values[next[0]!] ?? null,
    };
  });
  return { kind: 'table', variable: variables[0]!, inputs, rows };
}

/** The state of a cell from its `ff`, `latch` or `statetable` group; null for combinational cells. Errors: `LIBERTY_CELL`. */
export function readState(source: LibertyText, cell: LibertyGroup, read: ReadExpression): CellState | null {
  const group = cell.groups.find(({ name }) => name === 'ff' || name === 'latch' || name === 'statetable');
  if (group === undefined) return null;
  if (group.name === 'statetable') return stateTable(source, group);
  const [variable, inverse] = group.words;
  if (variable === undefined || inverse === undefined) {
    const cause = `${group.name} names ${group.words.length} state variables, not 2`;
    throw libertyFault(source, group.offset, 'LIBERTY_CELL', cause, wayOut);
  }
  const common = {
    variable,
    inverse,
    clear: read(group, 'clear'),
    preset: read(group, 'preset'),
    both: values[wordOf(group, 'clear_preset_var1') ?? ''] ?? null,
  };
  if (group.name === 'ff') {
    const next = requiredExpression(source, group, 'next_state', read);
    return { kind: 'flop', ...common, next, clock: requiredExpression(source, group, 'clocked_on', read) };
  }
  return { kind: 'latch', ...common, data: read(group, 'data_in'), enable: read(group, 'enable') };
}
