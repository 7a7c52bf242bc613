/** Reading of untrusted JSON: every field is looked at before it is used. */
import { Fault } from '../../../specs/fault.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function tfjsFault(place: string, cause: string, wayOut: string): Fault {
  return new Fault({ code: 'TFJS_MALFORMED', place, cause, wayOut });
}

/** A value for a message: short whatever the file holds. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(value: unknown, place: string): JsonObject {
  if (isObject(value)) return value;
  throw tfjsFault(place, `found ${shown(value)}`, 'an object is needed; convert the model again');
}

export function arrayAt(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw tfjsFault(place, `found ${shown(value)}`, 'a list is needed; convert the model again');
}

export function textAt(value: unknown, place: string): string {
  if (typeof value === 'string') return value;
  throw tfjsFault(place, `found ${shown(value)}`, 'a text is needed; convert the model again');
}

/** Sizes, most with at most eight dimensions. */
export function sizesAt(value: unknown, place: string): number[] {
  const list = arrayAt(value, place);
  const fine = (size: unknown): size is number => typeof size === 'number' && Number.isSafeInteger(size) && size >= 0;
  if (list.length <= 8 && list.every(fine)) return [...list];
  throw tfjsFault(place, `found ${shown(value)}`, 'at most eight whole numbers of 0 or more are needed');
}
