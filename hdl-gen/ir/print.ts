import type { WordData } from './design.ts';
import type { NetAssertion, Netlist, NetMemory, NetNode, NodeId } from './netlist.ts';
import { dataText, typeText } from './text.ts';

export interface PrintOptions {
  /** Also print the words that memories start with and the names of values, so that `parseNetlist` reads the same netlist back. */
  readonly contents?: boolean;
}

/**
 * The netlist as text, for people, snapshots and diffs: one line per value, `%7 = add s16 %5, %6`. Types are `u` or `s`
 * with the width.
 */
export function printNetlist(netlist: Netlist, options: PrintOptions = {}): string {
  const lines = [`netlist ${netlist.name}`];
  for (const [id, node] of netlist.nodes.entries()) lines.push(`  %${id} = ${nodeText(netlist, node)}`);
  for (const { name, width, signed, init, next, enable } of netlist.registers) {
    const reset = init === null ? '' : ` reset ${init}`;
    lines.push(`  register ${name} ${typeText({ width, signed })} <- %${next}${enableText(enable)}${reset}`);
  }
  for (const memory of netlist.memories) lines.push(...memoryText(memory, options.contents === true));
  for (const { name, node } of netlist.outputs) lines.push(`  output ${name} = %${node}`);
  for (const watched of netlist.assertions ?? []) lines.push(`  assert ${watchedText(watched)}`);
  for (const watched of netlist.covers ?? []) lines.push(`  cover ${watchedText(watched)}`);
  if (options.contents === true) lines.push(...namesText(netlist));
  return `${lines.join('\n')}\n`;
}

function enableText(enable: NodeId | null): string {
  return enable === null ? '' : ` when %${enable}`;
}

function nodeText(netlist: Netlist, node: NetNode): string {
  const type = typeText(node);
  switch (node.op) {
    case 'input':
      return `input ${type} ${netlist.inputs[node.input]!.name}`;
    case 'register':
      return `register ${type} ${netlist.registers[node.register]!.name}`;
    case 'memoryRead':
      return `memoryRead ${type} ${netlist.memories[node.memory]!.name} port ${node.port}`;
    case 'const':
      return `const ${type} ${node.value}`;
    case 'shl':
    case 'shr':
      return `${node.op} ${type} %${node.args[0]}, ${node.amount}`;
    case 'slice':
      return `slice ${type} %${node.args[0]}[${node.low + node.width - 1}:${node.low}]`;
    default:
      return `${node.op} ${type} ${node.args.map((arg) => `%${arg}`).join(', ')}`;
  }
}

function namesText(netlist: Netlist): string[] {
  const { asides, nets } = netlist.names ?? { asides: [], nets: [] };
  return [
    ...asides.map((node, index) => `  aside %${netlist.nodes.length + index} = ${nodeText(netlist, node)}`),
    ...nets.map(({ name, node }) => `  net ${name} = %${node}`),
  ];
}

function watchedText({ name, node, message, place }: NetAssertion): string {
  return `${name} %${node} ${JSON.stringify(message)} ${JSON.stringify(place)}`;
}

function initText(init: NonNullable<NetMemory['init']>): string {
  return Array.isArray(init) ? ['Array', ...init].join(' ') : dataText(init as WordData);
}

function memoryText(memory: NetMemory, contents: boolean): string[] {
  const content = memory.init === null ? '' : contents ? ` with ${initText(memory.init)}` : ' with contents';
  return [
    `  memory ${memory.name} ${typeText(memory)} x ${memory.depth}${content}`,
    ...memory.writes.map((write) => `    write %${write.data} at %${write.address} when %${write.enable}`),
    ...memory.reads.map((read) => `    read %${read.node} at %${read.address}${enableText(read.enable)}`),
  ];
}
