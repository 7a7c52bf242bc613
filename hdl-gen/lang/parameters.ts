import { mistake } from './builder.ts';

/** FNV-1a over the elements: only a fast first comparison, equality is checked in full. */
function hashOf(array: ArrayLike<unknown>): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < array.length; at++) {
    hash = Math.imul(hash ^ Number(array[at]), 0x01000193);
  }
  return hash >>> 0;
}

function isTypedArray(value: unknown): value is ArrayLike<number | bigint> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** A short text that is equal for equal parameters. */
export function parametersKey(value: unknown): string {
  if (isTypedArray(value)) return `${value.constructor.name}(${value.length},${hashOf(value)})`;
  if (Array.isArray(value)) return `[${value.map(parametersKey).join()}]`;
  if (typeof value === 'function' || typeof value === 'symbol') {
    return mistake(
      'HDL_PARAMETERS',
      `a ${typeof value} was given as a parameter of a generator`,
      'parameters are plain data: numbers, strings, arrays, objects',
    );
  }
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    fields.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${fields.map(([name, field]) => `${name}:${parametersKey(field)}`).join()}}`;
  }
  return `${typeof value}:${String(value)}`;
}

/** Structural equality of plain data, typed arrays by content. */
export function sameParameters(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (isTypedArray(a) || isTypedArray(b)) {
    if (!isTypedArray(a) || !isTypedArray(b) || a.constructor !== b.constructor || a.length !== b.length) return false;
    for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
    return true;
  }
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left: { readonly [name: string]: unknown } = { ...a };
  const right: { readonly [name: string]: unknown } = { ...b };
  const names = Object.keys(left).filter((name) => left[name] !== undefined);
  if (names.length !== Object.keys(right).filter((name) => right[name] !== undefined).length) return false;
  return names.every((name) => sameParameters(left[name], right[name]));
}
