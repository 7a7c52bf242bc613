import type { Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { type Domains, findDomains } from './domain.ts';
import type { Limits } from './limits.ts';
import { type Order, orderTasks } from './order.ts';
import { type Task, taskCost, taskRoots, writtenSources } from './task.ts';

/** One step of straight-line work: evaluate `nodes` (ascending), then carry out the task, if any. */
export interface Item {
  readonly domain: number;
  /** Function that holds the item. */
  chunk: number;
  readonly nodes: readonly NodeId[];
  /** Index into `Program.tasks`, or -1. */
  readonly task: number;
  /** The task's effect waits until everything else has been evaluated, because someone still reads the old state. */
  deferred: boolean;
}

export interface Program {
  readonly netlist: Netlist;
  readonly tasks: readonly Task[];
  readonly domains: Domains;
  readonly items: readonly Item[];
  /** Item in which a node is evaluated, -1 for sources and for nodes that nobody needs. */
  readonly itemOf: Int32Array;
  /** First item inside a domain (where its condition is evaluated), -1 for unused domains. */
  readonly opening: Int32Array;
  readonly chunks: number;
}

export function planProgram(netlist: Netlist, tasks: readonly Task[], limits: Limits): Program {
  const domains = findDomains(netlist, tasks, limits.smallestBranch);
  const items = splitLarge(listItems(netlist, tasks, domains, orderTasks(netlist, tasks, domains)), limits.chunkNodes);
  let chunk = 0;
  let cost = 0;
  for (const item of items) {
    const own = item.nodes.length + (item.task < 0 ? 1 : taskCost(tasks[item.task]!));
    if (cost + own > limits.chunkNodes && cost > 0) {
      chunk += 1;
      cost = 0;
    }
    item.chunk = chunk;
    cost += own;
  }
  const itemOf = new Int32Array(netlist.nodes.length).fill(-1);
  const opening = new Int32Array(domains.domains.length).fill(-1);
  items.forEach((item, index) => {
    for (const node of item.nodes) itemOf[node] = index;
    for (let d = item.domain; d > 0 && opening[d] === -1; d = domains.domains[d]!.parent) opening[d] = index;
  });
  const program: Program = { netlist, tasks, domains, items, itemOf, opening, chunks: chunk + 1 };
  markDeferred(program);
  return program;
}

function isSource(netlist: Netlist, node: NodeId): boolean {
  return !('args' in netlist.nodes[node]!);
}

/** Walks the tasks in order; a node that several domains need is evaluated before the branch that needs it first. */
function listItems(
  netlist: Netlist,
  tasks: readonly Task[],
  { domains, ofTask, ensured, ofNode }: Domains,
  order: Order,
): Item[] {
  const taskList: number[][] = domains.map(() => []);
  const children: number[][] = domains.map(() => []);
  const used = new Uint8Array(domains.length);
  ofTask.forEach((domain, index) => {
    taskList[domain]!.push(index);
    for (let d = domain; d > 0 && used[d] === 0; d = domains[d]!.parent) {
      used[d] = 1;
      children[domains[d]!.parent]!.push(d);
    }
  });
  const first = new Int32Array(domains.length).fill(0x7fffffff);
  const unitPosition = new Int32Array(domains.length);
  tasks.forEach((_, index) => {
    for (let d = ofTask[index]!; d > 0; d = domains[d]!.parent) {
      first[d] = Math.min(first[d]!, order.task[index]!);
      unitPosition[d] = order.unit[index]!;
    }
  });

  const placed = new Uint8Array(netlist.nodes.length);
  const pending: NodeId[][] = domains.map(() => []);
  const demand = (root: NodeId): void => {
    const stack = [root];
    while (stack.length > 0) {
      const id = stack.pop()!;
      if (placed[id] === 1 || isSource(netlist, id)) continue;
      placed[id] = 1;
      pending[ofNode[id]!]!.push(id);
      const node = netlist.nodes[id]!;
      if ('args' in node) stack.push(...node.args);
    }
  };
  const take = (domain: number): NodeId[] => {
    const nodes = pending[domain]!.sort((a, b) => a - b);
    pending[domain] = [];
    return nodes;
  };

  interface Step {
    readonly position: number;
    readonly task: number;
    readonly domain: number;
  }
  const emit = (domain: number): Item[] => {
    const out: Item[] = [];
    const at = (task: number): number => (domain === 0 ? order.unit[task]! : order.task[task]!);
    const steps: Step[] = taskList[domain]!.map((task) => ({ position: at(task), task, domain }));
    for (const child of children[domain]!) {
      steps.push({ position: domain === 0 ? unitPosition[child]! : first[child]!, task: -1, domain: child });
    }
    steps.sort((a, b) => a.position - b.position);
    for (const step of steps) {
      if (step.task >= 0) {
        const task = tasks[step.task]!;
        for (const root of taskRoots(netlist, task, ensured[step.task]!)) demand(root);
        out.push({ domain, chunk: 0, nodes: take(domain), task: step.task, deferred: false });
      } else {
        demand(domains[step.domain]!.literal.node);
        const inner = emit(step.domain);
        const hoisted = take(domain);
        if (hoisted.length > 0) out.push({ domain, chunk: 0, nodes: hoisted, task: -1, deferred: false });
        for (const item of inner) out.push(item);
      }
    }
    return out;
  };
  return emit(0);
}

/** No item may be larger than a function should be. */
function splitLarge(items: readonly Item[], chunkNodes: number): Item[] {
  return items.flatMap((item) => {
    const parts: Item[] = [];
    let from = 0;
    for (; item.nodes.length - from > chunkNodes; from += chunkNodes) {
      parts.push({ ...item, nodes: item.nodes.slice(from, from + chunkNodes), task: -1 });
    }
    parts.push({ ...item, nodes: item.nodes.slice(from) });
    return parts;
  });
}

/** Two domains of which at most one is entered in a clock. */
function areExclusive({ domains }: Domains, a: number, b: number): boolean {
  for (let x = a; x > 0; x = domains[x]!.parent) {
    for (let y = b; y > 0; y = domains[y]!.parent) {
      const [left, right] = [domains[x]!.literal, domains[y]!.literal];
      if (left.node === right.node && left.when !== right.when) return true;
    }
  }
  return false;
}

/** An effect may happen in place only when every reader of the old state has been evaluated by then. */
function markDeferred({ netlist, tasks, domains, items, itemOf, opening }: Program): void {
  /** Items that read a source, by source. */
  const readers = new Map<NodeId, number[]>();
  const read = (node: NodeId, item: number): void => {
    if (!isSource(netlist, node)) return;
    const list = readers.get(node);
    if (list === undefined) readers.set(node, [item]);
    else if (list.at(-1) !== item) list.push(item);
  };
  netlist.nodes.forEach((node, id) => {
    if (itemOf[id]! >= 0 && 'args' in node) for (const arg of node.args) read(arg, itemOf[id]!);
  });
  const itemOfTask = new Int32Array(tasks.length);
  items.forEach((item, index) => {
    if (item.task < 0) return;
    itemOfTask[item.task] = index;
    for (const root of taskRoots(netlist, tasks[item.task]!, domains.ensured[item.task]!)) read(root, index);
  });
  domains.domains.forEach(({ literal }, domain) => {
    if (opening[domain]! >= 0) read(literal.node, opening[domain]!);
  });
  /** A condition is read where its domain opens, but in the domain around it. */
  const opens = new Set(opening);
  const isReadAfter = (source: NodeId, own: number): boolean =>
    (readers.get(source) ?? []).some(
      (item) => item > own && (opens.has(item) || !areExclusive(domains, items[item]!.domain, items[own]!.domain)),
    );
  const lastPort = new Int32Array(netlist.memories.length).fill(-1);
  tasks.forEach((task, index) => {
    if (task.kind === 'read') lastPort[task.memory] = Math.max(lastPort[task.memory]!, itemOfTask[index]!);
  });
  // Tasks list a memory's write ports in ascending order, so one pass sees every earlier port first.
  tasks.forEach((task, index) => {
    const item = items[itemOfTask[index]!]!;
    for (const source of writtenSources(netlist, task)) {
      if (isReadAfter(source, itemOfTask[index]!)) item.deferred = true;
    }
    if (task.kind === 'write') {
      item.deferred = lastPort[task.memory]! > itemOfTask[index]!;
      lastPort[task.memory] = item.deferred ? items.length : Math.max(lastPort[task.memory]!, itemOfTask[index]!);
    }
  });
}
