import type { Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Task } from './task.ts';

/** More implied conditions than this are not looked at. */
const mostImplied = 24;

/** Arguments of a connective of single bits that the node's value 1 speaks about, and whether it implies all of them. */
function connective(netlist: Netlist, id: NodeId): { args: readonly NodeId[]; all: boolean } | null {
  const node = netlist.nodes[id]!;
  if (!('args' in node) || node.args.some((arg) => netlist.nodes[arg]!.width !== 1)) return null;
  if (node.op === 'and') return { args: node.args, all: true };
  if (node.op === 'or') return { args: node.args, all: false };
  return node.op === 'mux' ? { args: [node.args[1], node.args[2]], all: false } : null;
}

/** For each condition the nodes that are certainly not 0 whenever it is not 0, itself included. */
function findImplied(netlist: Netlist, conditions: ReadonlySet<NodeId>): Map<NodeId, ReadonlySet<NodeId>> {
  const needed = new Uint8Array(netlist.nodes.length);
  for (const id of conditions) needed[id] = 1;
  for (let id = needed.length - 1; id >= 0; id -= 1) {
    if (needed[id] === 1) for (const arg of connective(netlist, id)?.args ?? []) needed[arg] = 1;
  }
  const implied = new Map<NodeId, ReadonlySet<NodeId>>();
  for (let id = 0; id < needed.length; id += 1) {
    if (needed[id] === 0) continue;
    const found = connective(netlist, id);
    const sets = found?.args.map((arg) => implied.get(arg)!) ?? [];
    const candidates = new Set(sets.flatMap((set) => [...set]));
    const certain = [...candidates].filter((node) => found?.all === true || sets.every((set) => set.has(node)));
    // Larger ids are nearer to the condition and say more.
    const nearest = certain.sort((a, b) => b - a).slice(0, mostImplied);
    implied.set(id, new Set([...nearest, id]));
  }
  return implied;
}

/**
 * For every enable the conditions that it implies, widest first, the enable itself last. Enables of one engine share
 * such conditions ("running", "last word"), so that one branch skips them all. Only conditions that several enables
 * share are worth a branch.
 */
export function impliedConditions(netlist: Netlist, tasks: readonly Task[]): (condition: NodeId) => readonly NodeId[] {
  const conditions = new Set<NodeId>();
  for (const { guard } of tasks) for (const { node, when } of guard) if (when) conditions.add(node);
  const implied = findImplied(netlist, conditions);
  const support = new Map<NodeId, number>();
  for (const condition of conditions) {
    for (const id of implied.get(condition)!) support.set(id, (support.get(id) ?? 0) + 1);
  }
  const paths = new Map<NodeId, readonly NodeId[]>();
  for (const condition of conditions) {
    const shared = [...implied.get(condition)!].filter((id) => id !== condition && support.get(id)! > 1);
    shared.sort((a, b) => support.get(b)! - support.get(a)! || a - b);
    paths.set(condition, [...shared, condition]);
  }
  return (condition) => paths.get(condition)!;
}
