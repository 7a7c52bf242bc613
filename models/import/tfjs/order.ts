/**
 * Items after those they read, in the given order where that is open. `keys` are what an item makes, `reads` what it needs;
 * what nothing makes is not waited for. `stuck` is an item of a cycle.
 */
export function executionOrder<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  readsOf: (item: T) => readonly string[],
): { readonly ordered: readonly T[]; readonly stuck: T | undefined } {
  const known = new Set(items.map(keyOf));
  const readers = new Map<string, T[]>();
  const waiting = new Map<T, number>();
  for (const item of items) {
    const keys = [...new Set(readsOf(item))].filter((key) => known.has(key));
    waiting.set(item, keys.length);
    for (const key of keys) {
      const list = readers.get(key);
      if (list) list.push(item);
      else readers.set(key, [item]);
    }
  }
  const ordered = items.filter((item) => waiting.get(item) === 0);
  for (const item of ordered) {
    for (const reader of readers.get(keyOf(item)) ?? []) {
      const left = waiting.get(reader)! - 1;
      waiting.set(reader, left);
      // `ordered` grows while it is read.
      if (left === 0) ordered.push(reader);
    }
  }
  return { ordered, stuck: items.find((item) => waiting.get(item)! > 0) };
}
