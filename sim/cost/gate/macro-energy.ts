import { Fault } from '../../../specs/fault.ts';
import { drawnEnergy } from './internal-power.ts';
import type { LibraryCell } from './liberty/library.ts';

/** Joules of one rising and one falling edge. */
export interface EdgeEnergies {
  readonly rise: number;
  readonly fall: number;
}

/**
 * What an edge of an input pin of a macro draws while its other pins are held, in joules: an access of a memory is the
 * rising edge of its clock with the enables of a read or a write; a bit of address or data is paid per edge of its own.
 * `slew` in seconds. Bits of buses are called `bus[index]`.
 * Errors: `GATE_OPTION` for a pin that does not exist, or whose value decides and is not given.
 */
export function macroPinEnergy(
  cell: LibraryCell,
  pinName: string,
  held: Readonly<Record<string, 0 | 1>>,
  slew = 0,
): EdgeEnergies {
  const wrong = (cause: string, wayOut: string): never => {
    throw new Fault({ code: 'GATE_OPTION', place: `cell ${cell.name}, pin ${pinName}`, cause, wayOut });
  };
  const pin = cell.pins.find((found) => found.name === pinName && found.direction === 'input');
  if (pin === undefined) return wrong('it is no input of the cell', 'name an input; bits of buses are name[index]');
  const pinValue = (name: string): 0 | 1 =>
    held[name] ?? wrong(`its energy depends on ${name}, which is not given`, `give the value of ${name}`);
  const edge = (number: number): number =>
    drawnEnergy(pin.power, { pinValue, edge: number, slew, load: 0, isOutput: false }, 'default');
  return { rise: edge(0), fall: edge(1) };
}
