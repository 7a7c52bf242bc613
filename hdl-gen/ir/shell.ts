import type { Design, Expr, ExprId, Item, Module, OutputPort, Port } from './design.ts';

/** A port of a shell and what the value of the same wire is called inside the module's instance (no path before it). */
export interface ShellPort {
  readonly port: string;
  readonly width: number;
  readonly name: string;
}

/**
 * One module alone: the instances and memories inside it are cut out, what they give becomes inputs and what they take
 * becomes outputs. A design is the sum of the shells of its instances and of its memories.
 */
export interface Shell {
  readonly design: Design;
  readonly module: Module;
  /** Clock and reset are not among them. */
  readonly inputs: readonly ShellPort[];
  /** Outputs of the module itself: their values are known by name, so a replay can be checked. */
  readonly outputs: readonly ShellPort[];
}

/** Two underscores: names of the language have single ones between their parts. */
const portName = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('__');

interface Cut {
  readonly inputs: Port[];
  readonly sources: ShellPort[];
  readonly outputs: OutputPort[];
}

function replaceReads(module: Module, children: ReadonlyMap<string, Module>, cut: Cut): Expr[] {
  const known = new Map<string, number>();
  const input = (port: string, name: string, { width, signed }: Expr): Expr => {
    let index = known.get(port);
    if (index === undefined) {
      index = cut.inputs.length;
      known.set(port, index);
      cut.inputs.push({ name: port, width, signed });
      cut.sources.push({ port, width, name });
    }
    return { op: 'input', width, signed, input: index };
  };
  return module.nodes.map((node) => {
    if (node.op === 'instanceOutput') {
      const instance = module.instances[node.instance]!;
      const output = children.get(instance.module)!.outputs[node.output]!;
      return input(portName(instance.name, output.name), `${instance.name}.${output.name}`, node);
    }
    if (node.op === 'memoryRead') {
      const memory = module.memories[node.memory]!;
      const { name } = memory.reads[node.port]!;
      const field = memory.fields[node.field]!.name;
      return input(portName(memory.name, name, field), field === '' ? name : `${name}_${field}`, node);
    }
    return node;
  });
}

/** What instances and memories take becomes outputs; a constant costs nothing there. */
function cutSinks(module: Module, nodes: readonly Expr[], cut: Cut): void {
  const output = (name: string, value: ExprId | null | undefined): void => {
    if (value === null || value === undefined) return;
    const { op, width, signed } = nodes[value]!;
    if (op !== 'const') cut.outputs.push({ name, width, signed, value });
  };
  for (const instance of module.instances) {
    const { name } = instance;
    for (const [at, value] of instance.inputs.entries()) output(portName(name, `in_${at}`), value);
    output(portName(name, 'reset'), instance.reset);
  }
  for (const memory of module.memories) {
    const { name } = memory;
    memory.reads.forEach((read, at) => {
      output(portName(name, `read_${at}`, 'address'), read.address);
      output(portName(name, `read_${at}`, 'enable'), read.enable);
    });
    memory.writes.forEach((write, at) => {
      output(portName(name, `write_${at}`, 'address'), write.address);
      output(portName(name, `write_${at}`, 'enable'), write.enable);
      for (const [field, data] of write.data.entries()) output(portName(name, `write_${at}`, `data_${field}`), data);
      for (const [field, mask] of (write.masks ?? []).entries())
        output(portName(name, `write_${at}`, `mask_${field}`), mask);
    });
  }
}

/** The shell of one module of the design. */
export function shellOf(design: Design, name: string): Shell {
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  const module = modules.get(name)!;
  const cut: Cut = {
    inputs: [...module.inputs],
    sources: module.inputs.map(({ name: port, width }) => ({ port, width, name: port })),
    outputs: [...module.outputs],
  };
  const nodes = replaceReads(module, modules, cut);
  cutSinks(module, nodes, cut);
  const isKept = ({ kind }: Item): boolean => kind !== 'memory' && kind !== 'instance';
  const { assertions: _, ...rest } = module;
  const shell: Module = {
    ...rest,
    nodes,
    inputs: cut.inputs,
    outputs: cut.outputs,
    memories: [],
    instances: [],
    body: module.body.filter(isKept),
    // What a child gives may serve nothing but its sibling.
    unused: [...module.unused, ...nodes.flatMap(({ op }, id) => (op === 'input' ? [id] : []))],
    needsClock: module.registers.length > 0,
    needsReset: module.registers.some(({ init }) => init !== null),
  };
  return {
    design: { top: name, modules: [shell] },
    module,
    inputs: cut.sources,
    outputs: module.outputs.map(({ name: port, width }) => ({ port, width, name: port })),
  };
}
