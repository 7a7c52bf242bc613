import type { Band } from '../../../specs/result.ts';
import { type Scaling, scalingEntry } from '../../../specs/scalings.ts';
import { dimensionOf, type Entry, type Technology } from '../../../specs/technology.ts';
import type { OperatingPoint } from './operating-point.ts';
import { moveSupply } from './supply.ts';

/** Where a technology's numbers were found: its library's node, its supply. Errors: `SCALING_ENTRY_MISSING`. */
export function pointOf({ libraries }: Scaling, { name, volts }: Technology): OperatingPoint {
  const { nanometres } = scalingEntry(libraries.libraries, name, 'libraries.json');
  return { nanometres, volts, library: name };
}

const digits = (value: number) => Number(value.toPrecision(3));
const bandText = ({ value, low, high }: Band) => `x${digits(value)} (${digits(low)} to ${digits(high)})`;

/** An entry times a factor: of class `scaled`, its band holds that of the factor. */
export function scaledEntry(entry: Entry, factor: Band, how: string): Entry {
  return {
    ...entry,
    value: entry.value * factor.value,
    low: entry.low * factor.low,
    high: entry.high * factor.high,
    class: 'scaled',
    source: `${entry.source}; ${how}: ${bandText(factor)}`,
  };
}

/**
 * The technology at another supply: energies and leakage moved, areas and ratios as they are. Its own supply gives the technology itself.
 * Errors: `SCALING_RANGE`, `SCALING_ENTRY_MISSING`.
 */
export function atSupply(technology: Technology, scaling: Scaling, volts: number): Technology {
  if (volts === technology.volts) return technology;
  const move = moveSupply(scaling, pointOf(scaling, technology), volts);
  const how = `moved from ${technology.volts} V to ${volts} V by ${move.laws}`;
  const moved = (entry: Entry): Entry => {
    const dimension = dimensionOf(entry.unit);
    if (dimension.startsWith('J/')) return scaledEntry(entry, move.energy, how);
    if (dimension.startsWith('W/')) return scaledEntry(entry, move.leakage, how);
    return entry;
  };
  return {
    ...technology,
    name: `${technology.name} scaled to ${volts} V`,
    node: `${technology.node}, scaled from ${technology.volts} V`,
    volts,
    entries: Object.fromEntries(Object.entries(technology.entries).map(([name, entry]) => [name, moved(entry)])),
  };
}
