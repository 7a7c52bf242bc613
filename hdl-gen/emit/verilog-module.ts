import { sourceName } from '../ir/check.ts';
import type { ExprId, Module } from '../ir/design.ts';
import { assertionText } from './verilog-assertion.ts';
import { type Expressions, outputNet, renderExpressions } from './verilog-expressions.ts';
import { memoryStatements } from './verilog-memory.ts';
import { indent, placeComment, printProcess, processesOf } from './verilog-statements.ts';
import type { Text } from './verilog-text.ts';

/** Declared nets and how their bits are read, to account for every bit that nothing uses. */
interface NetUse {
  readonly width: number;
  readonly used: Uint8Array;
}

interface Printer {
  readonly module: Module;
  readonly children: ReadonlyMap<string, Module>;
  readonly expressions: Expressions;
  readonly nets: Map<string, NetUse>;
  readonly reads: string[];
  readonly defined: Set<ExprId>;
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
  const expressions = renderExpressions(module, children, takenNames(module, children));
  const ownOutputs = new Set(
    module.outputs.filter((port) => isOwn(module, port.name, port.value)).map((port) => port.name),
  );
  const printer: Printer = {
    module,
    children,
    expressions,
    nets: new Map(),
    reads: [],
    defined: new Set(),
    ownOutputs,
    liveOutputs: liveOutputsOf(module, expressions),
  };
  const declarations = printDeclarations(printer);
  const body = printBody(printer);
  const outputs = printOutputs(printer);
  const assertions = printAssertions(printer);
  const constants = printConstants(module, [...body.flat(), ...outputs, ...assertions]);
  const text = [
    ...placeComment(module),
    ...printHeader(printer),
    ...indent([...spaced([[...constants, ...declarations], ...body, outputs, assertions]), ...printUnused(printer)]),
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

/** `signed [7:0] ` or nothing for one unsigned bit. */
function typeText(width: number, signed: boolean): string {
  return `${signed ? 'signed ' : ''}${width === 1 ? '' : `[${width - 1}:0] `}`;
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

function declare(printer: Printer, name: string, width: number): void {
  printer.nets.set(name, { width, used: new Uint8Array(width) });
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
  for (const port of module.inputs) declare(printer, port.name, port.width);
  const lines: string[] = [];
  for (const { name, width, signed } of module.registers) {
    if (ownOutputs.has(name)) continue;
    declare(printer, name, width);
    lines.push(`reg ${typeText(width, signed)}${name};`);
  }
  for (const { name, width, signed } of module.wires) {
    if (ownOutputs.has(name)) continue;
    declare(printer, name, width);
    lines.push(`wire ${typeText(width, signed)}${name};`);
  }
  for (const memory of module.memories) {
    const { name, width, depth, fields } = memory;
    const signed = fields.length === 1 && fields[0]!.signed;
    lines.push(`reg ${typeText(width, false)}${name} [0:${depth - 1}];`);
    for (const read of memory.reads) {
      declare(printer, read.name, width);
      lines.push(`reg ${typeText(width, signed)}${read.name};`);
    }
    if (memory.contents.length > 0) lines.push(`initial $readmemh("${imageFile(module.name, name)}", ${name});`);
  }
  return lines;
}

/** Prints a text somewhere: remembers what it reads, and returns the wires it still needs before it. */
function place(printer: Printer, texts: readonly Text[]): string[] {
  const wanted = new Set<ExprId>();
  const work = texts.flatMap((text) => text.needs);
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    if (wanted.has(id) || printer.defined.has(id)) continue;
    wanted.add(id);
    work.push(...printer.expressions.definition(id).value.needs);
  }
  for (const text of texts) printer.reads.push(text.text);
  return [...wanted]
    .sort((a, b) => a - b)
    .map((id) => {
      printer.defined.add(id);
      const { name, width, signed, value } = printer.expressions.definition(id);
      printer.reads.push(value.text);
      if (printer.ownOutputs.has(name)) return `assign ${name} = ${value.text};`;
      declare(printer, name, width);
      return `wire ${typeText(width, signed)}${name} = ${value.text};`;
    });
}

function printBody(printer: Printer): string[][] {
  const { module, expressions } = printer;
  const processes = processesOf(module);
  const sections: string[][] = [];
  for (const [index, item] of module.body.entries()) {
    if (item.kind === 'instance') sections.push(printInstance(printer, item.instance));
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
  const wires = place(printer, inputs);
  const nets = child.outputs.map((port, output) => {
    const net = outputNet(module, children, index, output);
    const name = printer.liveOutputs.has(`${index} ${output}`) ? net : `unused_${net}`;
    if (printer.liveOutputs.has(`${index} ${output}`)) declare(printer, name, port.width);
    wires.push(`wire ${typeText(port.width, port.signed)}${name};`);
    return name;
  });
  const connections = [
    ...(child.needsClock ? ['.clk(clk)'] : []),
    ...(child.needsReset ? ['.rst(rst)'] : []),
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
  const { module, expressions } = printer;
  return module.outputs.flatMap((port) => {
    const text = expressions.at(port.value, port.width);
    const wires = place(printer, [text]);
    return printer.ownOutputs.has(port.name) ? wires : [...wires, `assign ${port.name} = ${text.text};`];
  });
}

/** Assertions for simulators, which synthesis does not see; so nothing that stands here is read elsewhere. */
function printAssertions(printer: Printer): string[] {
  const { module, expressions, nets } = printer;
  if (module.assertions === undefined) return [];
  const circuit = new Set(nets.keys());
  const texts = module.assertions.map(({ condition }) => expressions.at(condition, 1));
  const wires = place(printer, texts);
  const lines = module.assertions.flatMap((assertion, at) => assertionText(module, assertion, texts[at]!));
  const unread: string[] = [];
  for (const text of printer.reads) markReads(nets, text);
  for (const [name, net] of nets) {
    if (circuit.has(name)) continue;
    unread.push(...unreadParts(name, net));
    nets.delete(name);
  }
  const dropped = unread.length === 0 ? [] : [`wire unused_checked_bits = &{1'b0, ${unread.join(', ')}};`];
  return ['`ifndef SYNTHESIS', ...wires, ...dropped, ...lines, '`endif'];
}

/** Reads every bit that nothing else reads in one wire whose name tells linters that this is intended. */
function printUnused(printer: Printer): string[] {
  const { module, expressions, nets } = printer;
  const intended = place(
    printer,
    module.unused.map((id) => expressions.at(id, module.nodes[id]!.width)),
  );
  const explicit = printer.reads.splice(printer.reads.length - module.unused.length, module.unused.length);
  for (const text of printer.reads) markReads(nets, text);
  const parts = explicit.filter((text) => !isFullyRead(nets, text));
  for (const text of parts) markReads(nets, text);
  for (const [name, net] of nets) parts.push(...unreadParts(name, net));
  if (parts.length === 0) return intended;
  return [...intended, '', '// Bits that are dropped on purpose.', `wire unused_bits = &{1'b0, ${parts.join(', ')}};`];
}

function isFullyRead(nets: ReadonlyMap<string, NetUse>, text: string): boolean {
  return nets.get(text)?.used.every((bit) => bit === 1) ?? false;
}

function markReads(nets: ReadonlyMap<string, NetUse>, text: string): void {
  for (const match of text.matchAll(/(?<![\w$'])([A-Za-z_]\w*)(?:\[(\d+)(?::(\d+))?\])?/g)) {
    const net = nets.get(match[1]!);
    if (net === undefined) continue;
    if (match[2] === undefined) net.used.fill(1);
    else net.used.fill(1, Number(match[3] ?? match[2]), Number(match[2]) + 1);
  }
}

function unreadParts(name: string, net: NetUse): string[] {
  const parts: string[] = [];
  for (let low = 0; low < net.width; low++) {
    if (net.used[low] === 1) continue;
    let high = low;
    while (high + 1 < net.width && net.used[high + 1] === 0) high++;
    if (low === 0 && high === net.width - 1) parts.push(name);
    else parts.push(high === low ? `${name}[${low}]` : `${name}[${high}:${low}]`);
    low = high;
  }
  return parts;
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
