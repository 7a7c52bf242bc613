import type { Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Group, Literal, RegisterTask, Run, Task } from '../compile/task.ts';
import { elementBits } from '../lanes/vector-code.ts';
import { type Chains, chains } from './chain.ts';
import { findShapes } from './shape.ts';
import { layOver, type Template } from './template.ts';

/** Registers whose next values are computed alike, as vectors over state that lies side by side. */
export interface GroupPlan {
  /** The tasks with those of grouped registers replaced by one task per group. */
  readonly tasks: readonly Task[];
  /** Sources that lie side by side, each list in memory order with elements of one size. */
  readonly chains: readonly (readonly NodeId[])[];
}

interface Candidate {
  readonly guard: readonly Literal[];
  readonly members: readonly RegisterTask[];
  /** The enable is part of the value: it differs between members. */
  readonly held: boolean;
}

/** Fewer members do not fill a vector. */
const fewestMembers = 8;
/** Work left to a register with a condition of its own: scalar code skips it in most clocks, vectors cannot. */
const mostlyIdle = 0.4;
const shortestRun = 4;
const laneCount = 16;

/** Numbers in names count as numbers: element_2 comes before element_10. */
function nameKey(name: string): string {
  return name.replace(/\d+/g, (digits) => digits.padStart(10, '0'));
}

function isStored(netlist: Netlist, id: NodeId): boolean {
  const { op } = netlist.nodes[id]!;
  return op === 'register' || op === 'memoryRead';
}

/** Registers whose guards, formats and shapes agree. */
function candidates(netlist: Netlist, tasks: readonly Task[]): Candidate[] {
  const shapes = findShapes(netlist);
  const bucketsOf = (list: readonly RegisterTask[], key: (task: RegisterTask) => string): RegisterTask[][] => {
    const buckets = new Map<string, RegisterTask[]>();
    for (const task of list) {
      const own = key(task);
      const bucket = buckets.get(own);
      if (bucket === undefined) buckets.set(own, [task]);
      else bucket.push(task);
    }
    return [...buckets.values()];
  };
  const format = ({ register }: RegisterTask): string => {
    const { width, signed } = netlist.registers[register]!;
    return `${width} ${signed}`;
  };
  const registers = tasks.filter((task) => task.kind === 'register');
  const guarded = bucketsOf(registers, (task) => {
    const guard = task.guard.map(({ node, when }) => `${node} ${when}`).join(' ');
    return `${format(task)} ${shapes(task.values.at(-1)!)} ${guard}`;
  });
  const large = guarded.filter((members) => members.length >= fewestMembers);
  // Of two alternatives neither can stand for the whole value.
  const small = guarded.filter((members) => members.length < fewestMembers).flat();
  const rest = small.filter(({ alternative }) => !alternative);
  const held = bucketsOf(rest, (task) => {
    const { enable } = netlist.registers[task.register]!;
    return `${format(task)} ${shapes(task.values[0]!)} ${enable === null ? '' : shapes(enable)}`;
  });
  return [
    ...large.map((members) => ({ guard: members[0]!.guard, members, held: false })),
    ...held
      .filter((members) => members.length >= fewestMembers)
      .map((members) => ({ guard: [], members, held: netlist.registers[members[0]!.register]!.enable !== null })),
  ];
}

function templateOf(netlist: Netlist, { guard, held }: Candidate, members: readonly RegisterTask[]): Template | null {
  const values = members.map((task) => task.values[guard.length]!);
  if (!held) return layOver(netlist, values, null);
  const registers = members.map(({ register }) => netlist.registers[register]!);
  return layOver(netlist, values, {
    enables: registers.map(({ enable }) => enable!),
    old: registers.map(({ node }) => node),
    format: registers[0]!,
  });
}

/** The members load sources of their own format as they are. */
function isCopy(netlist: Netlist, { guard, held, members }: Candidate): boolean {
  const [{ register, values }] = members as [RegisterTask];
  const node = netlist.nodes[values[guard.length]!]!;
  const { width, signed } = netlist.registers[register]!;
  return !held && !('args' in node) && node.op !== 'const' && node.width === width && node.signed === signed;
}

/** Wishes for the stored sources of a list; others leave a gap. */
function wishStored(netlist: Netlist, wanted: Chains, list: readonly NodeId[]): void {
  let part: NodeId[] = [];
  for (const id of list) {
    if (isStored(netlist, id)) part.push(id);
    else {
      wanted.wish(part);
      part = [];
    }
  }
  wanted.wish(part);
}

/** Vector instructions against scalar ones, both roughly. */
function pays(
  netlist: Netlist,
  template: Template,
  members: number,
  adjacent: (a: NodeId, b: NodeId) => boolean,
  idle: number,
): boolean {
  let vectors = 0;
  let scalars = 0;
  for (const { node, kind, members: ids } of template.slots) {
    if (kind === 'uniform') continue;
    const lanes = 128 / elementBits(node, laneCount);
    const parts = Math.ceil(members / lanes);
    if (kind === 'operation') {
      const costly = node.op === 'shlBy' || node.op === 'shrBy' ? 16 : node.op === 'mul' && node.width > 32 ? 3 : 2;
      vectors += parts * costly;
      scalars += members * 1.5;
      continue;
    }
    scalars += members;
    for (let part = 0; part < parts; part++) {
      const list = ids.slice(part * lanes, (part + 1) * lanes);
      const together = list.every((id, at) => at === 0 || adjacent(list[at - 1]!, id));
      const constant = list.every((id) => netlist.nodes[id]!.op === 'const');
      vectors += together || constant ? 1 : list.length * 2;
    }
  }
  return vectors * 1.3 < scalars * idle;
}

/** Finds what repeats: groups of registers, and an order of their state in which operands lie side by side. */
export function planGroups(netlist: Netlist, tasks: readonly Task[]): GroupPlan {
  const names = netlist.registers.map(({ name }) => nameKey(name));
  const found = candidates(netlist, tasks);
  const wanted = chains();
  const copies = found.filter((candidate) => isCopy(netlist, candidate));
  const computed = found
    .filter((candidate) => !copies.includes(candidate))
    .map((candidate) => ({ candidate, template: templateOf(netlist, candidate, candidate.members) }))
    .filter(({ template }) => template !== null)
    .sort(
      (a, b) =>
        b.template!.slots.length * b.candidate.members.length - a.template!.slots.length * a.candidate.members.length,
    );

  const groups: {
    readonly candidate: Candidate;
    readonly members: readonly RegisterTask[];
    readonly template: Template;
  }[] = [];
  for (const { candidate } of computed) {
    const positions = wanted.positions();
    const rank = (task: RegisterTask): number => positions.get(netlist.registers[task.register]!.node) ?? 0x7fffffff;
    const members = candidate.members.toSorted(
      (a, b) => rank(a) - rank(b) || (names[a.register]! < names[b.register]! ? -1 : 1),
    );
    const template = templateOf(netlist, candidate, members);
    if (template === null) continue;
    groups.push({ candidate, members, template });
    wishStored(
      netlist,
      wanted,
      members.map(({ register }) => netlist.registers[register]!.node),
    );
    for (const { kind, members: ids } of template.slots) if (kind === 'each') wishStored(netlist, wanted, ids);
  }
  for (const candidate of copies) {
    for (const task of candidate.members.toSorted((a, b) => (names[a.register]! < names[b.register]! ? -1 : 1))) {
      const source = task.values[candidate.guard.length]!;
      if (isStored(netlist, source)) wanted.wish([source, netlist.registers[task.register]!.node]);
    }
  }

  const lists = wanted.lists();
  const place = new Map<NodeId, { readonly chain: number; readonly index: number }>();
  lists.forEach((list, chain) => {
    list.forEach((id, index) => {
      place.set(id, { chain, index });
    });
  });
  const adjacent = (a: NodeId, b: NodeId): boolean => {
    const [first, second] = [place.get(a), place.get(b)];
    if (first === undefined || second === undefined) return false;
    return first.chain === second.chain && first.index + 1 === second.index;
  };
  const made: Group[] = [];
  const grouped = new Set<Task>();
  for (const { candidate, members, template } of groups) {
    const skipped = candidate.guard.length === 0 && members.some(({ guard }) => guard.length > 0);
    if (!pays(netlist, template, members.length, adjacent, skipped ? mostlyIdle : 1)) continue;
    const roots = new Set<NodeId>();
    for (const { kind, members: ids } of template.slots) {
      if (kind !== 'operation') for (const id of ids) if (netlist.nodes[id]!.op !== 'const') roots.add(id);
    }
    const registers = members.map(({ register }) => register);
    made.push({ registers, guard: candidate.guard, roots: [...roots], template, runs: [] });
    for (const task of members) grouped.add(task);
  }
  for (const candidate of copies) {
    const group = copyGroup(netlist, candidate, place, adjacent);
    if (group === null) continue;
    made.push(group);
    const copied = new Set(group.registers);
    for (const task of candidate.members) if (copied.has(task.register)) grouped.add(task);
  }
  return {
    tasks: [
      ...tasks.filter((task) => !grouped.has(task)),
      ...made.map((group): Task => ({ kind: 'group', group, guard: group.guard })),
    ],
    chains: lists,
  };
}

/** Copies whose sources and targets both lie side by side. */
function copyGroup(
  netlist: Netlist,
  candidate: Candidate,
  place: ReadonlyMap<NodeId, { readonly chain: number; readonly index: number }>,
  adjacent: (a: NodeId, b: NodeId) => boolean,
): Group | null {
  const moves = candidate.members
    .map((task) => ({
      register: task.register,
      target: netlist.registers[task.register]!.node,
      source: task.values[candidate.guard.length]!,
    }))
    .filter(({ target, source }) => place.has(target) && place.has(source))
    .sort((a, b) => {
      const [x, y] = [place.get(a.target)!, place.get(b.target)!];
      return x.chain - y.chain || x.index - y.index;
    });
  const runs: Run[] = [];
  const registers: number[] = [];
  let open: typeof moves = [];
  const close = (): void => {
    if (open.length >= shortestRun) {
      runs.push({ sources: open.map(({ source }) => source), targets: open.map(({ target }) => target) });
      for (const { register } of open) registers.push(register);
    }
    open = [];
  };
  for (const copy of moves) {
    const last = open.at(-1);
    if (last !== undefined && !(adjacent(last.target, copy.target) && adjacent(last.source, copy.source))) close();
    open.push(copy);
  }
  close();
  if (runs.length === 0) return null;
  const roots = [...new Set(runs.flatMap(({ sources }) => sources))];
  return { registers, guard: candidate.guard, roots, template: null, runs };
}
