import { type Hierarchy, nameOfNode, type Scope } from './hierarchy.ts';

/** A global node of the hierarchy and the name it can be found by. */
export interface NamedNode {
  readonly name: string;
  readonly node: number;
  readonly width: number;
  readonly signed: boolean;
}

/** What has a name and is no port of the top, register or memory, each name once; memory reads after the register that holds the word. */
export function namedNodes({ top, scopes }: Hierarchy): NamedNode[] {
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

function readName(
  { module, path }: Scope,
  read: { readonly memory: number; readonly port: number; readonly field: number },
): string {
  const { reads, fields } = module.memories[read.memory]!;
  const field = fields[read.field]!.name;
  return `${path}${reads[read.port]!.name}${field === '' ? '' : `_${field}`}`;
}
