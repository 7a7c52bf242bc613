/**
 * Names that fit beside an axis: those that are too long lose their middle, where names of layers differ least, and stay different
 * from each other.
 */
export function shortNames(names: Iterable<string>, most = 26): Map<string, string> {
  const short = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of new Set(names)) {
    let found = cut(name, most);
    for (let again = 2; taken.has(found); again += 1) found = `${cut(name, most - 4)} (${again})`;
    taken.add(found);
    short.set(name, found);
  }
  return short;
}

function cut(name: string, most: number): string {
  if (name.length <= most) return name;
  const end = Math.ceil((most - 1) * 0.6);
  return `${name.slice(0, most - 1 - end)}…${name.slice(-end)}`;
}
