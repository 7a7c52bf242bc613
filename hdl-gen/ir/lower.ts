import type { Expr, ExprId, Item, Module } from './design.ts';

/** A module whose statements have become expressions: what every register loads, and when. */
export interface LoweredModule {
  readonly module: Module;
  /** The module's nodes, followed by the muxes that stand for its statements. */
  readonly nodes: readonly Expr[];
  /** Per register. */
  readonly loads: readonly Load[];
}
/** `enable` null = at every clock. */
export interface Load {
  readonly next: ExprId;
  readonly enable: ExprId | null;
}

/** Inside statements: the value assigned so far and the condition of that; `always` and `never` need no node. */
interface Pending {
  readonly value: ExprId;
  readonly enable: ExprId | 'always' | 'never';
}
const untouched: Pending = { value: -1, enable: 'never' };

/** Assignments of one statement list, on top of those that came before it. */
interface Assignments {
  readonly before: Assignments | null;
  readonly changed: Map<number, Pending>;
}

function pendingOf(assignments: Assignments, register: number): Pending {
  for (let at: Assignments | null = assignments; at !== null; at = at.before) {
    const pending = at.changed.get(register);
    if (pending !== undefined) return pending;
  }
  return untouched;
}

/** Turns `set`, `if` and `case` into muxes; the condition under which a register is assigned at all becomes its enable. */
export function lowerModule(module: Module): LoweredModule {
  const nodes: Expr[] = [...module.nodes];
  const own = new Map<number, ExprId>();
  for (const [id, node] of module.nodes.entries()) if (node.op === 'register') own.set(node.register, id);
  const add = (expr: Expr): ExprId => nodes.push(expr) - 1;
  const final = run(module, module.body, null, add);
  const loads = module.registers.map((_, register): Load => {
    const pending = pendingOf(final, register);
    if (pending.enable === 'never') return { next: own.get(register)!, enable: null };
    return { next: pending.value, enable: pending.enable === 'always' ? null : pending.enable };
  });
  return { module, nodes, loads };
}

type Add = (expr: Expr) => ExprId;

function run(module: Module, items: readonly Item[], before: Assignments | null, add: Add): Assignments {
  const now: Assignments = { before, changed: new Map() };
  for (const item of items) {
    if (item.kind === 'set') {
      now.changed.set(item.register, { value: item.value, enable: 'always' });
    } else if (item.kind === 'if') {
      const branches = item.arms.map((arm) => run(module, arm.body, now, add));
      let merged = run(module, item.otherwise, now, add);
      for (let index = branches.length - 1; index >= 0; index--) {
        merged = merge(module, item.arms[index]!.condition, branches[index]!, merged, add);
      }
      for (const [register, pending] of merged.changed) now.changed.set(register, pending);
    } else if (item.kind === 'case') {
      const branches = item.arms.map((arm) => run(module, arm.body, now, add));
      let merged = branches.at(-1)!;
      for (let index = branches.length - 2; index >= 0; index--) {
        const { width, signed } = module.nodes[item.subject]!;
        const value = add({ op: 'const', width, signed, value: item.arms[index]!.value });
        const condition = add({ op: 'eq', width: 1, signed: false, args: [item.subject, value] });
        merged = merge(module, condition, branches[index]!, merged, add);
      }
      for (const [register, pending] of merged.changed) now.changed.set(register, pending);
    }
  }
  return now;
}

/** Two branches that start from the same assignments. */
function merge(module: Module, condition: ExprId, yes: Assignments, no: Assignments, add: Add): Assignments {
  const changed = new Map<number, Pending>();
  for (const register of new Set([...yes.changed.keys(), ...no.changed.keys()])) {
    const { width, signed } = module.registers[register]!;
    const a = pendingOf(yes, register);
    const b = pendingOf(no, register);
    changed.set(register, {
      enable: mergeEnables(condition, a.enable, b.enable, add),
      value:
        a.enable === 'never'
          ? b.value
          : b.enable === 'never' || a.value === b.value
            ? a.value
            : add({ op: 'mux', width, signed, args: [condition, a.value, b.value] }),
    });
  }
  return { before: no.before, changed };
}

function mergeEnables(condition: ExprId, a: Pending['enable'], b: Pending['enable'], add: Add): Pending['enable'] {
  if (a === b) return a;
  const bit = { width: 1, signed: false } as const;
  const not = (): ExprId => add({ ...bit, op: 'not', args: [condition] });
  if (a === 'always') return b === 'never' ? condition : add({ ...bit, op: 'or', args: [condition, b as ExprId] });
  if (b === 'always') return a === 'never' ? not() : add({ ...bit, op: 'or', args: [not(), a] });
  if (a === 'never') return add({ ...bit, op: 'and', args: [not(), b as ExprId] });
  if (b === 'never') return add({ ...bit, op: 'and', args: [condition, a] });
  return add({ ...bit, op: 'mux', args: [condition, a, b] });
}
