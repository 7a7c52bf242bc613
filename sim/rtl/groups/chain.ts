import type { NodeId } from '../../../hdl-gen/ir/netlist.ts';

/** Decides which sources lie side by side in memory: wishes "b right behind a", the first wish wins. */
export interface Chains {
  /** Wishes for the sources of one list, in order. */
  wish(list: readonly NodeId[]): void;
  /** A number that grows along every chain; undefined for a source in no chain. */
  positions(): ReadonlyMap<NodeId, number>;
  /** All chains, each a list of sources in memory order. */
  lists(): readonly (readonly NodeId[])[];
}

export function chains(): Chains {
  const after = new Map<NodeId, NodeId>();
  const before = new Map<NodeId, NodeId>();
  const all = new Set<NodeId>();
  /** Chain of a source, as a tree that is flattened while it is asked. */
  const parent = new Map<NodeId, NodeId>();
  const chainOf = (id: NodeId): NodeId => {
    let root = id;
    while (parent.get(root) !== undefined) root = parent.get(root)!;
    for (let at = id; at !== root; ) {
      const up = parent.get(at)!;
      parent.set(at, root);
      at = up;
    }
    return root;
  };
  const lists = (): NodeId[][] => {
    const made: NodeId[][] = [];
    for (const id of all) {
      if (before.has(id)) continue;
      const list = [id];
      for (let next = after.get(id); next !== undefined; next = after.get(next)) list.push(next);
      made.push(list);
    }
    return made;
  };
  return {
    wish(list) {
      list.forEach((id, index) => {
        all.add(id);
        const previous = list[index - 1];
        if (previous === undefined || previous === id || after.has(previous) || before.has(id)) return;
        if (chainOf(previous) === chainOf(id)) return;
        parent.set(chainOf(id), chainOf(previous));
        after.set(previous, id);
        before.set(id, previous);
      });
    },
    positions() {
      const positions = new Map<NodeId, number>();
      let at = 0;
      for (const list of lists()) for (const id of list) positions.set(id, at++);
      return positions;
    },
    lists,
  };
}
