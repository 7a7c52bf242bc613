import { Fault } from '../../../../specs/fault.ts';
import { isSpecialCell } from '../../../synthesis/special-cells.ts';
import { type LibertyAttribute, type LibertyGroup, wordOf } from './groups.ts';
import type { Library, LibraryCell } from './library.ts';

/** A library as its file says it and as it was understood. */
export interface ReadLibrary {
  readonly group: LibertyGroup;
  readonly library: Library;
}

/** Whether synthesis leaves the cell alone: special ones, latches, clock gates, tri-states, memories, and what the library bars. */
export function isAvoided(cell: LibraryCell): boolean {
  const holds = cell.state !== null && cell.state.kind !== 'flop';
  const isOther = holds || cell.memory !== null || cell.pins.some((pin) => pin.threeState);
  return cell.dontUse || isOther || isSpecialCell(cell.name);
}

/** Groups that decide what a mapper makes of a library; power, leakage and constraints do not. */
const keptOfLibrary = new Set(['lu_table_template', 'wire_load', 'wire_load_selection']);
const keptOfCell = new Set(['pin', 'ff', 'timing', 'cell_rise', 'cell_fall', 'rise_transition', 'fall_transition']);
const tables = new Set(['cell_rise', 'cell_fall', 'rise_transition', 'fall_transition', 'lu_table_template']);

const quoted = (word: string): string => (/^[\w.+-]+$/.test(word) ? word : `"${word}"`);

function attributeText({ name, words, numbers }: LibertyAttribute): string {
  if (numbers !== null) return `${name}("${numbers.join(', ')}");`;
  // Conditions and functions are text to every reader, whatever they consist of.
  return words.length === 1 ? `${name} : "${words[0]}";` : `${name}(${words.map(quoted).join(', ')});`;
}

/** Tables of several files may have templates of one name and different axes: each file's get a mark. */
function groupText(group: LibertyGroup, mark: string, kept: ReadonlySet<string>): string {
  const { name, words, attributes, groups } = group;
  const isMarked = tables.has(name) && words.length === 1 && words[0] !== 'scalar';
  const named = isMarked ? [`${mark}${words[0]}`] : words;
  // A flip-flop's delays are no business of the mapper's.
  const inner = groups.filter((own) => kept.has(own.name) && !(own.name === 'timing' && isClocked(own)));
  return [
    `${name}(${named.map(quoted).join(', ')}) {`,
    ...attributes.map(attributeText),
    ...inner.map((own) => groupText(own, mark, kept)),
    '}',
  ].join('\n');
}

const isClocked = (timing: LibertyGroup): boolean =>
  /edge|setup|hold|recovery|removal|clear|preset|pulse/.test(wordOf(timing, 'timing_type') ?? '');

/**
 * The cells that synthesis may use, of all files in one, without what only power needs: a mapper reads it for every module
 * anew. Errors: `LIBERTY_UNIT` for files with usable cells and different units.
 */
export function libertyForMapping(files: readonly ReadLibrary[]): string {
  const used = files.flatMap(({ group, library }) => {
    const cells = group.groups.filter(({ name, words }) => {
      const cell = name === 'cell' ? library.cells.get(words[0] ?? '') : undefined;
      return cell !== undefined && !isAvoided(cell);
    });
    return cells.length === 0 ? [] : [{ group, library, cells }];
  });
  const [first] = used;
  if (first === undefined) return 'library(empty) { }';
  const unitsOf = ({ attributes }: LibertyGroup): string =>
    ['time_unit', 'capacitive_load_unit']
      .map((unit) => `${unit} ${attributes.find(({ name }) => name === unit)?.words.join(' ')}`)
      .join(', ');
  for (const { group, library } of used) {
    if (unitsOf(group).toLowerCase() === unitsOf(first.group).toLowerCase()) continue;
    throw new Fault({
      code: 'LIBERTY_UNIT',
      place: library.file,
      cause: `has ${unitsOf(group)}, and ${first.library.file} has ${unitsOf(first.group)}`,
      wayOut: 'map with libraries of the same units',
    });
  }
  const body = used.flatMap(({ group, cells }, at) => [
    ...group.groups
      .filter(({ name }) => keptOfLibrary.has(name) && (at === 0 || name === 'lu_table_template'))
      .map((own) => groupText(own, `l${at}_`, keptOfLibrary)),
    ...cells.map((cell) => groupText(cell, `l${at}_`, keptOfCell)),
  ]);
  return [`library(${quoted(first.library.name)}) {`, ...first.group.attributes.map(attributeText), ...body, '}'].join(
    '\n',
  );
}
