import { argumentsOf, type Expr, type ExprId, type Item, type Module } from '../ir/design.ts';

/** A place outside the expressions that reads a value: how many bits of it, and the name it is for. */
export interface Root {
  readonly id: ExprId;
  readonly width: number;
  readonly name: string;
  /** Where only a net will do: Icarus 11 computes an index expression in more bits than it has; a text printed twice. */
  readonly asNet?: true;
  /** The value is the whole right side of an assignment to a target of `width` bits. */
  readonly assigned?: true;
}

/** Everything of the circuit that reads values, in the order of the body; assertions are no part of it. */
export function rootsOf(module: Module, children: ReadonlyMap<string, Module>): Root[] {
  const roots: Root[] = [];
  const walk = (items: readonly Item[]): string | undefined => {
    let first: string | undefined;
    for (const item of items) {
      if (item.kind === 'set') {
        const { name, width } = module.registers[item.register]!;
        roots.push({ id: item.value, width, name, assigned: true });
        first ??= name;
      } else if (item.kind === 'if') {
        const conditions = item.arms.map((arm) => arm.condition);
        const names = [...item.arms.map((arm) => walk(arm.body)), walk(item.otherwise)];
        const name = names.find((found) => found !== undefined);
        for (const id of conditions) roots.push({ id, width: 1, name: name ?? module.name });
        first ??= name;
      } else if (item.kind === 'case') {
        const name = item.arms.map((arm) => walk(arm.body)).find((found) => found !== undefined);
        roots.push({ id: item.subject, width: module.nodes[item.subject]!.width, name: name ?? module.name });
        first ??= name;
      } else if (item.kind === 'wire') {
        const { name, width, value } = module.wires[item.wire]!;
        roots.push({ id: value, width, name, assigned: true });
      } else if (item.kind === 'instance') {
        const instance = module.instances[item.instance]!;
        for (const [index, port] of children.get(instance.module)!.inputs.entries()) {
          roots.push({ id: instance.inputs[index]!, width: port.width, name: `${instance.name}_${port.name}` });
        }
        if (instance.reset !== undefined) roots.push({ id: instance.reset, width: 1, name: `${instance.name}_reset` });
      }
    }
    return first;
  };
  walk(module.body);
  for (const memory of module.memories) {
    const { name, addressWidth } = memory;
    const forwards = memory.collision === 'newData';
    const net = (again: boolean): Pick<Root, 'asNet'> => (again ? { asNet: true } : {});
    for (const write of memory.writes) {
      const masked = write.masks !== undefined;
      roots.push({ id: write.address, width: addressWidth, name: `${name}_address`, asNet: true });
      roots.push({ id: write.enable, width: 1, name: `${name}_write`, ...net(masked || forwards) });
      for (const id of new Set(write.masks))
        if (id !== null) roots.push({ id, width: 1, name: `${name}_mask`, ...net(forwards) });
      for (const [index, id] of write.data.entries())
        roots.push({ id, width: memory.fields[index]!.width, name: `${name}_data`, ...net(forwards) });
    }
    for (const read of memory.reads) {
      roots.push({ id: read.address, width: addressWidth, name: `${name}_address`, asNet: true });
      if (read.enable !== null) roots.push({ id: read.enable, width: 1, name: `${name}_read`, ...net(forwards) });
    }
  }
  for (const port of module.outputs) roots.push({ id: port.value, width: port.width, name: port.name, assigned: true });
  for (const id of module.unused) roots.push({ id, width: module.nodes[id]!.width, name: 'unused' });
  return roots;
}

/** The expressions that the roots read, directly or through others. */
export function liveFrom(module: Module, roots: readonly { readonly id: ExprId }[]): Uint8Array {
  const live = new Uint8Array(module.nodes.length);
  for (const { id } of roots) live[id] = 1;
  for (let id = module.nodes.length - 1; id >= 0; id--) {
    if (live[id] === 1) for (const arg of argumentsOf(module.nodes[id]!)) live[arg] = 1;
  }
  return live;
}

/** For every value the one that holds the same integer in fewer bits: extensions need no text of their own. */
export function unextended(module: Module): Int32Array {
  const same = Int32Array.from(module.nodes, (_, id) => id);
  for (const [id, node] of module.nodes.entries()) {
    if (node.op !== 'extend' || node.name !== undefined) continue;
    const inner = module.nodes[node.args[0]]!;
    const room = node.width - inner.width;
    if (inner.signed ? node.signed && room >= 0 : room > 0 || (room === 0 && !node.signed))
      same[id] = same[node.args[0]]!;
  }
  return same;
}

/** Whether an operation reads its argument as it is declared, with its width, rather than as an integer. */
function readsDeclared(node: Expr): boolean {
  return node.op === 'slice' || node.op === 'shr';
}

/** How often each value is read. */
export function countUses(module: Module, live: Uint8Array, roots: readonly Root[], same: Int32Array): Int32Array {
  const uses = new Int32Array(module.nodes.length);
  for (const { id } of roots) uses[same[id]!]!++;
  for (const [id, node] of module.nodes.entries()) {
    if (live[id] === 0 || same[id] !== id) continue;
    for (const arg of argumentsOf(node)) uses[readsDeclared(node) ? arg : same[arg]!]!++;
  }
  // An extension that is read as declared reads what it extends.
  for (const [id, inner] of same.entries()) if (inner !== id && uses[id]! > 0) uses[inner]!++;
  return uses;
}

const lowBitsOnly: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'neg',
  'not',
  'and',
  'or',
  'xor',
  'extend',
  'shl',
  'shlBy',
  'mux',
  'slice',
  'shr',
]);

/** Width at which each value is computed: no wider than the low bits that anything reads. Named values keep theirs. */
export function demandedWidths(module: Module, live: Uint8Array, roots: readonly Root[]): Int32Array {
  const demand = new Int32Array(module.nodes.length);
  const widths = Int32Array.from(module.nodes, (node) => node.width);
  const want = (id: ExprId, width: number): void => {
    demand[id] = Math.max(demand[id]!, Math.min(width, widths[id]!));
  };
  for (const root of roots) want(root.id, root.width);
  for (let id = module.nodes.length - 1; id >= 0; id--) {
    const node = module.nodes[id]!;
    if (live[id] === 0 || !('args' in node)) continue;
    if (node.name === undefined && lowBitsOnly.has(node.op)) widths[id] = demand[id]!;
    if (node.name === undefined && node.op === 'mul') {
      widths[id] = Math.max(demand[id]!, ...node.args.map((arg) => module.nodes[arg]!.width));
    }
    for (const [index, arg] of node.args.entries()) want(arg, argumentWidth(widths, node, widths[id]!, index));
  }
  return widths;
}

/** How many low bits of argument `index` an operation of the given result width reads. */
function argumentWidth(widths: Int32Array, node: Expr, width: number, index: number): number {
  if (!('args' in node)) return 0;
  const full = widths[node.args[index]!]!;
  switch (node.op) {
    case 'add':
    case 'sub':
    case 'neg':
    case 'not':
    case 'and':
    case 'or':
    case 'xor':
    case 'extend':
      return width;
    case 'shl':
      return Math.max(1, width - node.amount);
    case 'shlBy':
      return index === 0 ? width : full;
    case 'mux':
      return index === 0 ? 1 : width;
    case 'slice':
      return node.low + width;
    case 'shr':
      // Bits beyond the argument are copies of its highest, which is then the last of these.
      return Math.min(full, node.amount + width);
    default:
      return full;
  }
}

/** Bits in which two values of any sign can be compared. */
export function comparedWidth(module: Module, widths: Int32Array, same: Int32Array, a: ExprId, b: ExprId): number {
  const [left, right] = [same[a]!, same[b]!];
  const mixed = module.nodes[left]!.signed !== module.nodes[right]!.signed;
  const room = (id: ExprId): number => widths[id]! + (mixed && !module.nodes[id]!.signed ? 1 : 0);
  return Math.max(room(left), room(right));
}

/** Values that are read once, as the whole right side of an assignment of their own width: they need no net. */
export function assignedOnce(
  uses: Int32Array,
  widths: Int32Array,
  roots: readonly Root[],
  same: Int32Array,
): Uint8Array {
  const direct = new Uint8Array(uses.length);
  for (const root of roots) {
    const id = same[root.id]!;
    if (root.assigned && uses[id] === 1 && widths[id] === root.width) direct[id] = 1;
  }
  return direct;
}

/** Values that need a net of their own because Verilog takes bits, and the sign, of nets only. */
export function needNets(
  module: Module,
  live: Uint8Array,
  widths: Int32Array,
  roots: readonly Root[],
  direct: Uint8Array,
  same: Int32Array,
): Uint8Array {
  const needed = new Uint8Array(module.nodes.length);
  const read = (reader: ExprId, width: number): void => {
    const id = same[reader]!;
    const node = module.nodes[id]!;
    const own = widths[id]!;
    if (width < own || (width > own && (node.signed || (own > 1 && arithmetic.has(node.op))))) needed[id] = 1;
  };
  for (const root of roots) {
    read(root.id, root.width);
    if (root.asNet) needed[same[root.id]!] = 1;
  }
  for (const [id, node] of module.nodes.entries()) {
    if (live[id] === 0 || !('args' in node)) continue;
    // Their text takes its width and sign from the assignment, so it cannot stand inside another expression.
    if (direct[id] === 0 && (node.op === 'mul' || (node.op === 'shrBy' && node.signed))) needed[id] = 1;
    for (const [index, arg] of node.args.entries()) {
      if (readsDeclared(node)) needed[arg] = 1;
      else if (node.op === 'mul') {
        read(arg, widths[arg]!);
        // A factor stands in the wider context of the product: only a net keeps its own width there.
        if (!node.signed && widths[same[arg]!] === widths[arg]) needed[same[arg]!] = 1;
      } else if (node.op === 'eq' || node.op === 'lt')
        read(arg, comparedWidth(module, widths, same, node.args[0], node.args[1]));
      else if (node.op === 'shrBy' && index === 0) read(arg, widths[id]!);
      else read(arg, argumentWidth(widths, node, widths[id]!, index));
    }
  }
  return needed;
}

const arithmetic: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'neg',
  'not',
  'shlBy',
  'shrBy',
  'and',
  'or',
  'xor',
  'mux',
]);

/** For every unnamed value the named thing it is computed for: the first one in the order of the body. */
export function consumerNames(module: Module, roots: readonly Root[]): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  for (const root of roots) {
    const stack: { readonly id: ExprId; readonly name: string }[] = [{ id: root.id, name: root.name }];
    for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
      if (names[entry.id] !== undefined) continue;
      names[entry.id] = entry.name;
      const node = module.nodes[entry.id]!;
      const name = node.name ?? entry.name;
      for (const arg of argumentsOf(node).toReversed()) stack.push({ id: arg, name });
    }
  }
  return names;
}
