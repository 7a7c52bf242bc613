import type { Netlist, NetNode, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Format } from '../value.ts';

/** One position of a cone that many instances share. */
export interface Slot {
  /** The operation with positions of the template as arguments; a source for everything that is read. */
  readonly node: NetNode;
  /** `uniform`: the same node for every member. `each`: a source per member. `operation`: computed here. */
  readonly kind: 'uniform' | 'each' | 'operation';
  /** Node of every member; one entry when uniform; empty for the choice made by an enable. */
  readonly members: readonly NodeId[];
}

/** Cones of the same shape laid over each other; arguments come before their readers, the last slot is the result. */
export interface Template {
  readonly slots: readonly Slot[];
}

const largestTemplate = 400;

function source({ width, signed }: Format): NetNode {
  return { op: 'register', register: -1, width, signed };
}

/**
 * Lays the members' cones over each other. Where all members have the same node the cone ends: it is computed once.
 * Null when the cone is too large.
 */
export function layOver(
  netlist: Netlist,
  roots: readonly NodeId[],
  hold: { readonly enables: readonly NodeId[]; readonly old: readonly NodeId[]; readonly format: Format } | null,
): Template | null {
  const slots: Slot[] = [];
  const known = new Map<string, number>();
  let tooLarge = false;
  const add = (slot: Slot): number => {
    if (slots.length >= largestTemplate) tooLarge = true;
    return slots.push(slot) - 1;
  };
  const visit = (members: readonly NodeId[], depth: number): number => {
    const first = members[0]!;
    const same = members.every((id) => id === first);
    const key = same ? String(first) : members.join(' ');
    const found = known.get(key);
    if (found !== undefined) return found;
    const node = netlist.nodes[first]!;
    let at = 0;
    if (tooLarge || depth > largestTemplate) {
      tooLarge = true;
      return 0;
    }
    if (same) at = add({ node: node.op === 'const' ? node : source(node), kind: 'uniform', members: [first] });
    else if (!('args' in node)) at = add({ node: source(node), kind: 'each', members });
    else {
      const args = node.args.map((_, position) =>
        visit(
          members.map((id) => (netlist.nodes[id] as typeof node).args[position]!),
          depth + 1,
        ),
      );
      at = add({ node: { ...node, args } as unknown as NetNode, kind: 'operation', members });
    }
    known.set(key, at);
    return at;
  };
  const value = visit(roots, 0);
  if (hold !== null) {
    const args = [visit(hold.enables, 0), value, visit(hold.old, 0)] as const;
    add({ node: { op: 'mux', args, ...hold.format }, kind: 'operation', members: [] });
  }
  if (tooLarge) return null;
  // The result has to stand last even when the whole value is one source.
  if (hold === null && value !== slots.length - 1) return null;
  return { slots };
}
