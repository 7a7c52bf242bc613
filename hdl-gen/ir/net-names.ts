import { Fault } from '../../specs/fault.ts';
import { type Hierarchy, nameOfNode, type Scope } from './hierarchy.ts';

/** A global node of the hierarchy and the name it can be found by. */
export interface NamedNode {
  readonly name: string;
  readonly node: number;
  readonly width: number;
  readonly signed: boolean;
}

/** What has a name and is no port of the top, register or memory, each name once; memory reads after the register that holds the word. */
function namedNodes({ top, scopes }: Hierarchy): NamedNode[] {
  const taken = new Set([...top.module.inputs, ...top.module.outputs].map((port) => port.name));
  for (const { module, path } of scopes) for (const register of module.registers) taken.add(path + register.name);
  const found: NamedNode[] = [];
  const add = (
    name: string | null,
    node: number,
    { width, signed }: { readonly width: number; readonly signed: boolean },
  ): void => {
    if (name === null || taken.has(name)) return;
    taken.add(name);
    found.push({ name, node, width, signed });
  };
  for (const scope of scopes) {
    const { module, base, path } = scope;
    for (const [id, expr] of module.nodes.entries()) {
      if (expr.op === 'memoryRead') add(readName(scope, expr), base + id, expr);
      else if (expr.op !== 'instanceOutput') add(nameOfNode(scope, base + id), base + id, expr);
    }
    for (const output of module.outputs) add(path + output.name, base + output.value, output);
  }
  return found;
}

/** All of them, none, or those whose names are wanted. */
export function wantedNodes(hierarchy: Hierarchy, wanted: boolean | ReadonlySet<string>): NamedNode[] {
  if (wanted === false) return [];
  const nodes = namedNodes(hierarchy);
  return wanted === true ? nodes : nodes.filter(({ name }) => wanted.has(name));
}

/** What these names stand for. Throws HDL_PROBE for one that nothing has. */
export function namedBy(hierarchy: Hierarchy, names: readonly string[]): NamedNode[] {
  if (names.length === 0) return [];
  const known = new Map(namedNodes(hierarchy).map((named) => [named.name, named]));
  return names.map((name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    throw new Fault({
      code: 'HDL_PROBE',
      place: hierarchy.top.module.name,
      cause: `there is no named value '${name}' inside`,
      wayOut: 'name a named value, a wire or a port of an instance, with the instances before it and dots between',
    });
  });
}

function readName(
  { module, path }: Scope,
  read: { readonly memory: number; readonly port: number; readonly field: number },
): string {
  const { reads, fields } = module.memories[read.memory]!;
  const field = fields[read.field]!.name;
  return `${path}${reads[read.port]!.name}${field === '' ? '' : `_${field}`}`;
}
