import type { NetAssertion, Netlist, NetNode, NetRegister, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { asNode, type NodeTable, newTable } from '../../../hdl-gen/ir/simplify.ts';
import { type Format, wrap } from '../value.ts';
import { nonZero } from './compare.ts';
import { splitMemory } from './memory.ts';
import { limbOperation } from './operation.ts';
import type { ShiftStyle } from './shift.ts';
import { constantWord, limbBits, limbFormats, limbValues, resizedWord, type Word, wordOf } from './word.ts';

/** Per original input, output, register and memory the places of its limbs in the split netlist, lowest first. */
export interface LimbPlaces {
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  readonly registers: readonly (readonly number[])[];
  readonly memories: readonly (readonly number[])[];
}

/** A netlist without values wider than 64 bits, and where the parts of the original lie in it. */
export interface SplitNetlist extends LimbPlaces {
  readonly netlist: Netlist;
}

function isWide({ width }: Format): boolean {
  return width > limbBits;
}

/** Places of the limbs when those of each value are followed by those of the next. */
function placesOf(formats: readonly Format[]): number[][] {
  let next = 0;
  return formats.map((format) => (isWide(format) ? limbFormats(format).map(() => next++) : [next++]));
}

function addNode(table: NodeTable, node: NetNode): NodeId {
  return table.nodes.push(node) - 1;
}

/** Nodes under construction, and what became of the original ones. */
interface Split {
  readonly table: NodeTable;
  /** Per original node its integer. */
  readonly words: Word[];
  /** Per original source the nodes of its limbs, in the format of what it shows. */
  readonly sources: Map<NodeId, Word>;
  readonly style: ShiftStyle;
}

/**
 * Makes every value wider than 64 bits several of at most 64: the same circuit, clock by clock. A netlist without such
 * values comes back as it is.
 */
export function splitWide(netlist: Netlist, style: ShiftStyle = 'direct'): SplitNetlist {
  const formatOf = ({ node }: { readonly node: NodeId }): Format => netlist.nodes[node]!;
  const places: LimbPlaces = {
    inputs: placesOf(netlist.inputs.map(formatOf)),
    outputs: placesOf(netlist.outputs.map(formatOf)),
    registers: placesOf(netlist.registers),
    memories: placesOf(netlist.memories),
  };
  const { nodes, registers, memories } = netlist;
  if (!nodes.some(isWide) && !registers.some(isWide) && !memories.some(isWide)) return { netlist, ...places };
  const split: Split = { table: newTable(), words: [], sources: new Map(), style };
  for (const [id, node] of netlist.nodes.entries()) {
    if (!isSource(node)) {
      split.words.push(computed(netlist, split, node));
      continue;
    }
    const shown = wordOf(sourceFormat(netlist, node), (format, index) =>
      addNode(split.table, sourceLimb(node, format, index, places)),
    );
    split.sources.set(id, shown);
    split.words.push(resizedWord(split.table, shown, node));
  }
  return { netlist: connected(netlist, split), ...places };
}

type SourceNode = Extract<NetNode, { readonly op: 'input' | 'register' | 'memoryRead' }>;

function isSource(node: NetNode): node is SourceNode {
  return node.op === 'input' || node.op === 'register' || node.op === 'memoryRead';
}

/** The format of what a source shows; the node itself may read it in another. */
function sourceFormat(netlist: Netlist, node: SourceNode): Format {
  if (node.op === 'input') return node;
  if (node.op === 'register') return netlist.registers[node.register]!;
  const memory = netlist.memories[node.memory]!;
  return isWide(memory) || isWide(node) ? memory : node;
}

/** The source of one limb. */
function sourceLimb(node: SourceNode, format: Format, index: number, places: LimbPlaces): NetNode {
  const own = { width: format.width, signed: format.signed };
  if (node.op === 'input') return { op: 'input', input: places.inputs[node.input]![index]!, ...own };
  if (node.op === 'register') return { op: 'register', register: places.registers[node.register]![index]!, ...own };
  return { op: 'memoryRead', memory: places.memories[node.memory]![index]!, port: node.port, ...own };
}

/** A narrow operation stays what it is. */
function computed(netlist: Netlist, { table, words, style }: Split, node: Exclude<NetNode, SourceNode>): Word {
  if (node.op === 'const') return constantWord(table, wrap(node.value, node), node);
  const args = node.args.map((id) => words[id]!);
  if (isWide(node) || node.args.some((id) => isWide(netlist.nodes[id]!)))
    return limbOperation(table, node, args, style);
  const same = asNode({ ...node, args: args.map(({ limbs }) => limbs[0]!) });
  return { width: node.width, signed: node.signed, limbs: [addNode(table, same)] };
}

/** The netlist around the nodes. */
function connected(netlist: Netlist, { table, words, sources }: Split): Netlist {
  const gate = (id: NodeId): NodeId =>
    words[id]!.limbs.length === 1 ? words[id]!.limbs[0]! : nonZero(table, words[id]!);
  const named = (name: string, { limbs }: Word): { name: string; node: NodeId }[] =>
    limbs.length === 1 ? [{ name, node: limbs[0]! }] : limbs.map((node, index) => ({ name: `${name}#${index}`, node }));
  const watched = (assertions: readonly NetAssertion[]): NetAssertion[] =>
    assertions.map((assertion) => ({ ...assertion, node: gate(assertion.node) }));
  const registers = netlist.registers.flatMap((register): NetRegister[] => {
    const next = resizedWord(table, words[register.next]!, register);
    const init = register.init === null ? null : limbValues(wrap(register.init, register), register);
    const enable = register.enable === null ? null : gate(register.enable);
    const formats = limbFormats(register);
    return named(register.name, sources.get(register.node)!).map(({ name, node }, index) => ({
      name,
      node,
      ...formats[index]!,
      init: init === null ? null : init[index]!,
      next: next.limbs[index]!,
      enable,
    }));
  });
  const memories = netlist.memories.flatMap((memory) =>
    splitMemory(table, memory, {
      wordOf: (node) => words[node]!,
      readData: (node) => sources.get(node)!,
      enable: gate,
    }),
  );
  return {
    name: netlist.name,
    inputs: netlist.inputs.flatMap(({ name, node }) => named(name, sources.get(node)!)),
    outputs: netlist.outputs.flatMap(({ name, node }) => named(name, words[node]!)),
    registers,
    memories,
    ...(netlist.assertions === undefined ? {} : { assertions: watched(netlist.assertions) }),
    ...(netlist.covers === undefined ? {} : { covers: watched(netlist.covers) }),
    nodes: table.nodes,
  };
}
