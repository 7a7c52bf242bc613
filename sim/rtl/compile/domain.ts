import type { Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { type Literal, type Task, taskRoots } from './task.ts';

/** Work that happens under one condition; domain 0 is unconditional and has no literal. */
export interface Domain {
  readonly parent: number;
  readonly depth: number;
  readonly literal: Literal;
}

export interface Domains {
  readonly domains: readonly Domain[];
  /** Domain of every task. */
  readonly ofTask: Int32Array;
  /** Domain of every node that some task needs, -1 for the others. */
  readonly ofNode: Int32Array;
}

export function commonDomain(domains: readonly Domain[], a: number, b: number): number {
  let left = a;
  let right = b;
  while (left !== right) {
    if (domains[left]!.depth >= domains[right]!.depth) left = domains[left]!.parent;
    else right = domains[right]!.parent;
  }
  return left;
}

/** Each node belongs to the innermost domain that contains all of its readers. */
function placeNodes(
  netlist: Netlist,
  tasks: readonly Task[],
  domains: readonly Domain[],
  ofTask: Int32Array,
): Int32Array {
  const ofNode = new Int32Array(netlist.nodes.length).fill(-1);
  const need = (node: NodeId, domain: number): void => {
    const known = ofNode[node]!;
    ofNode[node] = known < 0 ? domain : commonDomain(domains, known, domain);
  };
  const inUse = new Uint8Array(domains.length);
  tasks.forEach((task, index) => {
    const domain = ofTask[index]!;
    for (let d = domain; d > 0; d = domains[d]!.parent) inUse[d] = 1;
    for (const root of taskRoots(netlist, task, domains[domain]!.depth)) need(root, domain);
  });
  domains.forEach(({ literal, parent }, index) => {
    if (inUse[index] === 1) need(literal.node, parent);
  });
  for (let id = netlist.nodes.length - 1; id >= 0; id -= 1) {
    const node = netlist.nodes[id]!;
    if (ofNode[id]! >= 0 && 'args' in node) for (const arg of node.args) need(arg, ofNode[id]!);
  }
  return ofNode;
}

/** Groups tasks by their guards, then dissolves the groups that are too small to pay for a branch. */
export function findDomains(netlist: Netlist, tasks: readonly Task[], smallestBranch: number): Domains {
  const domains: Domain[] = [{ parent: 0, depth: 0, literal: { node: -1, when: true } }];
  const byKey = new Map<string, number>();
  const ofTask = new Int32Array(tasks.length);
  tasks.forEach((task, index) => {
    let domain = 0;
    for (const literal of task.guard) {
      const key = `${domain} ${literal.node} ${literal.when}`;
      let inner = byKey.get(key);
      if (inner === undefined) {
        inner = domains.push({ parent: domain, depth: domains[domain]!.depth + 1, literal }) - 1;
        byKey.set(key, inner);
      }
      domain = inner;
    }
    ofTask[index] = domain;
  });

  const cost = new Float64Array(domains.length);
  const ofNode = placeNodes(netlist, tasks, domains, ofTask);
  ofNode.forEach((domain, id) => {
    if (domain >= 0 && 'args' in netlist.nodes[id]!) cost[domain]! += 1;
  });
  for (const domain of ofTask) cost[domain]! += 2;
  // Children come after their parents, so walking backwards sums bottom-up.
  for (let d = domains.length - 1; d > 0; d -= 1) cost[domains[d]!.parent]! += cost[d]!;
  const kept = new Int32Array(domains.length);
  for (let d = 1; d < domains.length; d += 1) kept[d] = cost[d]! < smallestBranch ? kept[domains[d]!.parent]! : d;
  const finalOfTask = ofTask.map((domain) => kept[domain]!);
  return { domains, ofTask: finalOfTask, ofNode: placeNodes(netlist, tasks, domains, finalOfTask) };
}
