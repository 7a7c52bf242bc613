import type { Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Task } from './task.ts';

/** More implied conditions than this are not looked at. */
const mostImplied = 24;

/** Nodes that are certainly not 0 whenever `condition` is not 0, itself included. */
function impliedBy(netlist: Netlist, condition: NodeId, known: Map<NodeId, ReadonlySet<NodeId>>): ReadonlySet<NodeId> {
  const found = known.get(condition);
  if (found !== undefined) return found;
  const node = netlist.nodes[condition]!;
  const implied = new Set<NodeId>();
  const bits = 'args' in node && node.args.every((arg) => netlist.nodes[arg]!.width === 1);
  if (bits && node.op === 'and') {
    for (const arg of node.args) for (const id of impliedBy(netlist, arg, known)) implied.add(id);
  } else if (bits && (node.op === 'or' || node.op === 'mux')) {
    const [a, b] = node.op === 'mux' ? ([node.args[1], node.args[2]] as const) : node.args;
    const other = impliedBy(netlist, b, known);
    for (const id of impliedBy(netlist, a, known)) if (other.has(id)) implied.add(id);
  }
  const nearest = new Set([...implied].sort((a, b) => b - a).slice(0, mostImplied));
  nearest.add(condition);
  known.set(condition, nearest);
  return nearest;
}

/**
 * For every enable the conditions that it implies, widest first, the enable itself last. Enables of one engine share
 * such conditions ("running", "last word"), so that one branch skips them all. Only conditions that several enables
 * share are worth a branch.
 */
export function impliedConditions(netlist: Netlist, tasks: readonly Task[]): (condition: NodeId) => readonly NodeId[] {
  const known = new Map<NodeId, ReadonlySet<NodeId>>();
  const conditions = new Set<NodeId>();
  for (const { guard } of tasks) for (const { node, when } of guard) if (when) conditions.add(node);
  const support = new Map<NodeId, number>();
  for (const condition of conditions) {
    for (const id of impliedBy(netlist, condition, known)) support.set(id, (support.get(id) ?? 0) + 1);
  }
  const paths = new Map<NodeId, readonly NodeId[]>();
  for (const condition of conditions) {
    const path = [...impliedBy(netlist, condition, known)].filter((id) => id === condition || support.get(id)! > 1);
    // Whatever a condition implies has at least its support and a smaller id, so the condition comes last.
    path.sort((a, b) => support.get(b)! - support.get(a)! || a - b);
    paths.set(condition, path);
  }
  return (condition) => paths.get(condition)!;
}
