import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { Fault } from '../../../specs/fault.ts';
import { type Format, pattern } from '../value.ts';
import { type Origin, passedOn, pathText } from './origin.ts';

/** Source lines by hierarchical name: file:line:column. */
export type Places = ReadonlyMap<string, string>;

/** What an unknown value must not reach. */
export interface Reader {
  /** Hierarchical name of the register, memory, output or assertion. */
  readonly name: string;
  /** For people: `the enable of register 'count'`. */
  readonly what: string;
  /** Where its author wrote it, when that is known. */
  readonly place?: string | undefined;
}

/** Bits shown of a value; of a wider one only their number is said. */
const shownBits = 64;

/** `4'b01x0`. */
export function unknownText(value: bigint, mask: bigint, format: Format): string {
  const { width } = format;
  const unknown = [...mask.toString(2)].filter((digit) => digit === '1').length;
  if (width > shownBits) return `unknown in ${unknown} of its ${width} bits`;
  const bits = pattern(value, format).toString(2).padStart(width, '0');
  const marks = mask.toString(2).padStart(width, '0');
  return `${width}'b${[...bits].map((digit, at) => (marks[at] === '1' ? 'x' : digit)).join('')}`;
}

/** Fault `SIM_UNKNOWN`: `value` is how the reader sees it, as of `unknownText`. */
export function finding(netlist: Netlist, reader: Reader, value: string, clock: number, origin: Origin): Fault {
  const { path } = passedOn(origin, reader.name);
  const name = netlist.name === reader.name ? reader.name : `${netlist.name}.${reader.name}`;
  return new Fault({
    code: 'SIM_UNKNOWN',
    place: reader.place === undefined ? name : `${name} (${reader.place})`,
    cause: `${reader.what} is ${value} in clock ${clock}, because ${origin.what}: ${pathText(path)}`,
    wayOut: 'reset it or give it contents, write it before it is read, or let nothing depend on it until then',
  });
}
