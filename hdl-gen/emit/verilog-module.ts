import { sourceName } from '../ir/check.ts';
import { argumentsOf, type ExprId, type Module } from '../ir/design.ts';
import { printAssertions } from './verilog-assertion.ts';
import { rootsOf } from './verilog-demand.ts';
import { type Expressions, neededBy, outputNet, renderExpressions } from './verilog-expressions.ts';
import { memoryStatements, styleAttribute } from './verilog-memory.ts';
import { declareNet, dropped, isFullyRead, markReads, type Nets, typeText, unreadParts } from './verilog-nets.ts';
import { processesOf } from './verilog-processes.ts';
import { indent, placeComment, printProcess } from './verilog-statements.ts';
import { compose, infix, levels, type Text } from './verilog-text.ts';

interface Printer {
  readonly module: Module;
  readonly children: ReadonlyMap<string, Module>;
  readonly expressions: Expressions;
  readonly nets: Nets;
  readonly reads: string[];
  readonly defined: Set<ExprId>;
  /** Values with names and a wire, by the index in the body of the last instance that they depend on, or -1. */
  readonly named: ReadonlyMap<number, readonly ExprId[]>;
  /** Names of outputs that are declared in the port list as the register, wire or value itself. */
  readonly ownOutputs: ReadonlySet<string>;
  /** Instance outputs that something reads: instance and output number. */
  readonly liveOutputs: ReadonlySet<string>;
}

/** File of the initial contents of a memory. */
export function imageFile(module: string, memory: string): string {
  return `${module}_${memory}.hex`;
}

/** The Verilog-2005 text of one module. */
export function printModule(module: Module, children: ReadonlyMap<string, Module>): string {
  const taken = takenNames(module, children);
  const expressions = renderExpressions(module, children, taken, rootsOf(module, children));
  const ownOutputs = new Set(
    module.outputs.filter((port) => isOwn(module, port.name, port.value)).map((port) => port.name),
  );
  const printer: Printer = {
    module,
    children,
    expressions,
    nets: new Map(),
    reads: [],
    defined: new Set(ownValues(module, ownOutputs)),
    named: namedValues(module, expressions),
    ownOutputs,
    liveOutputs: liveOutputsOf(module, expressions),
  };
  const declarations = printDeclarations(printer);
  const early = printNamed(printer, -1);
  const body = printBody(printer);
  const outputs = printOutputs(printer);
  const assertions = printAssertions(module, children, expressions, taken);
  const constants = printConstants(module, [...early, ...body.flat(), ...outputs, ...assertions]);
  const text = [
    ...placeComment(module),
    ...printHeader(printer),
    ...indent([
      ...spaced([[...constants, ...declarations], early, ...body, outputs, assertions]),
      ...printUnused(printer),
    ]),
    'endmodule',
  ];
  return `${text.flatMap(folded).join('\n')}\n`;
}

const longestLine = 120;

/** Breaks a long line at a space; the rest is indented further. */
function folded(line: string): string[] {
  if (line.length <= longestLine || line.includes('"')) return [line];
  const indentation = line.length - line.trimStart().length;
  const at = line.lastIndexOf(' ', longestLine - 2);
  if (at <= indentation) return [line];
  return [line.slice(0, at), ...folded(`${' '.repeat(indentation + 4)}${line.slice(at + 1)}`)];
}

function liveOutputsOf(module: Module, { live }: Expressions): Set<string> {
  const read = new Set<string>();
  for (const [id, node] of module.nodes.entries()) {
    if (node.op === 'instanceOutput' && live[id] === 1) read.add(`${node.instance} ${node.output}`);
  }
  return read;
}

function isOwn(module: Module, name: string, value: ExprId): boolean {
  return sourceName(module, value) === name;
}

/** Nodes of the outputs that are declared in the port list. */
function ownValues(module: Module, ownOutputs: ReadonlySet<string>): ExprId[] {
  return module.outputs.filter(({ name }) => ownOutputs.has(name)).map(({ value }) => value);
}

/** Where the wire of a named value stands depends on what it is made of only: who reads it changes no line. */
function namedValues(module: Module, { definitions }: Expressions): Map<number, ExprId[]> {
  const bodyIndex = new Map(
    module.body.flatMap((item, index) => (item.kind === 'instance' ? [[item.instance, index] as const] : [])),
  );
  const named = new Map<number, ExprId[]>();
  const after = new Int32Array(module.nodes.length).fill(-1);
  for (const [id, node] of module.nodes.entries()) {
    if (node.op === 'instanceOutput') after[id] = bodyIndex.get(node.instance)!;
    for (const arg of argumentsOf(node)) after[id] = Math.max(after[id]!, after[arg]!);
    if (node.name === undefined || !definitions.has(id)) continue;
    const together = named.get(after[id]!);
    if (together === undefined) named.set(after[id]!, [id]);
    else together.push(id);
  }
  return named;
}

function printNamed(printer: Printer, after: number): string[] {
  const { module, expressions, named, defined } = printer;
  const ids = (named.get(after) ?? []).filter((id) => !defined.has(id));
  return define(
    printer,
    ids.map((id) => expressions.at(id, module.nodes[id]!.width)),
  );
}

function takenNames(module: Module, children: ReadonlyMap<string, Module>): Set<string> {
  const taken = new Set<string>(['clk', 'rst', 'unused_bits', 'unused_checked_bits']);
  for (const list of [
    module.inputs,
    module.outputs,
    module.registers,
    module.wires,
    module.memories,
    module.instances,
    module.constants,
    module.assertions ?? [],
  ]) {
    for (const { name } of list) taken.add(name);
  }
  for (const memory of module.memories) for (const read of memory.reads) taken.add(read.name);
  for (const node of module.nodes) if (node.name !== undefined) taken.add(node.name);
  for (const [index, instance] of module.instances.entries()) {
    for (const output of children.get(instance.module)!.outputs.keys())
      taken.add(outputNet(module, children, index, output));
  }
  return taken;
}

function printHeader(printer: Printer): string[] {
  const { module } = printer;
  const ports = [
    ...(module.needsClock ? ['input wire clk'] : []),
    ...(module.needsReset ? ['input wire rst'] : []),
    ...module.inputs.map((port) => `input wire ${typeText(port.width, port.signed)}${port.name}`),
    ...module.outputs.map((port) => {
      const kind = printer.ownOutputs.has(port.name) && module.nodes[port.value]!.op === 'register' ? 'reg' : 'wire';
      return `output ${kind} ${typeText(port.width, port.signed)}${port.name}`;
    }),
  ];
  return [
    `module ${module.name} (`,
    ...ports.map((port, index) => `  ${port}${index < ports.length - 1 ? ',' : ''}`),
    ');',
  ];
}

/** The named constants that the text mentions outside comments: one that is only a `default:` is not declared. */
function printConstants(module: Module, lines: readonly string[]): string[] {
  const words = new Set(lines.flatMap((line) => line.replace(/\/\/.*/, '').match(/[A-Za-z_]\w*/g) ?? []));
  return module.constants
    .filter(({ name }) => words.has(name))
    .map(({ name, width, value }) => `localparam ${typeText(width, false)}${name} = ${width}'d${value};`);
}

function printDeclarations(printer: Printer): string[] {
  const { module, ownOutputs } = printer;
  for (const port of module.inputs) declareNet(printer.nets, port.name, port.width);
  const lines: string[] = [];
  for (const { name, width, signed } of module.registers) {
    if (ownOutputs.has(name)) continue;
    declareNet(printer.nets, name, width);
    lines.push(`reg ${typeText(width, signed)}${name};`);
  }
  for (const { name, width, signed } of module.wires) {
    if (ownOutputs.has(name)) continue;
    declareNet(printer.nets, name, width);
    lines.push(`wire ${typeText(width, signed)}${name};`);
  }
  for (const memory of module.memories) {
    const { name, width, depth, fields } = memory;
    const signed = fields.length === 1 && fields[0]!.signed;
    const attribute = styleAttribute(memory);
    if (attribute !== null) lines.push(attribute);
    lines.push(`reg ${typeText(width, false)}${name} [0:${depth - 1}];`);
    for (const read of memory.reads) {
      declareNet(printer.nets, read.name, width);
      lines.push(`reg ${typeText(width, signed)}${read.name};`);
    }
    if (memory.contents.length > 0) lines.push(`initial $readmemh("${imageFile(module.name, name)}", ${name});`);
  }
  return lines;
}

/** Prints a text somewhere: remembers what it reads, and returns the wires it still needs before it. */
function place(printer: Printer, texts: readonly Text[]): string[] {
  for (const text of texts) printer.reads.push(text.text);
  return define(printer, texts);
}

/** The wires that the texts need and that are not there yet. Those of outputs stand with the outputs. */
function define(printer: Printer, texts: readonly Text[]): string[] {
  const { definitions } = printer.expressions;
  return neededBy(texts, printer.expressions, printer.defined).flatMap((id) => {
    const { name, width, signed, value } = definitions.get(id)!;
    printer.defined.add(id);
    printer.reads.push(value.text);
    declareNet(printer.nets, name, width);
    return `wire ${typeText(width, signed)}${name} = ${value.text};`;
  });
}

function printBody(printer: Printer): string[][] {
  const { module, expressions } = printer;
  const processes = processesOf(module);
  const sections: string[][] = [];
  for (const [index, item] of module.body.entries()) {
    if (item.kind === 'instance')
      sections.push([...printInstance(printer, item.instance), ...printNamed(printer, index)]);
    if (item.kind === 'wire') {
      const { name, width, value } = module.wires[item.wire]!;
      const text = expressions.at(value, width);
      const before = place(printer, [text]);
      const assign = `assign ${name} = ${text.text};`;
      const previous = module.body[index - 1];
      if (previous?.kind === 'wire') sections.at(-1)!.push(...before, assign);
      else sections.push([...before, assign]);
    }
    for (const process of processes) {
      if (process.after !== index) continue;
      const texts: Text[] = [];
      const lines = printProcess(module, process, expressions, (text) => texts.push(text));
      const wires = place(printer, texts);
      sections.push(wires.length === 0 ? lines : [...wires, '', ...lines]);
    }
  }
  for (const index of module.memories.keys()) sections.push(printMemory(printer, index));
  return sections;
}

function printInstance(printer: Printer, index: number): string[] {
  const { module, children, expressions } = printer;
  const instance = module.instances[index]!;
  const child = children.get(instance.module)!;
  const inputs = child.inputs.map((port, at) => expressions.at(instance.inputs[at]!, port.width));
  const ambient = compose('rst', levels.primary, []);
  const own = instance.reset === undefined ? [] : [expressions.at(instance.reset, 1)];
  const wires = place(printer, [...inputs, ...own]);
  const nets = child.outputs.map((port, output) => {
    const net = outputNet(module, children, index, output);
    const name = printer.liveOutputs.has(`${index} ${output}`) ? net : `unused_${net}`;
    if (printer.liveOutputs.has(`${index} ${output}`)) declareNet(printer.nets, name, port.width);
    wires.push(`wire ${typeText(port.width, port.signed)}${name};`);
    return name;
  });
  const connections = [
    ...(child.needsClock ? ['.clk(clk)'] : []),
    ...(child.needsReset ? [`.rst(${own.reduce((a, b) => infix('||', levels.or, a, b), ambient).text})`] : []),
    ...child.inputs.map((port, at) => `.${port.name}(${inputs[at]!.text})`),
    ...child.outputs.map((port, output) => `.${port.name}(${nets[output]!})`),
  ];
  return [
    ...placeComment(instance),
    ...wires,
    `${child.name} ${instance.name} (`,
    ...connections.map((connection, at) => `  ${connection}${at < connections.length - 1 ? ',' : ''}`),
    ');',
  ];
}

function printMemory(printer: Printer, index: number): string[] {
  const { module, expressions } = printer;
  const memory = module.memories[index]!;
  const texts: Text[] = [];
  const lines = memoryStatements(memory, module, (id, width) => {
    const text = expressions.at(id, width);
    texts.push(text);
    return text;
  });
  const wires = place(printer, texts);
  const block =
    lines.length === 1
      ? [`always @(posedge clk) ${lines[0]!}`]
      : ['always @(posedge clk) begin', ...indent(lines), 'end'];
  return [...wires, ...(wires.length === 0 ? [] : ['']), ...placeComment(memory), ...block];
}

function printOutputs(printer: Printer): string[] {
  const { module, expressions, ownOutputs } = printer;
  return module.outputs.flatMap(({ name, value, width }) => {
    const own = ownOutputs.has(name);
    const definition = own ? expressions.definitions.get(value)?.value : expressions.at(value, width);
    if (definition === undefined) return [];
    return [...place(printer, [definition]), `assign ${name} = ${definition.text};`];
  });
}

/** Reads every bit that nothing else reads in one wire whose name tells linters that this is intended. */
function printUnused(printer: Printer): string[] {
  const { module, expressions, nets } = printer;
  const texts = module.unused.map((id) => expressions.at(id, module.nodes[id]!.width));
  const intended = define(printer, texts);
  for (const text of printer.reads) markReads(nets, text);
  const explicit = texts.map(({ text }) => text).filter((text) => !isFullyRead(nets, text));
  for (const text of explicit) markReads(nets, text);
  const parts = [...explicit, ...unreadParts(nets)];
  if (parts.length === 0) return intended;
  return [...intended, '', '// Bits that are dropped on purpose.', ...dropped('unused_bits', parts)];
}

/** Sections with an empty line between. */
function spaced(sections: readonly (readonly string[])[]): string[] {
  const lines: string[] = [];
  for (const section of sections) {
    if (section.length === 0) continue;
    if (lines.length > 0) lines.push('');
    lines.push(...section);
  }
  return lines;
}
