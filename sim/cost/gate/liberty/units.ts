import { attributeOf, type LibertyGroup, wordOf } from './groups.ts';
import { numberOf } from './numbers.ts';
import { type LibertyText, libertyFault } from './place.ts';

/** What one unit of the file is in SI. */
export interface LibertyUnits {
  /** Seconds. */
  readonly time: number;
  /** Farads. */
  readonly capacitance: number;
  /** Joules: Liberty gives internal energy in capacitance unit x volt². */
  readonly energy: number;
  /** Watts. */
  readonly leakage: number;
}

const prefixes: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  p: 1e-12,
  f: 1e-15,
  a: 1e-18,
  k: 1e3,
};

const wayOut = 'correct the unit; joulesmith does not guess one';

function scaled(source: LibertyText, library: LibertyGroup, name: string, words: string, symbol: string): number {
  const match = new RegExp(`^\\s*([0-9.eE+-]+)?\\s*([munpfak]?)${symbol}\\s*$`, 'i').exec(words);
  const number = match === null ? null : match[1] === undefined ? 1 : numberOf(match[1]);
  const prefix = match === null ? undefined : prefixes[match[2]!.toLowerCase()];
  if (number !== null && number > 0 && prefix !== undefined) return number * prefix;
  const offset = attributeOf(library, name)?.offset ?? library.offset;
  const cause = `${name} is ${JSON.stringify(words)}, not a number with a unit in ${symbol}`;
  throw libertyFault(source, offset, 'LIBERTY_UNIT', cause, wayOut);
}

function required(source: LibertyText, library: LibertyGroup, name: string): readonly string[] {
  const words = attributeOf(library, name)?.words;
  if (words !== undefined && words.length > 0) return words;
  throw libertyFault(
    source,
    library.offset,
    'LIBERTY_UNIT',
    `the library has no ${name}`,
    `add ${name} to the library`,
  );
}

/** Units and supply of a library. Errors: `LIBERTY_UNIT`. */
export function unitsOf(source: LibertyText, library: LibertyGroup): LibertyUnits {
  const time = scaled(source, library, 'time_unit', required(source, library, 'time_unit')[0]!, 's');
  const load = required(source, library, 'capacitive_load_unit').join('');
  const capacitance = scaled(source, library, 'capacitive_load_unit', load, 'f');
  const volt = scaled(source, library, 'voltage_unit', required(source, library, 'voltage_unit')[0]!, 'V');
  const leakageWords = wordOf(library, 'leakage_power_unit') ?? '1nW';
  const leakage = scaled(source, library, 'leakage_power_unit', leakageWords, 'W');
  return { time, capacitance, energy: capacitance * volt * volt, leakage };
}

/**
 * The supply of the library's default operating conditions, else its nominal voltage, in volts.
 * Errors: `LIBERTY_UNIT`.
 */
export function voltageOf(source: LibertyText, library: LibertyGroup): number {
  const named = wordOf(library, 'default_operating_conditions');
  const conditions = library.groups.find((group) => group.name === 'operating_conditions' && group.words[0] === named);
  const words = (conditions === undefined ? null : wordOf(conditions, 'voltage')) ?? wordOf(library, 'nom_voltage');
  const volts = words === null ? null : numberOf(words);
  const unit = scaled(source, library, 'voltage_unit', required(source, library, 'voltage_unit')[0]!, 'V');
  if (volts !== null && volts > 0) return volts * unit;
  const cause = words === null ? 'the library states no voltage' : `the voltage is ${JSON.stringify(words)}`;
  throw libertyFault(source, library.offset, 'LIBERTY_UNIT', cause, 'state nom_voltage as a number above 0');
}
