import type { Netlist, NodeId } from '../../hdl-gen/ir/netlist.ts';
import { unknownName } from './lookup.ts';
import { type NetReader, type NetSources, netsOf } from './nets.ts';

/** Values by name: ports, registers and nets. */
export interface Observer {
  get(name: string): bigint;
  /** Reads several names at once. */
  observe(names: readonly string[]): () => bigint[];
}

/** Where the values of one run lie; `port` is undefined for a name that no port has. */
export interface Observed extends NetSources {
  readonly port: (name: string) => (() => bigint) | undefined;
}

/** One observer for each run of the netlist. Fault `SIM_NAME` for a name that nothing has. */
export function observersOf(netlist: Netlist): (run: Observed) => Observer {
  const registers = new Map(netlist.registers.map(({ name }, index) => [name, index]));
  const nets = netsOf(netlist);
  const readers = new Map<NodeId, NetReader>();
  const readerOf = (node: NodeId): NetReader => {
    const known = readers.get(node) ?? nets.reader([node]);
    readers.set(node, known);
    return known;
  };
  return (run) => {
    /** What reads the name, or the node of a net. */
    const find = (name: string): (() => bigint) | NodeId => {
      const port = run.port(name);
      if (port !== undefined) return port;
      const register = registers.get(name);
      if (register !== undefined) return () => run.register(register);
      const node = nets.find(name);
      if (node !== undefined) return node;
      throw unknownName(netlist, name);
    };
    return {
      get(name) {
        const found = find(name);
        return typeof found === 'number' ? readerOf(found)(run)[0]! : found();
      },
      observe(names) {
        const found = names.map(find);
        const nodes = found.filter((one) => typeof one === 'number');
        const read = nets.reader(nodes);
        return () => {
          const values = nodes.length === 0 ? [] : read(run);
          let next = 0;
          return found.map((one) => (typeof one === 'number' ? values[next++]! : one()));
        };
      },
    };
  };
}
