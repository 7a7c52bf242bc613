import type { NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Program } from './program.ts';
import { taskRoots } from './task.ts';

/** How a value reaches its readers. */
export interface Crossing {
  /** 1 = evaluated where its only reader needs it, never stored. */
  readonly inlined: Uint8Array;
  /** 1 = some reader is in the same function. */
  readonly local: Uint8Array;
  /** 1 = some reader is in another function, so the value goes through memory. */
  readonly crosses: Uint8Array;
  /** Per function: how often it reads each source or value of another function. */
  readonly external: readonly ReadonlyMap<NodeId, number>[];
  /** 1 = the domain's condition is needed again after its first use. */
  readonly reopened: Uint8Array;
}

/** Deeper chains of inlined operations are cut by a local. */
const deepestInline = 48;

/** `alwaysKept` nodes are never inlined. */
export function findCrossings(program: Program, alwaysKept: (id: NodeId) => boolean): Crossing {
  const { netlist, tasks, domains, items, itemOf, opening } = program;
  const count = netlist.nodes.length;
  const uses = new Int32Array(count);
  const reader = new Int32Array(count);
  const local = new Uint8Array(count);
  const crosses = new Uint8Array(count);
  const external: Map<NodeId, number>[] = Array.from({ length: program.chunks }, () => new Map());

  const use = (id: NodeId, item: number): void => {
    if (netlist.nodes[id]!.op === 'const') return;
    const chunk = items[item]!.chunk;
    const own = itemOf[id]!;
    uses[id]! += 1;
    reader[id] = item;
    if (own >= 0 && items[own]!.chunk === chunk) local[id] = 1;
    else {
      if (own >= 0) crosses[id] = 1;
      external[chunk]!.set(id, (external[chunk]!.get(id) ?? 0) + 1);
    }
  };
  netlist.nodes.forEach((node, id) => {
    if (itemOf[id]! >= 0 && 'args' in node) for (const arg of node.args) use(arg, itemOf[id]!);
  });
  items.forEach((item, index) => {
    if (item.task < 0) return;
    for (const root of taskRoots(netlist, tasks[item.task]!, domains.ensured[item.task]!)) use(root, index);
  });
  const reopened = new Uint8Array(domains.domains.length);
  const conditions = new Uint8Array(count);
  domains.domains.forEach(({ literal }, domain) => {
    if (opening[domain]! < 0) return;
    use(literal.node, opening[domain]!);
    conditions[literal.node] = 1;
  });
  for (const item of items) {
    for (let d = item.domain; d > 0; d = domains.domains[d]!.parent) {
      if (item.deferred || item.chunk !== items[opening[d]!]!.chunk) reopened[d] = 1;
    }
  }

  const inlined = new Uint8Array(count);
  const depth = new Uint8Array(count);
  netlist.nodes.forEach((node, id) => {
    if (itemOf[id]! < 0 || !('args' in node)) return;
    let deepest = 0;
    for (const arg of node.args) if (inlined[arg] === 1) deepest = Math.max(deepest, depth[arg]!);
    depth[id] = deepest + 1;
    const alone = !alwaysKept(id) && uses[id] === 1 && reader[id] === itemOf[id] && conditions[id] === 0;
    if (alone && deepest < deepestInline) inlined[id] = 1;
  });
  return { inlined, local, crosses, external, reopened };
}
