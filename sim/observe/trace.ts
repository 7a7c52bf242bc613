import { allNodes, type Netlist } from '../../hdl-gen/ir/netlist.ts';
import { unknownName } from '../rtl/lookup.ts';
import type { Simulator } from '../rtl/simulator.ts';

export interface TraceSignal {
  /** Hierarchical, dots between instances. */
  readonly name: string;
  readonly kind: 'input' | 'output' | 'register' | 'net';
  readonly width: number;
  readonly signed: boolean;
}

/** What every signal was, clock by clock. */
export interface Trace {
  /** Name of the top module. */
  readonly name: string;
  readonly signals: readonly TraceSignal[];
  /** `values[signal][clock]`: the bit pattern during the clock, just before its edge. */
  readonly values: readonly (readonly bigint[])[];
  /** Whether the synchronous reset was 1, one entry per clock. */
  readonly resets: readonly boolean[];
}

/** Clocks of reset with which the trace begins: the clock after them is clock 0. */
export function leadingResets({ resets }: Trace): number {
  const first = resets.indexOf(false);
  return first < 0 ? resets.length : first;
}

export interface Recorder {
  /** Grows with every clock. */
  readonly trace: Trace;
  /**
   * One clock of the simulator, recorded. With `reset` the registers that have a reset value take it at the edge;
   * the others, and memories, do what they always do.
   */
  cycle(reset?: boolean): void;
}

function netSignal(netlist: Netlist, name: string): TraceSignal {
  const net = netlist.names?.nets.find((one) => one.name === name);
  if (net === undefined) throw unknownName(netlist, name);
  const { width, signed } = allNodes(netlist)[net.node]!;
  return { name, kind: 'net', width, signed };
}

/** Records ports, registers and the given nets of a simulator that is clocked through the recorder only. Fault `SIM_NAME`. */
export function createRecorder(simulator: Simulator, nets: readonly string[] = []): Recorder {
  const { netlist } = simulator;
  // What is recorded decides nothing, so that it may be unknown; and so may everything during a reset.
  const unchecked = simulator.unknowns?.unchecked ?? simulator;
  const ports = [...netlist.inputs, ...netlist.outputs].map(({ name }) => unchecked.port(name));
  const signals: readonly TraceSignal[] = [
    ...ports.map(({ name, direction, width, signed }) => ({ name, kind: direction, width, signed })),
    ...netlist.registers.map(({ name, width, signed }) => ({ name, kind: 'register' as const, width, signed })),
    ...nets.map((name) => netSignal(netlist, name)),
  ];
  const readNets = unchecked.observe(nets);
  const firstNet = signals.length - nets.length;
  const values = signals.map((): bigint[] => []);
  const resets: boolean[] = [];
  const keep = (signal: number, value: bigint): void => {
    values[signal]!.push(BigInt.asUintN(signals[signal]!.width, value));
  };
  return {
    trace: { name: netlist.name, signals, values, resets },
    cycle: (reset = false) => {
      for (const [index, name] of simulator.registers.entries()) keep(ports.length + index, unchecked.peek(name));
      for (const [index, value] of readNets().entries()) keep(firstNet + index, value);
      (reset ? unchecked : simulator).cycle();
      for (const [index, port] of ports.entries()) keep(index, port.readBig());
      resets.push(reset);
      if (!reset) return;
      for (const { name, init } of netlist.registers) if (init !== null) simulator.poke(name, init);
    },
  };
}
