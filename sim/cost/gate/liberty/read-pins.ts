import type { Expression } from './expression.ts';
import { attributeOf, type LibertyGroup, wordOf } from './groups.ts';
import type { ByEdge, InternalPower, LibraryPin, PinDirection, TimingArc } from './library.ts';
import { numberOf } from './numbers.ts';
import { libertyFault } from './place.ts';
import type { ReadExpression } from './read-state.ts';
import { readTable, type TableReader } from './read-table.ts';
import type { Table } from './table.ts';

const wayOut = 'correct the cell, or fetch the file again if it is damaged';
const senses = ['positive_unate', 'negative_unate', 'non_unate'] as const;
const directions: readonly string[] = ['input', 'output', 'inout', 'internal'];

export interface PinReader extends TableReader {
  readonly expression: ReadExpression;
  /** Width and bounds of bus types: `type(name) { bit_from; bit_to; }`. */
  readonly busTypes: ReadonlyMap<string, readonly [from: number, to: number]>;
  /** `default_input_pin_cap` and its like, in farads. */
  readonly defaultCapacitance: Readonly<Record<PinDirection, number>>;
}

/** A pin attribute that must be a number; null when absent. Errors: `LIBERTY_NUMBER`. */
export function numberAttribute(reader: TableReader, group: LibertyGroup, name: string): number | null {
  const attribute = attributeOf(group, name);
  if (attribute === null) return null;
  const value = numberOf(attribute.words[0] ?? '');
  if (value !== null) return value;
  const cause = `${name} is ${JSON.stringify(attribute.words[0] ?? '')}, not a number`;
  throw libertyFault(reader.source, attribute.offset, 'LIBERTY_NUMBER', cause, wayOut);
}

function byEdge(
  reader: TableReader,
  group: LibertyGroup,
  rise: string,
  fall: string,
  unit: number,
): ByEdge<Table | null> {
  const table = (name: string): Table | null => {
    const found = group.groups.find((inner) => inner.name === name);
    return found === undefined ? null : readTable(reader, found, unit);
  };
  return [table(rise), table(fall)];
}

const wordsOf = (words: string | null): string[] => (words ?? '').split(/[\s,]+/).filter((word) => word !== '');

function arcsOf(reader: PinReader, pin: LibertyGroup): TimingArc[] {
  const { units, source } = reader;
  return pin.groups
    .filter(({ name }) => name === 'timing')
    .flatMap((group) => {
      const type = wordOf(group, 'timing_type') ?? 'combinational';
      const sense = wordOf(group, 'timing_sense') ?? 'non_unate';
      const known = senses.find((name) => name === sense);
      if (known === undefined) {
        const cause = `timing_sense is ${JSON.stringify(sense)}`;
        throw libertyFault(source, group.offset, 'LIBERTY_CELL', cause, wayOut);
      }
      const arc = {
        type,
        sense: known,
        when: reader.expression(group, 'when'),
        delay: byEdge(reader, group, 'cell_rise', 'cell_fall', units.time),
        transition: byEdge(reader, group, 'rise_transition', 'fall_transition', units.time),
        constraint: byEdge(reader, group, 'rise_constraint', 'fall_constraint', units.time),
      };
      return wordsOf(wordOf(group, 'related_pin')).map((related): TimingArc => ({ related, ...arc }));
    });
}

function powerOf(reader: PinReader, pin: LibertyGroup): InternalPower[] {
  return pin.groups
    .filter(({ name }) => name === 'internal_power')
    .flatMap((group): InternalPower[] => {
      const power = byEdge(reader, group, 'power', 'power', reader.units.energy);
      const [rise, fall] = byEdge(reader, group, 'rise_power', 'fall_power', reader.units.energy);
      const entry = {
        when: reader.expression(group, 'when'),
        supply: wordOf(group, 'related_pg_pin'),
        energy: [rise ?? power[0], fall ?? power[1]] as const,
      };
      const related = wordsOf(wordOf(group, 'related_pin'));
      return related.length === 0
        ? [{ related: null, ...entry }]
        : related.map((name) => ({ related: name, ...entry }));
    });
}

/** What a group says about a pin itself; the caller adds the name. */
type PinContent = Omit<LibraryPin, 'name'>;

/** A bit of a bus may be described by several groups: what the inner ones say replaces or adds to the outer. */
function pinContent(reader: PinReader, group: LibertyGroup, outer: PinContent | null): PinContent {
  const direction = wordOf(group, 'direction') ?? outer?.direction ?? 'input';
  if (!directions.includes(direction)) {
    const cause = `direction is ${JSON.stringify(direction)}`;
    throw libertyFault(reader.source, group.offset, 'LIBERTY_CELL', cause, wayOut);
  }
  const farads = (name: string): number | null => {
    const value = numberAttribute(reader, group, name);
    return value === null ? null : value * reader.units.capacitance;
  };
  const given = farads('capacitance');
  const capacitance = given ?? outer?.capacitance ?? reader.defaultCapacitance[direction as PinDirection];
  // A bit that states its own mean does not keep the edges of its bus.
  const inherited = given === null ? (outer?.edgeCapacitance ?? null) : null;
  const output: Expression | null = reader.expression(group, 'function') ?? reader.expression(group, 'state_function');
  const internalNode = wordOf(group, 'internal_node');
  return {
    direction: direction as PinDirection,
    capacitance,
    edgeCapacitance: [
      farads('rise_capacitance') ?? inherited?.[0] ?? capacitance,
      farads('fall_capacitance') ?? inherited?.[1] ?? capacitance,
    ],
    isClock: (wordOf(group, 'clock') ?? (outer?.isClock ? 'true' : 'false')) === 'true',
    function: output ?? outer?.function ?? (internalNode === null ? null : { kind: 'pin', name: internalNode }),
    threeState: attributeOf(group, 'three_state') !== null || (outer?.threeState ?? false),
    arcs: [...(outer?.arcs ?? []), ...arcsOf(reader, group)],
    power: [...(outer?.power ?? []), ...powerOf(reader, group)],
  };
}

/** Bits of `a[7:0]` or `a[3]`, or null for a plain name. */
function rangeOf(name: string): readonly [base: string, from: number, to: number] | null {
  const match = /^(.*)\[(\d+)(?::(\d+))?\]$/.exec(name);
  return match === null ? null : [match[1]!, Number(match[2]), Number(match[3] ?? match[2])];
}

const widest = 65_536;

function bits(reader: PinReader, group: LibertyGroup, base: string, from: number, to: number): string[] {
  const count = Math.abs(from - to) + 1;
  if (count > widest) {
    const cause = `the bus ${base} has ${count} bits, more than ${widest}`;
    throw libertyFault(reader.source, group.offset, 'LIBERTY_CELL', cause, wayOut);
  }
  const step = from <= to ? 1 : -1;
  return Array.from({ length: count }, (_, at) => `${base}[${from + at * step}]`);
}

function busPins(reader: PinReader, bus: LibertyGroup): LibraryPin[] {
  const wrong = (cause: string, offset = bus.offset): never => {
    throw libertyFault(reader.source, offset, 'LIBERTY_CELL', cause, wayOut);
  };
  const base = bus.words[0] ?? wrong('a bus has no name');
  const type = wordOf(bus, 'bus_type') ?? wrong(`the bus ${base} has no bus_type`);
  const range = reader.busTypes.get(type) ?? wrong(`the bus type ${JSON.stringify(type)} is not defined`);
  const content = pinContent(reader, bus, null);
  const pins = new Map<string, PinContent>(bits(reader, bus, base, ...range).map((name) => [name, content]));
  for (const inner of bus.groups.filter(({ name }) => name === 'pin')) {
    for (const word of inner.words) {
      const named = rangeOf(word) ?? wrong(`${JSON.stringify(word)} names no bits of the bus ${base}`, inner.offset);
      for (const name of bits(reader, inner, ...named)) {
        const outer = pins.get(name) ?? wrong(`${name} lies outside the bus ${base}`, inner.offset);
        pins.set(name, pinContent(reader, inner, outer));
      }
    }
  }
  return [...pins].map(([name, pin]) => ({ name, ...pin }));
}

/** All pins of a cell; buses and bundles bit by bit. Errors: `LIBERTY_CELL`, `LIBERTY_TABLE`, `LIBERTY_NUMBER`. */
export function readPins(reader: PinReader, cell: LibertyGroup): LibraryPin[] {
  return cell.groups.flatMap((group): LibraryPin[] => {
    if (group.name === 'bus') return busPins(reader, group);
    if (group.name === 'bundle') return readPins(reader, group);
    if (group.name !== 'pin') return [];
    const content = pinContent(reader, group, null);
    return group.words.map((name) => ({ name, ...content }));
  });
}
