/** Bit patterns of every variable at given times, by hierarchical name; null where a bit is unknown. */
export function sampleVcd(text: string, times: readonly number[]): Map<string, (bigint | null)[]> {
  const [header, body] = text.split('$enddefinitions $end') as [string, string];
  const names = new Map<string, string[]>();
  const path: string[] = [];
  for (const [, scope, id, name] of header.matchAll(
    /\$(?:scope \w+ (\S+)|upscope|var \w+ \d+ (\S+) (\S+)[^$]*) *\$end/g,
  )) {
    if (scope !== undefined) path.push(scope);
    else if (id !== undefined) names.set(id, [...(names.get(id) ?? []), [...path, name!].join('.')]);
    else path.pop();
  }
  const present = new Map<string, bigint | null>();
  const samples = new Map([...names.values()].flat().map((name) => [name, [] as (bigint | null)[]]));
  let next = 0;
  const sampleBefore = (time: number): void => {
    for (; next < times.length && times[next]! < time; next++) {
      for (const [id, known] of names) for (const name of known) samples.get(name)!.push(present.get(id) ?? null);
    }
  };
  for (const line of body.split('\n')) {
    const change = /^(?:([01xz])|b([01xz]+) )(\S+)$/.exec(line.trim());
    if (line.startsWith('#')) sampleBefore(Number(line.slice(1)));
    else if (change !== null) {
      const digits = change[1] ?? change[2]!;
      present.set(change[3]!, /^[01]+$/.test(digits) ? BigInt(`0b${digits}`) : null);
    }
  }
  sampleBefore(Number.POSITIVE_INFINITY);
  return samples;
}

/** Bits that differ between neighbours. */
export function togglesOf(values: readonly (bigint | null)[]): number {
  let count = 0;
  for (let at = 1; at < values.length; at++) {
    for (let rest = values[at]! ^ values[at - 1]!; rest > 0n; rest >>= 1n) count += Number(rest & 1n);
  }
  return count;
}
