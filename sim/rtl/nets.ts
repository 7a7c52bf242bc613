import { allNodes, type Netlist, type NetNode, type NodeId } from '../../hdl-gen/ir/netlist.ts';
import { evaluateNode } from './evaluate.ts';
import { evaluateNarrow, isNarrow, wrapNarrow } from './evaluate-narrow.ts';
import type { Reading } from './reading.ts';
import { wrap } from './value.ts';

/** Where the value of a name comes from: the present inputs and state of a simulator, by their places in the netlist. */
export interface NetSources {
  readonly input: (input: number) => Reading;
  readonly register: (register: number) => Reading;
  readonly readData: (memory: number, port: number) => Reading;
}

/** Reads several nodes together, each operation that they need once. */
export interface NetReader {
  /** Computes the nodes from present inputs and state. */
  readonly update: (sources: NetSources) => void;
  /** What they were when last updated; the next update of any reader of the nets ends that. */
  readonly readings: readonly { readonly width: number; readonly reading: Reading }[];
}

/** Computes what named values are, on demand: simulation itself does not know them. */
export interface Nets {
  readonly names: readonly string[];
  /** Node of a name; undefined when no net has it. */
  find(name: string): NodeId | undefined;
  reader(nodes: readonly NodeId[]): NetReader;
}

export function netsOf(netlist: Netlist): Nets {
  const nets = netlist.names?.nets ?? [];
  // Made when the first name is asked for: most runs ask for none.
  let places: ReadonlyMap<string, NodeId> | undefined;
  let scratch: Scratch | undefined;
  return {
    names: nets.map(({ name }) => name),
    find(name) {
      places ??= new Map(nets.map(({ name, node }) => [name, node]));
      return places.get(name);
    },
    reader(wanted) {
      scratch ??= scratchOf(allNodes(netlist));
      return readerOf(scratch, wanted);
    },
  };
}

/** Values of one reading; none outlives it. Each node's lies in one of the columns. */
interface Scratch {
  readonly nodes: readonly NetNode[];
  /** Of nodes that `isNarrow` holds for. */
  readonly numbers: Float64Array;
  readonly integers: bigint[];
}

function scratchOf(nodes: readonly NetNode[]): Scratch {
  return { nodes, numbers: new Float64Array(nodes.length), integers: nodes.map(() => 0n) };
}

function readerOf(scratch: Scratch, wanted: readonly NodeId[]): NetReader {
  const { nodes, numbers, integers } = scratch;
  const steps = coneOf(nodes, wanted).flatMap((id) => stepOf(scratch, id) ?? []);
  return {
    update(sources) {
      for (const step of steps) step(sources);
    },
    readings: wanted.map((id) => {
      const { width } = nodes[id]!;
      const reading: Reading = isNarrow(nodes[id]!)
        ? { read: () => numbers[id]!, readBig: () => BigInt(numbers[id]!) }
        : { read: () => Number(integers[id]!), readBig: () => integers[id]! };
      return { width, reading };
    }),
  };
}

/** The nodes and all that they are computed from, arguments first. */
function coneOf(nodes: readonly NetNode[], wanted: readonly NodeId[]): NodeId[] {
  const found = new Set(wanted);
  for (const id of found) {
    const node = nodes[id]!;
    if ('args' in node) for (const arg of node.args) found.add(arg);
  }
  return [...found].sort((a, b) => a - b);
}

type Source = Extract<NetNode, { readonly op: 'input' | 'register' | 'memoryRead' }>;

function readingOf(node: Source, sources: NetSources): Reading {
  switch (node.op) {
    case 'input':
      return sources.input(node.input);
    case 'register':
      return sources.register(node.register);
    case 'memoryRead':
      return sources.readData(node.memory, node.port);
  }
}

type Step = (sources: NetSources) => void;

/** Computes one node from those before it; null for a constant, which is written here. */
function stepOf({ nodes, numbers, integers }: Scratch, id: NodeId): Step | null {
  const node = nodes[id]!;
  const fits = isNarrow(node);
  if (node.op === 'const') {
    if (fits) numbers[id] = Number(node.value);
    else integers[id] = node.value;
    return null;
  }
  if (!('args' in node)) {
    return (sources) => {
      const reading = readingOf(node, sources);
      if (fits) numbers[id] = wrapNarrow(reading.read(), node);
      else integers[id] = wrap(reading.readBig(), node);
    };
  }
  const narrow = node.args.filter((arg) => isNarrow(nodes[arg]!));
  if (fits && narrow.length === node.args.length) {
    return () => {
      numbers[id] = evaluateNarrow(node, nodes, numbers);
    };
  }
  return () => {
    for (const arg of narrow) integers[arg] = BigInt(numbers[arg]!);
    const value = evaluateNode(node, nodes, integers);
    if (fits) numbers[id] = Number(value);
    else integers[id] = value;
  };
}
