import type { MuxNode, Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Template } from '../groups/template.ts';

/** A condition on a node: the guarded work matters only in clocks where "node is not 0" equals `when`. */
export interface Literal {
  readonly node: NodeId;
  readonly when: boolean;
}

export interface RegisterTask {
  readonly kind: 'register';
  readonly register: number;
  /** Outermost first; the first is the enable where the register has one, the others come from muxes that hold. */
  readonly guard: readonly Literal[];
  /** `values[k]`: what is loaded when the first `k` literals are known to hold (and the enable, if any, is). */
  readonly values: readonly NodeId[];
  /** One of two tasks of the register, for either value of the last condition of the guard. */
  readonly alternative: boolean;
}

/** Registers side by side that take over sources side by side. */
export interface Run {
  readonly sources: readonly NodeId[];
  readonly targets: readonly NodeId[];
}

/** Registers that are computed together: by one template, or, without one, as copies. */
export interface Group {
  /** In lane order where there is a template. */
  readonly registers: readonly number[];
  readonly guard: readonly Literal[];
  /** Everything that the group reads. */
  readonly roots: readonly NodeId[];
  readonly template: Template | null;
  readonly runs: readonly Run[];
}

/**
 * One effect of a clock. `register`, `group` and `read` end in the state behind source nodes, `write` in a memory,
 * `output` in the sampled value of a port.
 */
export type Task =
  | RegisterTask
  | { readonly kind: 'group'; readonly group: Group; readonly guard: readonly Literal[] }
  | {
      readonly kind: 'read' | 'write';
      readonly memory: number;
      readonly port: number;
      readonly guard: readonly Literal[];
    }
  | { readonly kind: 'output'; readonly output: number; readonly guard: readonly Literal[] };

/** How often each node is named by another node or by the state's definition. */
export function countUses(netlist: Netlist): Int32Array {
  const uses = new Int32Array(netlist.nodes.length);
  const use = (node: NodeId | null): void => {
    if (node !== null) uses[node]! += 1;
  };
  for (const node of netlist.nodes) if ('args' in node) for (const arg of node.args) use(arg);
  for (const output of netlist.outputs) use(output.node);
  for (const register of netlist.registers) {
    use(register.next);
    use(register.enable);
  }
  for (const memory of netlist.memories) {
    for (const port of memory.reads) {
      use(port.address);
      use(port.enable);
    }
    for (const port of memory.writes) {
      use(port.address);
      use(port.enable);
      use(port.data);
    }
  }
  return uses;
}

/**
 * A register that keeps its value through `mux(condition, value, itself)` is a register with an enable: peels such
 * muxes off while nobody else needs them.
 */
function registerTask(netlist: Netlist, index: number, uses: Int32Array): RegisterTask {
  const register = netlist.registers[index]!;
  const guard: Literal[] = [];
  let value = register.next;
  const values: NodeId[] = [value];
  if (register.enable !== null) {
    guard.push({ node: register.enable, when: true });
    values.push(value);
  }
  for (;;) {
    const node = netlist.nodes[value]!;
    if (node.op !== 'mux' || uses[value] !== 1) break;
    if (node.width !== register.width || node.signed !== register.signed) break;
    const [condition, whenTrue, whenFalse] = node.args;
    if (whenFalse === register.node) value = whenTrue;
    else if (whenTrue === register.node) value = whenFalse;
    else break;
    guard.push({ node: condition, when: whenFalse === register.node });
    values.push(value);
  }
  return { kind: 'register', register: index, guard, values, alternative: false };
}

/** So many registers must choose by one condition before a branch beats their selections. */
const fewestChoices = 8;

/**
 * Registers that all load one or the other of two values by the same condition: two tasks each, so that a branch
 * computes only what is loaded.
 */
function splitChoices(
  netlist: Netlist,
  tasks: readonly RegisterTask[],
  uses: Int32Array,
  canBranch: (condition: NodeId) => boolean,
): RegisterTask[] {
  const choice = ({ register, values }: RegisterTask): MuxNode | null => {
    const value = values.at(-1)!;
    const node = netlist.nodes[value]!;
    const { width, signed } = netlist.registers[register]!;
    if (node.op !== 'mux' || uses[value] !== 1 || node.width !== width || node.signed !== signed) return null;
    return canBranch(node.args[0]) ? node : null;
  };
  const count = new Map<NodeId, number>();
  for (const task of tasks) {
    const node = choice(task);
    if (node !== null) count.set(node.args[0], (count.get(node.args[0]) ?? 0) + 1);
  }
  return tasks.flatMap((task) => {
    const node = choice(task);
    if (node === null || count.get(node.args[0])! < fewestChoices) return [task];
    const [condition, whenTrue, whenFalse] = node.args;
    const alternative = (when: boolean, value: NodeId): RegisterTask => ({
      ...task,
      guard: [...task.guard, { node: condition, when }],
      values: [...task.values, value],
      alternative: true,
    });
    return [alternative(false, whenFalse), alternative(true, whenTrue)];
  });
}

function enabled(node: NodeId | null): Literal[] {
  return node === null ? [] : [{ node, when: true }];
}

export function outputTasks(netlist: Netlist): Task[] {
  return netlist.outputs.map((_, output) => ({ kind: 'output', output, guard: [] }));
}

/**
 * Every effect of one clock: outputs, registers, memory reads, memory writes. `canBranch` says which conditions may
 * choose between two values of a register by a branch.
 */
export function clockTasks(netlist: Netlist, canBranch: (condition: NodeId) => boolean = () => true): Task[] {
  const uses = countUses(netlist);
  const tasks: Task[] = outputTasks(netlist);
  const registers = netlist.registers.map((_, index) => registerTask(netlist, index, uses));
  tasks.push(...splitChoices(netlist, registers, uses, canBranch));
  netlist.memories.forEach(({ reads, writes }, memory) => {
    reads.forEach(({ enable }, port) => {
      tasks.push({ kind: 'read', memory, port, guard: enabled(enable) });
    });
    writes.forEach(({ enable }, port) => {
      tasks.push({ kind: 'write', memory, port, guard: enabled(enable) });
    });
  });
  return tasks;
}

/** Nodes whose values the task needs when its first `ensured` literals are tested by surrounding branches. */
export function taskRoots(netlist: Netlist, task: Task, ensured: number): readonly NodeId[] {
  switch (task.kind) {
    case 'group':
      return task.group.roots;
    case 'output':
      return [netlist.outputs[task.output]!.node];
    case 'register': {
      const { node, enable } = netlist.registers[task.register]!;
      const value = task.values[ensured]!;
      return ensured === 0 && enable !== null ? [value, enable, node] : [value];
    }
    case 'read': {
      const { address, enable, node } = netlist.memories[task.memory]!.reads[task.port]!;
      return ensured === 0 && enable !== null ? [address, enable, node] : [address];
    }
    case 'write': {
      const { address, data, enable } = netlist.memories[task.memory]!.writes[task.port]!;
      return ensured === 0 ? [address, data, enable] : [address, data];
    }
  }
}

/** The source nodes behind which the task's results are stored. */
export function writtenSources(netlist: Netlist, task: Task): readonly NodeId[] {
  if (task.kind === 'register') return [netlist.registers[task.register]!.node];
  if (task.kind === 'read') return [netlist.memories[task.memory]!.reads[task.port]!.node];
  if (task.kind === 'group') return task.group.registers.map((register) => netlist.registers[register]!.node);
  return [];
}

/** Work of a task besides its operations, in operations. */
export function taskCost(task: Task): number {
  if (task.kind !== 'group') return 1;
  return Math.ceil(task.group.registers.length / 4) * (task.group.template?.slots.length ?? 1);
}
