/** Ranks and lanes of a layered drawing: rank is the row of a node, lane its column. */

export interface Node {
  /** Earlier nodes whose results it reads. */
  readonly inputs: readonly number[];
}

export interface Lanes {
  /** Longest way from a start, by node. */
  readonly rank: readonly number[];
  readonly lane: readonly number[];
  /** By rank: the lane in which an edge of an earlier node passes on its way to a later rank, by that node. */
  readonly passing: readonly ReadonlyMap<number, number>[];
}

function ranksOf(nodes: readonly Node[]): number[] {
  const rank: number[] = [];
  for (const { inputs } of nodes) rank.push(inputs.reduce((most, from) => Math.max(most, rank[from]! + 1), 0));
  return rank;
}

/** Longest way to an end: of nodes that want one lane, the one with the longest way to go keeps it. */
function remaining(nodes: readonly Node[]): number[] {
  const left = nodes.map(() => 0);
  for (let at = nodes.length - 1; at >= 0; at -= 1) {
    for (const from of nodes[at]!.inputs) left[from] = Math.max(left[from]!, left[at]! + 1);
  }
  return left;
}

/** The free lane next to the wanted one, to the right first. */
function nearestFree(taken: ReadonlySet<number>, wanted: number): number {
  for (let distance = 0; ; distance += 1) {
    if (!taken.has(wanted + distance)) return wanted + distance;
    if (wanted >= distance && !taken.has(wanted - distance)) return wanted - distance;
  }
}

/** `nodes` stand in an order in which every node comes after those it reads. */
export function assignLanes(nodes: readonly Node[]): Lanes {
  const rank = ranksOf(nodes);
  const left = remaining(nodes);
  const last = rank.slice();
  for (const [at, { inputs }] of nodes.entries())
    for (const from of inputs) last[from] = Math.max(last[from]!, rank[at]!);
  const ranks = Math.max(-1, ...rank) + 1;
  const rows: number[][] = Array.from({ length: ranks }, () => []);
  for (const [at, row] of rank.entries()) rows[row]!.push(at);
  const lane = nodes.map(() => 0);
  const passing: Map<number, number>[] = [];
  let live = new Map<number, number>();
  for (const [row, members] of rows.entries()) {
    const taken = new Set<number>();
    const take = (wanted: number): number => {
      const free = nearestFree(taken, wanted);
      taken.add(free);
      return free;
    };
    const wanted = (at: number) => Math.min(...nodes[at]!.inputs.map((from) => live.get(from)!), 1e9);
    const order = members.sort((a, b) => left[b]! - left[a]! || a - b);
    for (const at of order) lane[at] = take(nodes[at]!.inputs.length === 0 ? 0 : wanted(at));
    const through = new Map<number, number>();
    for (const [from, was] of [...live].sort((a, b) => a[1] - b[1]))
      if (last[from]! > row) through.set(from, take(was));
    passing.push(through);
    live = new Map(through);
    for (const at of members) if (last[at]! > row) live.set(at, lane[at]!);
  }
  return { rank, lane, passing };
}
