import type { Design, Expr, Instance, Item, Memory, Module } from './design.ts';
import { flipFlopMemory, takenBy } from './flip-flop-memory.ts';

/** What stands in the body where a memory stood. */
type Placed = Extract<Item, { readonly kind: 'memory' } | { readonly kind: 'instance' }>;

/** A module with some of its memories as instances; `moduleFor` gives the name of the module, null to leave the memory. */
function withInstances(module: Module, moduleFor: (memory: Memory, module: Module) => string | null): Module {
  const memories: Memory[] = [];
  const instances: Instance[] = [...module.instances];
  const items = module.memories.map((memory): Placed => {
    const name = moduleFor(memory, module);
    if (name === null) return { kind: 'memory', memory: memories.push(memory) - 1 };
    const inputs = takenBy(memory).map(({ value }) => value);
    return {
      kind: 'instance',
      instance: instances.push({ name: memory.name, module: name, inputs, place: memory.place }) - 1,
    };
  });
  const nodes = module.nodes.map((node): Expr => {
    if (node.op !== 'memoryRead') return node;
    const item = items[node.memory]!;
    if (item.kind === 'memory') return { ...node, memory: item.memory };
    const { memory: _, port, field, ...rest } = node;
    const output = port * module.memories[node.memory]!.fields.length + field;
    return { ...rest, op: 'instanceOutput', instance: item.instance, output };
  });
  const body = module.body.map((item) => (item.kind === 'memory' ? items[item.memory]! : item));
  return { ...module, memories, instances, nodes, body };
}

/**
 * The design with the RAMs that are asked for as modules of registers, each in the place and under the name of the memory: what
 * synthesis makes of a memory for which there is no macro. Memories with initial words stay.
 */
export function memoriesAsFlipFlops(design: Design, asked: (memory: Memory) => boolean): Design {
  const made = new Map<string, Module>();
  const taken = new Set(design.modules.map(({ name }) => name));
  const moduleFor = (memory: Memory, { nodes }: Module): string | null => {
    const { kind, contents, depth, width, fields, collision } = memory;
    if (kind !== 'ram' || contents.length > 0 || !asked(memory)) return null;
    const inputs = takenBy(memory).map(({ name, value }) => {
      const { width, signed } = nodes[value]!;
      return { name, width, signed };
    });
    const key = JSON.stringify([depth, fields, inputs, collision]);
    const known = made.get(key);
    if (known !== undefined) return known.name;
    let own = `flip_flops_${depth}x${width}`;
    for (let at = 1; taken.has(own); at++) own = `flip_flops_${depth}x${width}_${at}`;
    taken.add(own);
    const module = flipFlopMemory(memory, own, inputs);
    made.set(key, module);
    return module.name;
  };
  const modules = design.modules.map((module) => withInstances(module, moduleFor));
  return { ...design, modules: [...made.values(), ...modules] };
}
