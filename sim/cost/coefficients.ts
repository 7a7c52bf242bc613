import { Fault } from '../../specs/fault.ts';
import type { Band, Origin } from '../../specs/result.ts';
import { type Dimension, entry, type Technology } from '../../specs/technology.ts';
import { zero } from './band.ts';

/** Reads numbers of one technology and remembers which, so that a result can show every number it rests on. */
export interface Coefficients {
  /** The entry in base units. Errors: `TECH_ENTRY_MISSING`, `TECH_ENTRY_UNIT`. */
  take(name: string, dimension: Dimension): Band;
  /** `count` times the entry; nothing is read, and nothing needed, when the count is 0. */
  spend(count: number, name: string, dimension: Dimension): Band;
  /** What a block costs beyond a part of it that is counted elsewhere. Errors: `TECH_INCONSISTENT` when the part is larger. */
  beyond(block: string, part: Band, dimension: Dimension): Band;
  origins(): Origin[];
}

export function coefficientsOf(technology: Technology): Coefficients {
  const used = new Map<string, Origin>();
  // Planners ask for the same few numbers very often.
  const taken = new Map<string, Band>();
  const take = (name: string, dimension: Dimension): Band => {
    const key = `${name} ${dimension}`;
    const known = taken.get(key);
    if (known !== undefined) return known;
    const { value, low, high, origin } = entry(technology, name, dimension);
    used.set(name, origin);
    const band = { value, low, high };
    taken.set(key, band);
    return band;
  };
  return {
    take,
    spend: (count, name, dimension) => {
      if (count === 0) return zero;
      const { value, low, high } = take(name, dimension);
      return { value: count * value, low: count * low, high: count * high };
    },
    beyond: (block, part, dimension) => {
      const whole = take(block, dimension);
      const rest = { value: whole.value - part.value, low: whole.low - part.low, high: whole.high - part.high };
      if (rest.low < 0 || rest.value < rest.low || rest.high < rest.value)
        throw new Fault({
          code: 'TECH_INCONSISTENT',
          place: `technology ${technology.name}, entry '${block}'`,
          cause: `${whole.low}..${whole.value}..${whole.high} does not exceed the part it contains, ${part.low}..${part.value}..${part.high}, in band order`,
          wayOut: 'correct the entry or the entries of its part',
        });
      return rest;
    },
    origins: () => [...used.values()].sort((a, b) => (a.entry < b.entry ? -1 : 1)),
  };
}
