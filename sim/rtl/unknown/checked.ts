import { allNodes, type Netlist } from '../../../hdl-gen/ir/netlist.ts';
import type { Fault } from '../../../specs/fault.ts';
import { createInterpreter } from '../interpreter.ts';
import { registerLookup, unknownPort } from '../lookup.ts';
import { writeWords } from '../reading.ts';
import type { Port, Simulator, SimulatorOptions } from '../simulator.ts';
import { placesOf } from './places.ts';
import { createUnknownWatch, type UnknownWatch } from './watch.ts';

/** What a simulator with `unknowns: 'check'` can say besides. */
export interface UnknownBits {
  /** Unknown bits of an output as it reads now, as a pattern. Fault `SIM_PORT` for an unknown name. */
  ofOutput(name: string): bigint;
  /** Unknown bits of a register, as a pattern. Fault `SIM_REGISTER` for an unknown name. */
  ofRegister(name: string): bigint;
  /** Makes all registers unknown, as before the first reset: the coming clock has the number -1. */
  powerUp(): void;
  /** The same simulator without its checks: nothing raises, unknown bits read as one of the values that they can have. */
  readonly unchecked: Simulator;
}

/** A simulator that raises a Fault `SIM_UNKNOWN` where never-written state decides something. */
export function createChecked(circuit: Netlist, options: SimulatorOptions = {}): Simulator {
  const places = options.source === undefined ? new Map<string, string>() : placesOf(options.source);
  // Here what only a name needs is part of the circuit, so that its unknown bits are followed, too.
  const { names } = circuit;
  const netlist: Netlist =
    names === undefined ? circuit : { ...circuit, nodes: allNodes(circuit), names: { ...names, asides: [] } };
  const nets = new Map((names?.nets ?? []).map((net) => [net.name, net]));
  let watch: UnknownWatch | undefined;
  const unchecked = createInterpreter(netlist, options.toggles, (evaluator) => {
    watch = createUnknownWatch(netlist, evaluator, places);
    return watch;
  });
  const unknown = watch!;
  const registerIndex = registerLookup(netlist);
  const registers = new Set(unchecked.registers);
  const outputIndex = new Map(netlist.outputs.map(({ name }, index) => [name, index]));
  const observed = new Set(options.observed ?? outputIndex.keys());
  for (const name of observed) if (!outputIndex.has(name)) throw unknownPort(netlist, name);
  const refuse = (fault: Fault | null): void => {
    if (fault !== null) throw fault;
  };

  const ports = new Map<string, Port>();
  for (const [name, index] of outputIndex) {
    const port = unchecked.port(name);
    ports.set(name, {
      ...port,
      read: () => {
        if (observed.has(name)) refuse(unknown.readOutput(index));
        return port.read();
      },
      readBig: () => {
        if (observed.has(name)) refuse(unknown.readOutput(index));
        return port.readBig();
      },
    });
  }

  const peek = (name: string): bigint => {
    refuse(unknown.readRegister(registerIndex(name)));
    return unchecked.peek(name);
  };
  const get = (name: string): bigint => {
    const port = ports.get(name);
    if (port !== undefined) return port.readBig();
    const net = nets.get(name);
    if (net !== undefined) refuse(unknown.readNet(net));
    else if (registers.has(name)) return peek(name);
    return unchecked.get(name);
  };

  return {
    ...unchecked,
    get cycleCount() {
      return unchecked.cycleCount;
    },
    port: (name) => ports.get(name) ?? unchecked.port(name),
    cycle(n = 1) {
      for (let clock = 0; clock < n; clock += 1) {
        unchecked.cycle();
        refuse(unknown.finding);
      }
    },
    peek,
    get,
    observe: (asked) => {
      unchecked.observe(asked);
      return () => asked.map(get);
    },
    observeWords: (asked) => {
      const { start } = unchecked.observeWords(asked);
      return {
        start,
        read: (words, from) =>
          asked.forEach((name, at) => {
            writeWords(get(name), words, from + start[at]!, from + start[at + 1]!);
          }),
      };
    },
    unknowns: {
      ofOutput(name) {
        const index = outputIndex.get(name);
        if (index === undefined) throw unknownPort(netlist, name);
        return unknown.output(index);
      },
      ofRegister: (name) => unknown.register(registerIndex(name)),
      powerUp: () => unknown.powerUp(),
      unchecked,
    },
  };
}
