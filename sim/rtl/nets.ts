import { allNodes, type Netlist, type NetNode, type NodeId } from '../../hdl-gen/ir/netlist.ts';
import { evaluateNode } from './evaluate.ts';
import { wrap } from './value.ts';

/** Where the value of a name comes from: the present inputs and state of a simulator, by their places in the netlist. */
export interface NetSources {
  readonly input: (input: number) => bigint;
  readonly register: (register: number) => bigint;
  readonly readData: (memory: number, port: number) => bigint;
}

/** Values of nodes from present inputs and state. */
export type NetReader = (sources: NetSources) => bigint[];

/** Computes what named values are, on demand: simulation itself does not know them. */
export interface Nets {
  readonly names: readonly string[];
  /** Node of a name; undefined when no net has it. */
  find(name: string): NodeId | undefined;
  /** Reads these nodes together, each operation that they need once. */
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
      if (scratch === undefined) {
        const nodes = allNodes(netlist);
        scratch = { nodes, values: nodes.map(() => 0n) };
      }
      return readerOf(scratch, wanted);
    },
  };
}

/** Values of one reading; none outlives it. */
interface Scratch {
  readonly nodes: readonly NetNode[];
  readonly values: bigint[];
}

function readerOf({ nodes, values }: Scratch, wanted: readonly NodeId[]): NetReader {
  const order = coneOf(nodes, wanted);
  return (sources) => {
    for (const id of order) values[id] = sourceOrResult(nodes[id]!, nodes, values, sources);
    return wanted.map((node) => values[node]!);
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

function sourceOrResult(
  node: NetNode,
  nodes: readonly NetNode[],
  values: readonly bigint[],
  sources: NetSources,
): bigint {
  switch (node.op) {
    case 'input':
      return wrap(sources.input(node.input), node);
    case 'register':
      return wrap(sources.register(node.register), node);
    case 'memoryRead':
      return wrap(sources.readData(node.memory, node.port), node);
    default:
      return evaluateNode(node, nodes, values);
  }
}
