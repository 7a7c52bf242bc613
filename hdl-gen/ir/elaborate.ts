import { Fault } from '../../specs/fault.ts';
import { checkDesign, checkNetlist } from './check.ts';
import type { Design, MemoryField } from './design.ts';
import { exprOf, flattenHierarchy, type Hierarchy, nameOfNode, placeOfNode, readsOf, type Scope } from './hierarchy.ts';
import { fieldContents } from './image.ts';
import { namedBy, wantedNodes } from './net-names.ts';
import type { Net, NetAssertion, NetInput, Netlist, NetMemory, NetOutput, NetRegister, NodeId } from './netlist.ts';
import { prune } from './prune.ts';
import { addConstant, addOperation, type NodeTable, newTable, resized } from './simplify.ts';

/** A register whose load is still to be evaluated. */
interface RegisterUse extends Omit<NetRegister, 'next' | 'enable'> {
  readonly load: () => Pick<NetRegister, 'next' | 'enable'>;
}
/** One field of a memory of one scope. */
interface FieldUse {
  readonly scope: Scope;
  readonly memory: number;
  readonly field: number;
  readonly index: number;
  /** Read port of the module's memory -> node. */
  readonly reads: Map<number, NodeId>;
}

interface Elaboration {
  readonly hierarchy: Hierarchy;
  readonly table: NodeTable;
  /** Netlist node of every finished global node, -1 before. */
  readonly done: Int32Array;
  readonly inputs: NetInput[];
  readonly registers: RegisterUse[];
  readonly fields: FieldUse[];
  readonly fieldByKey: Map<string, FieldUse>;
}

export interface ElaborateOptions {
  /**
   * Keep the names of values, all or those given, so that they can be looked at while the circuit runs. Default true; without
   * them a large design is ready sooner.
   */
  readonly names?: boolean | ReadonlySet<string>;
  /** Hierarchical names of values that become outputs of the netlist as well: a simulator then computes them as it computes outputs. */
  readonly probes?: readonly string[];
  /** Whether the design has been checked already, as one that an accelerator was built of. Default false. */
  readonly isChecked?: boolean;
}

/** Flattens the design into one netlist; only what can reach an output or an assertion is kept, and the names of what those tell. */
export function elaborate(design: Design, options: ElaborateOptions = {}): Netlist {
  if (options.isChecked !== true) checkDesign(design);
  const hierarchy = flattenHierarchy(design);
  const table = newTable();
  const { top } = hierarchy;
  const inputs = top.module.inputs.map((port, input): NetInput => {
    const { name, width, signed } = port;
    return { name, node: table.nodes.push({ op: 'input', width, signed, input }) - 1 };
  });
  const state: Elaboration = {
    hierarchy,
    table,
    done: new Int32Array(hierarchy.size).fill(-1),
    inputs,
    registers: [],
    fields: [],
    fieldByKey: new Map(),
  };
  const outputs = top.module.outputs.map((port): NetOutput => {
    const node = evaluateNode(state, top.base + port.value);
    return { name: port.name, node: resized(table, node, port.width, port.signed) };
  });
  // A loop is a mistake even where no output sees it.
  for (const scope of hierarchy.scopes) {
    for (const wire of scope.module.wires) evaluateNode(state, scope.base + wire.value);
  }
  outputs.push(...elaborateProbes(state, options.probes ?? []));
  const assertions = elaborateAssertions(state, 'assert');
  const covers = elaborateAssertions(state, 'cover');
  const registers: NetRegister[] = [];
  const ports: { reads: NetMemory['reads']; writes: NetMemory['writes'] }[] = [];
  // Evaluating what a register or memory loads can reach further ones: go on until none is new.
  for (let settled = false; !settled; ) {
    while (registers.length < state.registers.length) {
      registers.push(elaborateRegister(state.registers[registers.length]!));
    }
    for (let index = 0; index < state.fields.length; index++) {
      const use = state.fields[index]!;
      const known = ports[index];
      if (known === undefined) ports.push({ writes: elaborateWrites(state, use), reads: elaborateReads(state, use) });
      else if (known.reads.length < use.reads.size) known.reads = elaborateReads(state, use);
    }
    settled =
      registers.length === state.registers.length &&
      state.fields.every((use, index) => ports[index]?.reads.length === use.reads.size);
  }
  const memories = state.fields.map((use, index): NetMemory => {
    const memory = use.scope.module.memories[use.memory]!;
    const field = memory.fields[use.field]!;
    return {
      name: use.scope.path + fieldName(memory.name, field),
      width: field.width,
      signed: field.signed,
      depth: memory.depth,
      init: fieldContents(memory, field),
      reads: ports[index]!.reads,
      writes: ports[index]!.writes,
    };
  });
  // Last, so that names change nothing before them: a register or read port that only they reach stays out.
  const nets = wantedNodes(hierarchy, options.names ?? true).map(
    ({ name, node, width, signed }): Net => ({
      name,
      node: resized(table, evaluateNode(state, node), width, signed),
    }),
  );
  const netlist = prune({
    name: design.top,
    nodes: table.nodes,
    inputs,
    outputs,
    registers,
    memories,
    ...(assertions.length === 0 ? {} : { assertions }),
    ...(covers.length === 0 ? {} : { covers }),
    ...(nets.length === 0 ? {} : { names: { asides: [], nets } }),
  });
  if (options.isChecked !== true) checkNetlist(netlist);
  return netlist;
}

function elaborateProbes(state: Elaboration, wanted: readonly string[]): NetOutput[] {
  return namedBy(state.hierarchy, wanted).map(({ name, node, width, signed }) => ({
    name,
    node: resized(state.table, evaluateNode(state, node), width, signed),
  }));
}

function elaborateAssertions(state: Elaboration, wanted: 'assert' | 'cover'): NetAssertion[] {
  return state.hierarchy.scopes.flatMap((scope) =>
    (scope.module.assertions ?? [])
      .filter(({ kind }) => kind === wanted)
      .map(({ name, condition, message, place }) => ({
        name: scope.path + name,
        node: outsideReset(state, scope, wanted, evaluateNode(state, scope.base + condition)),
        message,
        place,
      })),
  );
}

/** The own resets of the instances that lead to the scope, as one bit; null where there are none. */
function ownReset(state: Elaboration, scope: Scope): NodeId | null {
  const resets: NodeId[] = [];
  for (let { parent, instance } = scope; parent !== null; { parent, instance } = parent) {
    const { reset } = parent.module.instances[instance]!;
    if (reset !== undefined) resets.push(evaluateNode(state, parent.base + reset));
  }
  if (resets.length === 0) return null;
  return resets.reduce((a, b) => addOperation(state.table, { op: 'or', width: 1, signed: false, args: [a, b] }));
}

/** What is watched in a module with a reset is not watched while an own reset of its instance is 1. */
function outsideReset(state: Elaboration, scope: Scope, kind: 'assert' | 'cover', condition: NodeId): NodeId {
  const reset = scope.module.needsReset ? ownReset(state, scope) : null;
  if (reset === null) return condition;
  const bit = { width: 1, signed: false } as const;
  if (kind === 'assert') return addOperation(state.table, { ...bit, op: 'or', args: [condition, reset] });
  const running = addOperation(state.table, { ...bit, op: 'not', args: [reset] });
  return addOperation(state.table, { ...bit, op: 'and', args: [condition, running] });
}

function fieldName(memory: string, field: MemoryField): string {
  return field.name === '' ? memory : `${memory}_${field.name}`;
}

function elaborateRegister({ load, ...register }: RegisterUse): NetRegister {
  return { ...register, ...load() };
}

/** A register node whose load is evaluated later, when everything that it may read is known. */
function addRegister(state: Elaboration, register: Omit<RegisterUse, 'node'>): NodeId {
  const { width, signed } = register;
  const node = state.table.nodes.push({ op: 'register', width, signed, register: state.registers.length }) - 1;
  state.registers.push({ ...register, node });
  return node;
}

function loadOf(state: Elaboration, scope: Scope, register: number): Pick<NetRegister, 'next' | 'enable'> {
  const { table } = state;
  const { width, signed, init } = scope.module.registers[register]!;
  const load = scope.lowered.loads[register]!;
  const next = resized(table, evaluateNode(state, scope.base + load.next), width, signed);
  const condition = load.enable === null ? null : evaluateNode(state, scope.base + load.enable);
  const enable = alwaysOn(table, condition) ? null : condition;
  const reset = init === null ? null : ownReset(state, scope);
  if (init === null || reset === null) return { next, enable };
  const start = addConstant(table, BigInt(init), width, signed);
  return {
    next: addOperation(table, { op: 'mux', width, signed, args: [reset, start, next] }),
    enable: enable === null ? null : addOperation(table, { op: 'or', width: 1, signed: false, args: [enable, reset] }),
  };
}

function alwaysOn(table: NodeTable, enable: NodeId | null): boolean {
  if (enable === null) return true;
  const node = table.nodes[enable]!;
  return node.op === 'const' && node.value === 1n;
}

function elaborateWrites(state: Elaboration, use: FieldUse): NetMemory['writes'] {
  const { scope } = use;
  const memory = scope.module.memories[use.memory]!;
  const { width, signed } = memory.fields[use.field]!;
  return memory.writes.map((write) => ({
    address: evaluateNode(state, scope.base + write.address),
    data: resized(state.table, evaluateNode(state, scope.base + write.data[use.field]!), width, signed),
    enable: both(
      state.table,
      [write.enable, write.masks?.[use.field] ?? null]
        .filter((id) => id !== null)
        .map((id) => evaluateNode(state, scope.base + id)),
    ),
  }));
}

/** 1 when all of the bits are. */
function both(table: NodeTable, bits: readonly NodeId[]): NodeId {
  return bits.reduce((a, b) => addOperation(table, { op: 'and', width: 1, signed: false, args: [a, b] }));
}

/** What a port of a memory with `newData` shows: the word that was written at the clock of the read, else the word read. */
function forwarded(state: Elaboration, use: FieldUse, port: number, old: NodeId): NodeId {
  const { scope } = use;
  const { table } = state;
  const memory = scope.module.memories[use.memory]!;
  const { name: fieldPath, width, signed } = memory.fields[use.field]!;
  const read = memory.reads[port]!;
  const name = `${scope.path}${read.name}${fieldPath === '' ? '' : `_${fieldPath}`}`;
  const bit = { width: 1, signed: false } as const;
  const enable = (): NodeId | null => {
    const condition = read.enable === null ? null : evaluateNode(state, scope.base + read.enable);
    return alwaysOn(table, condition) ? null : condition;
  };
  /** Per write whether it stores into the word that is read. */
  const hits = (): { readonly hit: NodeId; readonly data: NodeId }[] => {
    const address = evaluateNode(state, scope.base + read.address);
    return elaborateWrites(state, use).map((write) => {
      const same = addOperation(table, { ...bit, op: 'eq', args: [write.address, address] });
      return { hit: both(table, [write.enable, same]), data: write.data };
    });
  };
  const hit = addRegister(state, {
    name: `${name}.hit`,
    ...bit,
    init: null,
    load: () => ({
      next: hits()
        .map((write) => write.hit)
        .reduce((a, b) => addOperation(table, { ...bit, op: 'or', args: [a, b] })),
      enable: enable(),
    }),
  });
  const data = addRegister(state, {
    name: `${name}.written`,
    width,
    signed,
    init: null,
    load: () => {
      const [first, ...later] = hits();
      const next = later.reduce(
        (value, write) => addOperation(table, { op: 'mux', width, signed, args: [write.hit, write.data, value] }),
        first!.data,
      );
      return { next, enable: enable() };
    },
  });
  return addOperation(table, { op: 'mux', width, signed, args: [hit, data, old] });
}

function elaborateReads(state: Elaboration, use: FieldUse): NetMemory['reads'] {
  const { scope } = use;
  const memory = scope.module.memories[use.memory]!;
  return [...use.reads].map(([port, node]) => {
    const { address, enable } = memory.reads[port]!;
    const condition = enable === null ? null : evaluateNode(state, scope.base + enable);
    return {
      address: evaluateNode(state, scope.base + address),
      enable: alwaysOn(state.table, condition) ? null : condition,
      node,
    };
  });
}

/** Depth first over what the node reads, with an explicit stack: designs are deeper than JavaScript's own. */
function evaluateNode(state: Elaboration, root: number): NodeId {
  const { done, hierarchy } = state;
  if (done[root]! >= 0) return done[root]!;
  const stack: number[] = [root];
  const onStack = new Set<number>();
  while (stack.length > 0) {
    const node = stack.at(-1)!;
    if (done[node]! >= 0) {
      stack.pop();
      continue;
    }
    const scope = hierarchy.scopeOf(node);
    const reads = readsOf(scope, node);
    const missing = reads.filter((read) => done[read]! < 0);
    if (missing.length === 0) {
      done[node] = makeNode(state, scope, node, reads);
      onStack.delete(node);
      stack.pop();
      continue;
    }
    onStack.add(node);
    for (const read of missing.toReversed()) {
      if (onStack.has(read)) reportLoop(hierarchy, read);
      stack.push(read);
    }
  }
  return done[root]!;
}

function makeNode(state: Elaboration, scope: Scope, node: number, reads: readonly number[]): NodeId {
  const { table, done } = state;
  const expr = exprOf(scope, node);
  const { width, signed } = expr;
  switch (expr.op) {
    case 'const':
      return addConstant(table, BigInt(expr.value), width, signed);
    case 'input':
      return scope.parent === null ? state.inputs[expr.input]!.node : resized(table, done[reads[0]!]!, width, signed);
    case 'wire':
    case 'instanceOutput':
      return resized(table, done[reads[0]!]!, width, signed);
    case 'register': {
      const { name, init } = scope.module.registers[expr.register]!;
      return addRegister(state, {
        name: scope.path + name,
        width,
        signed,
        init: init === null ? null : BigInt(init),
        load: () => loadOf(state, scope, expr.register),
      });
    }
    case 'memoryRead': {
      const key = `${scope.base} ${expr.memory} ${expr.field}`;
      const known = state.fieldByKey.get(key);
      const use = known ?? {
        scope,
        memory: expr.memory,
        field: expr.field,
        index: state.fields.length,
        reads: new Map(),
      };
      if (known === undefined) {
        state.fields.push(use);
        state.fieldByKey.set(key, use);
      }
      const id = table.nodes.push({ op: 'memoryRead', width, signed, memory: use.index, port: use.reads.size }) - 1;
      use.reads.set(expr.port, id);
      const { collision, writes } = scope.module.memories[expr.memory]!;
      return collision === 'newData' && writes.length > 0 ? forwarded(state, use, expr.port, id) : id;
    }
    default:
      return addOperation(table, { ...expr, args: reads.map((read) => done[read]!) });
  }
}

/** Finds the loop through `start` and shows it by the names on it. */
function reportLoop(hierarchy: Hierarchy, start: number): never {
  const from = new Map<number, number>();
  const queue = [start];
  search: for (let at = 0; at < queue.length; at++) {
    const node = queue[at]!;
    for (const read of readsOf(hierarchy.scopeOf(node), node)) {
      if (from.has(read)) continue;
      from.set(read, node);
      if (read === start) break search;
      queue.push(read);
    }
  }
  const loop = [start];
  for (let node = from.get(start)!; node !== start; node = from.get(node)!) loop.push(node);
  // Shown from a wire on: the author closed the loop there.
  const wire = loop.findIndex((node) => exprOf(hierarchy.scopeOf(node), node).op === 'wire');
  if (wire > 0) loop.push(...loop.splice(0, wire));
  const names = loop.map((node) => nameOfNode(hierarchy.scopeOf(node), node)).filter((name) => name !== null);
  const places = loop.map((node) => placeOfNode(hierarchy.scopeOf(node), node)).filter((place) => place !== null);
  throw new Fault({
    code: 'HDL_LOOP',
    place: places[0] ?? hierarchy.top.module.place,
    cause: `combinational loop: ${[...names, names[0]].join(' -> ')}`,
    wayOut: 'break it with a register (reg or delay)',
  });
}
