import { type Static, Type } from 'typebox';
import type { SpecFault } from './check.ts';

/** A value with its band. */
export const Band = Type.Object({ value: Type.Number(), low: Type.Number(), high: Type.Number() });
export type Band = Static<typeof Band>;

/** Every entry whose value is not inside its band. */
export function bandFaults(entries: Readonly<Record<string, Band>>, pointer: string): SpecFault[] {
  return Object.entries(entries)
    .filter(([, { value, low, high }]) => !(low <= value && value <= high))
    .map(([name, { value, low, high }]) => ({
      pointer: `${pointer}/${name}`,
      found: `low ${low}, value ${value}, high ${high}`,
      expected: 'low <= value <= high',
    }));
}
