import type { Design, Expr, ExprId, Item, Memory, Module } from './design.ts';
import { dataText, typeText } from './text.ts';

/** The design as text that `parseDesign` reads back: everything, memory contents included. */
export function printDesign(design: Design): string {
  return `${[`design ${design.top}`, ...design.modules.flatMap(moduleLines)].join('\n')}\n`;
}

const quoted = (text: string): string => JSON.stringify(text);
const refs = (ids: readonly ExprId[]): string => ids.map((id) => ` %${id}`).join('');

function moduleLines(module: Module): string[] {
  const needs = `${module.needsClock ? ' clock' : ''}${module.needsReset ? ' reset' : ''}`;
  const lines = [`module ${module.name}${needs} ${quoted(module.place)}`];
  const add = (line: string): void => void lines.push(`  ${line}`);
  for (const port of module.inputs) add(`input ${port.name} ${typeText(port)}`);
  for (const { name, width, value } of module.constants) add(`constant ${name} ${width} ${value}`);
  for (const register of module.registers) {
    const { name, init, initLabel, place } = register;
    const label = initLabel === undefined ? '' : ` label ${initLabel}`;
    add(`register ${name} ${typeText(register)}${init === null ? '' : ` reset ${init}`}${label} ${quoted(place)}`);
  }
  for (const wire of module.wires) add(`wire ${wire.name} ${typeText(wire)} %${wire.value} ${quoted(wire.place)}`);
  for (const memory of module.memories) lines.push(...memoryLines(memory));
  for (const { name, module: of, inputs, reset, place } of module.instances)
    add(`instance ${name} ${of}${reset === undefined ? '' : ` reset %${reset}`}${refs(inputs)} ${quoted(place)}`);
  for (const [id, node] of module.nodes.entries()) add(`%${id} = ${exprText(module, node)}`);
  if (module.unused.length > 0) add(`unused${refs(module.unused)}`);
  for (const { kind, name, condition, message, place } of module.assertions ?? [])
    add(`${kind} ${name} %${condition} ${quoted(message)} ${quoted(place)}`);
  for (const line of itemLines(module, module.body)) add(line);
  for (const port of module.outputs) add(`output ${port.name} ${typeText(port)} %${port.value}`);
  return [...lines, 'end'];
}

function memoryLines({ name, kind, depth, width, addressWidth, collision, style, place, ...memory }: Memory): string[] {
  const data = [collision, style].map((word) => (word === undefined ? '' : ` ${word}`)).join('');
  const optional = (id: ExprId | null): string => (id === null ? ' -' : ` %${id}`);
  return [
    `  memory ${name} ${kind} ${depth} ${width} ${addressWidth}${data} ${quoted(place)}`,
    ...memory.fields.map(
      (field) =>
        `    field ${quoted(field.name)} ${typeText(field)} ${field.low}${field.content === null ? '' : ` ${field.content.data} ${field.content.stride} ${field.content.offset}`}`,
    ),
    ...memory.contents.map((array) => `    contents ${dataText(array)}`),
    ...memory.writes.map(
      (write) =>
        `    write %${write.address} %${write.enable}${refs(write.data)}${write.masks === undefined ? '' : ` masks${write.masks.map(optional).join('')}`}`,
    ),
    ...memory.reads.map((read) => `    read ${read.name} %${read.address}${optional(read.enable)}`),
  ];
}

function exprText(module: Module, node: Expr): string {
  const name = node.name === undefined ? '' : ` as ${node.name}`;
  const place = node.place === undefined ? '' : ` ${quoted(node.place)}`;
  return `${node.op} ${typeText(node)}${detailText(module, node)}${name}${place}`;
}

function detailText(module: Module, node: Expr): string {
  switch (node.op) {
    case 'const':
      return ` ${node.value}${node.label === undefined ? '' : ` label ${node.label}`}`;
    case 'input':
      return ` ${module.inputs[node.input]!.name}`;
    case 'register':
      return ` ${module.registers[node.register]!.name}`;
    case 'wire':
      return ` ${module.wires[node.wire]!.name}`;
    case 'memoryRead':
      return ` ${module.memories[node.memory]!.name} ${node.port} ${node.field}`;
    case 'instanceOutput':
      return ` ${module.instances[node.instance]!.name} ${node.output}`;
    case 'shl':
    case 'shr':
      return `${refs(node.args)} ${node.amount}`;
    case 'slice':
      return `${refs(node.args)} ${node.low}`;
    default:
      return refs(node.args);
  }
}

function itemLines(module: Module, items: readonly Item[]): string[] {
  const inside = (body: readonly Item[]): string[] => itemLines(module, body).map((line) => `  ${line}`);
  const linesOf = (item: Item): string[] => {
    switch (item.kind) {
      case 'set':
        return [`set ${module.registers[item.register]!.name} %${item.value} ${quoted(item.place)}`];
      case 'if':
        return [
          `if ${quoted(item.place)}`,
          ...item.arms.flatMap((arm) => [`arm %${arm.condition}`, ...inside(arm.body)]),
          ...(item.otherwise.length === 0 ? [] : ['otherwise', ...inside(item.otherwise)]),
          'end',
        ];
      case 'case':
        return [
          `case %${item.subject} ${quoted(item.place)}`,
          ...item.arms.flatMap((arm) => [`arm ${arm.label} ${arm.value}`, ...inside(arm.body)]),
          'end',
        ];
      case 'wire':
        return [`drive ${module.wires[item.wire]!.name}`];
      case 'memory':
        return [`place ${module.memories[item.memory]!.name}`];
      case 'instance':
        return [`make ${module.instances[item.instance]!.name}`];
    }
  };
  return items.flatMap(linesOf);
}
