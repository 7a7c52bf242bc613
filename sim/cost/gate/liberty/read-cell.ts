import { pinsOf } from './expression.ts';
import { type LibertyGroup, wordOf } from './groups.ts';
import type { CellState, Leakage, LibraryCell, LibraryPin, MemoryShape } from './library.ts';
import { libertyFault } from './place.ts';
import { numberAttribute, type PinReader, readPins } from './read-pins.ts';
import { readState } from './read-state.ts';

const wayOut = 'correct the cell, or fetch the file again if it is damaged';

function memoryOf(reader: PinReader, cell: LibertyGroup): MemoryShape | null {
  const group = cell.groups.find(({ name }) => name === 'memory');
  if (group === undefined) return null;
  const addressBits = numberAttribute(reader, group, 'address_width');
  const wordBits = numberAttribute(reader, group, 'word_width');
  const kind = wordOf(group, 'type');
  if ((kind === 'ram' || kind === 'rom') && addressBits !== null && wordBits !== null) {
    return { kind, addressBits, wordBits };
  }
  const cause = 'the memory does not state type (ram or rom), address_width and word_width';
  throw libertyFault(reader.source, group.offset, 'LIBERTY_CELL', cause, wayOut);
}

function leakageOf(reader: PinReader, cell: LibertyGroup): Leakage[] {
  return cell.groups
    .filter(({ name }) => name === 'leakage_power')
    .map((group) => {
      const value = numberAttribute(reader, group, 'value');
      if (value === null) {
        throw libertyFault(reader.source, group.offset, 'LIBERTY_CELL', 'leakage_power has no value', wayOut);
      }
      const when = reader.expression(group, 'when');
      return { when, supply: wordOf(group, 'related_pg_pin'), watts: value * reader.units.leakage };
    });
}

function stateNames(state: CellState | null): readonly string[] {
  if (state === null) return [];
  return state.kind === 'table' ? [state.variable] : [state.variable, state.inverse];
}

/** Every name a function reads must be a pin or a state variable, otherwise a simulation would invent its value. */
function checkNames(reader: PinReader, cell: LibertyGroup, pins: readonly LibraryPin[], state: CellState | null): void {
  const known = new Set([...pins.map(({ name }) => name), ...stateNames(state)]);
  const used = pins.flatMap((pin) => (pin.function === null ? [] : pinsOf(pin.function)));
  if (state?.kind === 'table') used.push(...state.inputs);
  else if (state !== null) {
    const parts = state.kind === 'flop' ? [state.next, state.clock] : [state.data, state.enable];
    for (const part of [...parts, state.clear, state.preset]) if (part !== null) used.push(...pinsOf(part));
  }
  const stranger = used.find((name) => !known.has(name));
  if (stranger === undefined) return;
  const cause = `cell ${cell.words[0]} reads ${JSON.stringify(stranger)}, which is no pin and no state of it`;
  throw libertyFault(reader.source, cell.offset, 'LIBERTY_CELL', cause, wayOut);
}

/** One cell. `defaultLeakage` in watts, null when the library states none. */
export function readCell(reader: PinReader, cell: LibertyGroup, defaultLeakage: number | null): LibraryCell {
  const { source, units } = reader;
  const name = cell.words[0];
  if (name === undefined) throw libertyFault(source, cell.offset, 'LIBERTY_CELL', 'a cell has no name', wayOut);
  const pins = readPins(reader, cell);
  const twice = pins.find((pin, at) => pins.findIndex((other) => other.name === pin.name) < at && pins.length < 100);
  if (twice !== undefined) {
    const cause = `cell ${name} has two pins ${JSON.stringify(twice.name)}`;
    throw libertyFault(source, cell.offset, 'LIBERTY_CELL', cause, wayOut);
  }
  const state = readState(source, cell, reader.expression);
  checkNames(reader, cell, pins, state);
  const leakagePower = numberAttribute(reader, cell, 'cell_leakage_power');
  return {
    name,
    area: numberAttribute(reader, cell, 'area') ?? 0,
    dontUse: wordOf(cell, 'dont_use') === 'true',
    pins,
    leakage: leakageOf(reader, cell),
    leakagePower: leakagePower === null ? defaultLeakage : leakagePower * units.leakage,
    state,
    memory: memoryOf(reader, cell),
  };
}
