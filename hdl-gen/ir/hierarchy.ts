import type { Design, Expr, ExprId, Module } from './design.ts';
import { type LoweredModule, lowerModule } from './lower.ts';

/** One occurrence of a module in the flattened design. */
export interface Scope {
  readonly lowered: LoweredModule;
  readonly module: Module;
  /** Instance names from the top with a dot after each; empty for the top. */
  readonly path: string;
  readonly parent: Scope | null;
  /** Index of this scope's instance in the parent. */
  readonly instance: number;
  /** Global number of the scope's node 0. */
  readonly base: number;
  /** Per instance of the module. */
  readonly children: Scope[];
}

export interface Hierarchy {
  readonly top: Scope;
  readonly scopes: readonly Scope[];
  readonly size: number;
  /** Scope of every global node number. */
  readonly scopeOf: (node: number) => Scope;
}

/** Numbers the nodes of every occurrence of every module. */
export function flattenHierarchy(design: Design): Hierarchy {
  const lowered = new Map(design.modules.map((module) => [module.name, lowerModule(module)]));
  const scopes: Scope[] = [];
  let size = 0;
  const open = (name: string, path: string, parent: Scope | null, instance: number): Scope => {
    const found = lowered.get(name)!;
    const scope: Scope = { lowered: found, module: found.module, path, parent, instance, base: size, children: [] };
    size += found.nodes.length;
    scopes.push(scope);
    return scope;
  };
  const top = open(design.top, '', null, 0);
  for (let at = 0; at < scopes.length; at++) {
    const scope = scopes[at]!;
    for (const [index, instance] of scope.module.instances.entries()) {
      scope.children.push(open(instance.module, `${scope.path}${instance.name}.`, scope, index));
    }
  }
  const owner = new Int32Array(size);
  for (const [index, scope] of scopes.entries()) owner.fill(index, scope.base, scope.base + scope.lowered.nodes.length);
  return { top, scopes, size, scopeOf: (node) => scopes[owner[node]!]! };
}

export function exprOf(scope: Scope, node: number): Expr {
  return scope.lowered.nodes[node - scope.base]!;
}

/** The global nodes that a node reads in the same clock; ports and wires read what drives them. */
export function readsOf(scope: Scope, node: number): readonly number[] {
  const expr = exprOf(scope, node);
  const local = (id: ExprId): number => scope.base + id;
  switch (expr.op) {
    case 'input':
      return scope.parent === null
        ? []
        : [scope.parent.base + scope.parent.module.instances[scope.instance]!.inputs[expr.input]!];
    case 'wire':
      return [local(scope.module.wires[expr.wire]!.value)];
    case 'instanceOutput': {
      const child = scope.children[expr.instance]!;
      return [child.base + child.module.outputs[expr.output]!.value];
    }
    case 'const':
    case 'register':
    case 'memoryRead':
      return [];
    default:
      return expr.args.map(local);
  }
}

/** Name of a node for people, or null for an unnamed operation. */
export function nameOfNode(scope: Scope, node: number): string | null {
  const expr = exprOf(scope, node);
  const { module, path } = scope;
  switch (expr.op) {
    case 'input':
      return path + module.inputs[expr.input]!.name;
    case 'wire':
      return path + module.wires[expr.wire]!.name;
    case 'register':
      return path + module.registers[expr.register]!.name;
    case 'instanceOutput': {
      const child = scope.children[expr.instance]!;
      return child.path + child.module.outputs[expr.output]!.name;
    }
    default:
      return expr.name === undefined ? null : path + expr.name;
  }
}

/** Line of the author's file of a node, where one is known. */
export function placeOfNode(scope: Scope, node: number): string | null {
  const expr = exprOf(scope, node);
  if (expr.op === 'wire') return scope.module.wires[expr.wire]!.place;
  if (expr.op === 'instanceOutput') return scope.module.instances[expr.instance]!.place;
  return expr.place ?? null;
}
