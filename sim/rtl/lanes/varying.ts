import type { Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Task } from '../compile/task.ts';
import type { LaneCount } from './vector-code.ts';

/** What differs between the lanes of a batch; everything else is computed once. */
export interface LanePlan {
  readonly lanes: LaneCount;
  /** 1 = the node may differ between lanes. */
  readonly varies: Uint8Array;
  /** Content of the memory may differ between lanes. */
  readonly memories: readonly boolean[];
}

/** Spreads "differs between lanes" from the inputs through operations, registers and memories until nothing changes. */
export function planLanes(netlist: Netlist, lanes: LaneCount, inputVaries: (name: string) => boolean): LanePlan {
  const varies = new Uint8Array(netlist.nodes.length);
  const memories = netlist.memories.map(() => false);
  for (const { name, node } of netlist.inputs) if (inputVaries(name)) varies[node] = 1;
  const any = (...ids: readonly (NodeId | null)[]): boolean => ids.some((id) => id !== null && varies[id] === 1);
  for (let settled = false; !settled; ) {
    settled = true;
    const mark = (id: NodeId): void => {
      if (varies[id] === 1) return;
      varies[id] = 1;
      settled = false;
    };
    netlist.nodes.forEach((node, id) => {
      if ('args' in node && any(...node.args)) mark(id);
    });
    for (const { node, next, enable } of netlist.registers) if (any(next, enable)) mark(node);
    netlist.memories.forEach(({ reads, writes }, index) => {
      if (!memories[index] && writes.some(({ address, data, enable }) => any(address, data, enable))) {
        memories[index] = true;
        settled = false;
      }
      for (const { address, enable, node } of reads) if (memories[index] || any(address, enable)) mark(node);
    });
  }
  return { lanes, varies, memories };
}

/** Only a condition that is the same in every lane can be a branch: guards end before the first one that is not. */
export function uniformGuards(tasks: readonly Task[], { varies }: LanePlan): Task[] {
  return tasks.map((task) => {
    const first = task.guard.findIndex(({ node }) => varies[node] === 1);
    if (first < 0) return task;
    const guard = task.guard.slice(0, first);
    return task.kind === 'register' ? { ...task, guard, values: task.values.slice(0, first + 1) } : { ...task, guard };
  });
}
