/** Reading of untrusted JSON with pointers: numbers, and nested lists that are regular. */
import { Fault } from '../../../specs/fault.ts';

export function malformed(pointer: string, cause: string, wayOut: string): Fault {
  return new Fault({ code: 'POWER_OF_TWO_MALFORMED', place: pointer === '' ? '/' : pointer, cause, wayOut });
}

/** A value for a message: short whatever the file holds. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** An object whose properties are all known: a typo or a later version must not be read as something else. */
export function objectAt(value: unknown, pointer: string, known: readonly string[]): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(pointer, `found ${shown(value)}`, `an object with ${known.join(', ')} is needed`);
  }
  const odd = Object.keys(value).find((key) => !known.includes(key));
  if (odd !== undefined) {
    const place = `${pointer}/${odd.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    throw malformed(place, 'found an unknown property', `known here are ${known.join(', ')}`);
  }
  return value as JsonObject;
}

export function integerAt(value: unknown, pointer: string, low: number, high: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value;
  throw malformed(pointer, `found ${shown(value)}`, `a whole number from ${low} to ${high} is needed`);
}

export function listAt(value: unknown, pointer: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw malformed(pointer, `found ${shown(value)}`, 'a list that is not empty is needed');
}

export interface Block {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Lists in lists, `rank` deep, as one row of whole numbers; every list of one depth must have the same length. */
export function blockAt(value: unknown, pointer: string, rank: number, low: number, high: number): Block {
  const shape: number[] = [];
  const values: number[] = [];
  const walk = (part: unknown, place: string, depth: number): void => {
    if (depth === rank) {
      values.push(integerAt(part, place, low, high));
      return;
    }
    const list = listAt(part, place);
    shape[depth] ??= list.length;
    if (list.length !== shape[depth]) {
      throw malformed(place, `found a list of ${list.length}`, `the lists before it have ${shape[depth]} elements`);
    }
    for (const [index, element] of list.entries()) walk(element, `${place}/${index}`, depth + 1);
  };
  walk(value, pointer, 0);
  return { shape, values };
}
