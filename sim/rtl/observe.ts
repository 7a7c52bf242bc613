import type { Netlist, NodeId } from '../../hdl-gen/ir/netlist.ts';
import { unknownName } from './lookup.ts';
import { type NetReader, type NetSources, netsOf } from './nets.ts';
import { type Reading, type WordReader, wordStarts, writeWords } from './reading.ts';

/** Values by name: ports, registers and nets. */
export interface Observer {
  get(name: string): bigint;
  /** Reads several names at once. */
  observe(names: readonly string[]): () => bigint[];
  /** The same without a BigInt for each. */
  observeWords(names: readonly string[]): WordReader;
}

/** Where the values of one run lie; `port` is undefined for a name that no port has. */
export interface Observed extends NetSources {
  readonly port: (name: string) => (Reading & { readonly width: number }) | undefined;
}

interface Found {
  readonly width: number;
  readonly reading: Reading;
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
    const find = (name: string): Found | NodeId => {
      const port = run.port(name);
      if (port !== undefined) return { width: port.width, reading: port };
      const register = registers.get(name);
      if (register !== undefined) return { width: netlist.registers[register]!.width, reading: run.register(register) };
      const node = nets.find(name);
      if (node !== undefined) return node;
      throw unknownName(netlist, name);
    };
    /** What reads each name, once all nets among them have been computed. */
    const findAll = (names: readonly string[]) => {
      const places = names.map(find);
      const { update, readings } = nets.reader(places.filter((place) => typeof place === 'number'));
      let next = 0;
      const found = places.map((place) => (typeof place === 'number' ? readings[next++]! : place));
      return { found, update: () => update(run) };
    };
    return {
      get(name) {
        const found = find(name);
        if (typeof found !== 'number') return found.reading.readBig();
        const { update, readings } = readerOf(found);
        update(run);
        return readings[0]!.reading.readBig();
      },
      observe(names) {
        const { found, update } = findAll(names);
        return () => {
          update();
          return found.map(({ reading }) => reading.readBig());
        };
      },
      observeWords(names) {
        const { found, update } = findAll(names);
        const start = wordStarts(found.map(({ width }) => width));
        return {
          start,
          read(words, at) {
            update();
            for (let name = 0; name < found.length; name++) {
              const { reading } = found[name]!;
              const [from, to] = [start[name]!, start[name + 1]!];
              // A number above 2^31 becomes the word of the same bits.
              if (to - from === 1) words[at + from] = reading.read();
              else writeWords(reading.readBig(), words, at + from, at + to);
            }
          },
        };
      },
    };
  };
}
