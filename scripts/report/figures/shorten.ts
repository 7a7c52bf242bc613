/**
 * Names that fit beside an axis. One that is too long loses its middle; where that would make two the same, begin and end that they
 * all share go instead, so that what tells them apart is left.
 */
export function shortNames(names: Iterable<string>, most = 26): Map<string, string> {
  const all = [...new Set(names)];
  const long = all.filter((name) => name.length > most);
  const middles = long.map((name) => withoutMiddle(name, most));
  const alike = new Set([...middles, ...all.filter((name) => name.length <= most)]).size < all.length;
  const begin = sharedBegin(long);
  const short = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of all) {
    const room = name.length <= most ? name : alike ? from(name, begin, most) : withoutMiddle(name, most);
    let found = room;
    for (let again = 2; taken.has(found); again += 1) {
      const number = ` (${again})`;
      found = room.slice(0, most - number.length) + number;
    }
    taken.add(found);
    short.set(name, found);
  }
  return short;
}

function withoutMiddle(name: string, most: number): string {
  const end = Math.ceil((most - 1) * 0.6);
  return `${name.slice(0, most - 1 - end)}…${name.slice(-end)}`;
}

/** What stands where the names begin to differ, and a little before. */
function from(name: string, begin: number, most: number): string {
  const start = Math.max(0, Math.min(begin - 6, name.length - most + 1));
  const left = start === 0 ? '' : '…';
  const rest = name.slice(start);
  const room = most - left.length;
  return rest.length <= room ? left + rest : `${left}${rest.slice(0, room - 1)}…`;
}

function sharedBegin(names: readonly string[]): number {
  const [first = '', ...others] = names;
  let length = 0;
  while (length < first.length && others.every((other) => other[length] === first[length])) length += 1;
  return length;
}
