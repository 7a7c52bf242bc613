import type { Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Domains } from './domain.ts';
import { type Task, taskRoots, writtenSources } from './task.ts';

/** For every live node the nodes (below `nodes.length`) and tasks (`nodes.length + task`) that read it, as one flat table. */
interface Readers {
  readonly start: Int32Array;
  readonly list: Int32Array;
}

function findReaders(netlist: Netlist, tasks: readonly Task[], { domains, ofTask, ensured, ofNode }: Domains): Readers {
  const count = netlist.nodes.length;
  const start = new Int32Array(count + 1);
  const visit = (edge: (node: NodeId, reader: number) => void): void => {
    netlist.nodes.forEach((node, id) => {
      if (ofNode[id]! >= 0 && 'args' in node) for (const arg of node.args) edge(arg, id);
    });
    tasks.forEach((task, index) => {
      for (const root of taskRoots(netlist, task, ensured[index]!)) edge(root, count + index);
      for (let d = ofTask[index]!; d > 0; d = domains[d]!.parent) edge(domains[d]!.literal.node, count + index);
    });
  };
  visit((node) => {
    start[node + 1]! += 1;
  });
  for (let id = 0; id < count; id += 1) start[id + 1]! += start[id]!;
  const list = new Int32Array(start[count]!);
  const used = start.slice();
  visit((node, reader) => {
    list[used[node]!] = reader;
    used[node]! += 1;
  });
  return { start, list };
}

/** Tasks that should come before a memory write: the reads of that memory and its earlier write ports. */
function earlierPorts(tasks: readonly Task[]): (task: number) => readonly number[] {
  const ofMemory = new Map<number, number[]>();
  tasks.forEach((task, index) => {
    if (task.kind !== 'read' && task.kind !== 'write') return;
    const list = ofMemory.get(task.memory);
    if (list === undefined) ofMemory.set(task.memory, [index]);
    else list.push(index);
  });
  return (index) => {
    const task = tasks[index]!;
    if (task.kind !== 'write') return [];
    return ofMemory.get(task.memory)!.filter((other) => {
      const port = tasks[other]!;
      return port.kind === 'read' || (port.kind === 'write' && port.port < task.port);
    });
  };
}

/**
 * Orders units (sets of tasks that stay together) so that, where the circuit allows it, everything that reads a state
 * comes before the task that overwrites it: then the new value needs no shadow. Depth-first; on a cycle one order is
 * taken and the emitter falls back to a shadow.
 */
function depthFirst(
  netlist: Netlist,
  tasks: readonly Task[],
  readers: Readers,
  unitOf: Int32Array,
  units: number,
): Int32Array {
  const count = netlist.nodes.length;
  const members: number[][] = Array.from({ length: units }, () => []);
  tasks.forEach((_, index) => {
    members[unitOf[index]!]!.push(index);
  });
  const ports = earlierPorts(tasks);
  const nodeSeen = new Uint8Array(count);
  const unitSeen = new Uint8Array(units);
  const position = new Int32Array(units);
  let placed = 0;

  const predecessors = (unit: number): number[] => {
    const list: number[] = [];
    for (const member of members[unit]!) {
      for (const source of writtenSources(netlist, tasks[member]!)) {
        for (let i = readers.start[source]!; i < readers.start[source + 1]!; i += 1) list.push(readers.list[i]!);
      }
      for (const port of ports(member)) list.push(count + port);
    }
    return list;
  };

  interface Frame {
    readonly unit: number;
    readonly next: ArrayLike<number>;
    at: number;
    readonly end: number;
  }
  const stack: Frame[] = [];
  const openUnit = (unit: number): void => {
    if (unitSeen[unit] === 1) return;
    unitSeen[unit] = 1;
    const next = predecessors(unit);
    stack.push({ unit, next, at: 0, end: next.length });
  };
  for (let first = 0; first < units; first += 1) {
    openUnit(first);
    while (stack.length > 0) {
      const frame = stack.at(-1)!;
      if (frame.at < frame.end) {
        const reader = frame.next[frame.at]!;
        frame.at += 1;
        if (reader >= count) openUnit(unitOf[reader - count]!);
        else if (nodeSeen[reader] === 0) {
          nodeSeen[reader] = 1;
          stack.push({ unit: -1, next: readers.list, at: readers.start[reader]!, end: readers.start[reader + 1]! });
        }
      } else {
        stack.pop();
        if (frame.unit >= 0) {
          position[frame.unit] = placed;
          placed += 1;
        }
      }
    }
  }
  return position;
}

export interface Order {
  /** Position of every task when it may move alone: order inside a domain. */
  readonly task: Int32Array;
  /** Position of every task when the domains directly below the top stay together. */
  readonly unit: Int32Array;
}

export function orderTasks(netlist: Netlist, tasks: readonly Task[], domains: Domains): Order {
  const readers = findReaders(netlist, tasks, domains);
  const alone = Int32Array.from(tasks, (_, index) => index);
  const task = depthFirst(netlist, tasks, readers, alone, tasks.length);
  const outermost = (domain: number): number => {
    let d = domain;
    while (domains.domains[d]!.depth > 1) d = domains.domains[d]!.parent;
    return d;
  };
  const unitOf = Int32Array.from(tasks, (_, index) => {
    const domain = domains.ofTask[index]!;
    return domain === 0 ? domains.domains.length + index : outermost(domain);
  });
  const position = depthFirst(netlist, tasks, readers, unitOf, domains.domains.length + tasks.length);
  return { task, unit: unitOf.map((unit) => position[unit]!) };
}
