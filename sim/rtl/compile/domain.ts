import type { Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { impliedConditions } from './implication.ts';
import { type Literal, type Task, taskRoots } from './task.ts';

/** Work that happens under one condition; domain 0 is unconditional and has no literal. */
export interface Domain {
  readonly parent: number;
  readonly depth: number;
  readonly literal: Literal;
}

export interface Domains {
  /** Parents come before their children. */
  readonly domains: readonly Domain[];
  /** Domain of every task. */
  readonly ofTask: Int32Array;
  /** How many of a task's guard literals, from the first, its domain ensures. */
  readonly ensured: Int32Array;
  /** Domain of every node that some task needs, -1 for the others. */
  readonly ofNode: Int32Array;
}

function commonDomain(domains: readonly Domain[], a: number, b: number): number {
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
  ensured: Int32Array,
): Int32Array {
  const ofNode = new Int32Array(netlist.nodes.length).fill(-1);
  const need = (node: NodeId, domain: number): void => {
    const known = ofNode[node]!;
    ofNode[node] = known < 0 ? domain : commonDomain(domains, known, domain);
  };
  const inUse = new Uint8Array(domains.length);
  tasks.forEach((task, index) => {
    for (let d = ofTask[index]!; d > 0; d = domains[d]!.parent) inUse[d] = 1;
    for (const root of taskRoots(netlist, task, ensured[index]!)) need(root, ofTask[index]!);
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

/** One domain per chain of guards, with the conditions that the guards imply around them. */
function nestDomains(netlist: Netlist, tasks: readonly Task[]): { domains: Domain[]; ofTask: Int32Array } {
  const domains: Domain[] = [{ parent: 0, depth: 0, literal: { node: -1, when: true } }];
  const byKey = new Map<string, number>();
  const implied = impliedConditions(netlist, tasks);
  const enter = (parent: number, literal: Literal): number => {
    for (let d = parent; d > 0; d = domains[d]!.parent) {
      if (domains[d]!.literal.node === literal.node && domains[d]!.literal.when === literal.when) return parent;
    }
    const key = `${parent} ${literal.node} ${literal.when}`;
    let inner = byKey.get(key);
    if (inner === undefined) {
      inner = domains.push({ parent, depth: domains[parent]!.depth + 1, literal }) - 1;
      byKey.set(key, inner);
    }
    return inner;
  };
  const ofTask = Int32Array.from(tasks, ({ guard }) => {
    let domain = 0;
    for (const literal of guard) {
      if (literal.when) for (const node of implied(literal.node)) domain = enter(domain, { node, when: true });
      else domain = enter(domain, literal);
    }
    return domain;
  });
  return { domains, ofTask };
}

/** Guard literals, from the first, that the domain or one around it tests. */
function countEnsured(domains: readonly Domain[], task: Task, domain: number): number {
  const tested = (literal: Literal): boolean => {
    for (let d = domain; d > 0; d = domains[d]!.parent) {
      const own = domains[d]!.literal;
      if (own.node === literal.node && own.when === literal.when) return true;
    }
    return false;
  };
  const missing = task.guard.findIndex((literal) => !tested(literal));
  return missing < 0 ? task.guard.length : missing;
}

/**
 * Groups tasks by their guards, then dissolves the domains that do not pay for their branch: those with little work in
 * all, and those whose own work is little and whose single inner branch implies them anyway.
 */
export function findDomains(netlist: Netlist, tasks: readonly Task[], smallestBranch: number): Domains {
  const nested = nestDomains(netlist, tasks);
  const count = nested.domains.length;
  const everyGuard = Int32Array.from(tasks, ({ guard }) => guard.length);
  const ofNode = placeNodes(netlist, tasks, nested.domains, nested.ofTask, everyGuard);
  const cost = new Float64Array(count);
  ofNode.forEach((domain, id) => {
    if (domain >= 0 && 'args' in netlist.nodes[id]!) cost[domain]! += 1;
  });
  nested.ofTask.forEach((domain, index) => {
    // A group has no form without its guard.
    cost[domain]! += tasks[index]!.kind === 'group' ? Number.POSITIVE_INFINITY : 2;
  });
  const own = cost.slice();
  const children = new Int32Array(count);
  const guarded = new Set<string>();
  for (const { guard } of tasks) for (const { node, when } of guard) guarded.add(`${node} ${when}`);
  for (let d = count - 1; d > 0; d -= 1) {
    const { parent } = nested.domains[d]!;
    cost[parent]! += cost[d]!;
    if (cost[d]! >= smallestBranch) children[parent]! += 1;
  }

  const kept = new Int32Array(count);
  const domains: Domain[] = [nested.domains[0]!];
  for (let d = 1; d < count; d += 1) {
    const { literal, parent } = nested.domains[d]!;
    const outer = kept[parent]!;
    const isGuard = guarded.has(`${literal.node} ${literal.when}`);
    const dissolve = cost[d]! < smallestBranch || (!isGuard && children[d]! < 2 && own[d]! < smallestBranch);
    kept[d] = dissolve ? outer : domains.push({ parent: outer, depth: domains[outer]!.depth + 1, literal }) - 1;
  }
  const ofTask = nested.ofTask.map((domain) => kept[domain]!);
  const ensured = Int32Array.from(tasks, (task, index) => countEnsured(domains, task, ofTask[index]!));
  return { domains, ofTask, ensured, ofNode: placeNodes(netlist, tasks, domains, ofTask, ensured) };
}
