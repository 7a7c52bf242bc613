import { Fault } from '../../../specs/fault.ts';
import type { Stimulus } from './activity.ts';
import { energyOf, type GateEnergy } from './energy.ts';
import { instanceTables } from './energy-tables.ts';
import type { GateNetlist } from './netlist.ts';
import { criticalPaths } from './paths.ts';
import { simulateEvents } from './simulate-events.ts';
import { simulateZeroDelay } from './simulate-zero-delay.ts';
import { timing } from './timing.ts';
import type { LayoutEstimate } from './wire-model.ts';

/** Operands of a multiply-accumulate element, one pair per clock. */
export interface OperandStream {
  readonly a: Int16Array;
  readonly b: Int16Array;
}

export interface ElementFigures {
  /** µm². */
  readonly area: number;
  readonly cells: number;
  /** Seconds, wires included. */
  readonly minimumPeriod: number;
  /** Joules per multiply-accumulate: without glitches, with them, and with estimated wires and clock tree as well. */
  readonly zeroDelay: GateEnergy;
  readonly event: GateEnergy;
  readonly layout: GateEnergy;
}

/** Without leakage, which depends on the clock and not on the work. */
export function dynamicEnergy({ total, leakage }: GateEnergy): number {
  return total.total - leakage.total;
}

export interface MeasureOptions {
  /** Of the library's technology. */
  readonly layout: LayoutEstimate;
  /** Seconds per clock for leakage; the simulation itself takes a period in which every form settles. */
  readonly period?: number;
}

const resetClocks = 3;

function portOf(netlist: GateNetlist, name: string): Int32Array {
  const port = [...netlist.inputs, ...netlist.outputs].find((found) => found.name === name);
  if (port !== undefined) return port.nets;
  throw new Fault({
    code: 'GATE_ELEMENT',
    place: `module ${netlist.name}`,
    cause: `it has no port ${name}`,
    wayOut: 'give a mapped multiply-accumulate element: ports rst, clear, a, b and total',
  });
}

/** Drives the stream after a reset and compares every sum. */
function driver(netlist: GateNetlist, { a, b }: OperandStream) {
  const ports = { a: portOf(netlist, 'a'), b: portOf(netlist, 'b'), rst: portOf(netlist, 'rst')[0]! };
  const clear = portOf(netlist, 'clear')[0]!;
  const total = portOf(netlist, 'total');
  const sums = new Int32Array(a.length + 1);
  for (let at = 0; at < a.length; at++) sums[at + 1] = sums[at]! + a[at]! * b[at]!;
  const unused = 32 - total.length;
  const stimulus: Stimulus = (cycle, set) => {
    const at = cycle - resetClocks;
    set(ports.rst, at < 0 ? -1 : 0);
    set(clear, 0);
    ports.a.forEach((net, bit) => {
      set(net, at < 0 ? 0 : -((a[at]! >> bit) & 1));
    });
    ports.b.forEach((net, bit) => {
      set(net, at < 0 ? 0 : -((b[at]! >> bit) & 1));
    });
  };
  const observe = (cycle: number, get: (net: number) => number): void => {
    // An operand is at the port in one cycle, in its register in the next, in the sum in the one after.
    const done = cycle - resetClocks - 1;
    if (done < 0) return;
    let sum = 0;
    total.forEach((net, bit) => {
      sum |= (get(net) & 1) << bit;
    });
    if (sum << unused === sums[done]! << unused) return;
    throw new Fault({
      code: 'GATE_ELEMENT',
      place: `module ${netlist.name}`,
      cause: `its sum of ${done} products is ${(sum << unused) >> unused}, the true one ${(sums[done]! << unused) >> unused}`,
      wayOut:
        'give the netlist of an element without changes by hand; otherwise this is a fault in the project, please report it',
    });
  };
  return { stimulus, observe };
}

/**
 * Area, shortest period and energy of a mapped multiply-accumulate element (`MacElement`) on a stream of operands; every sum is
 * checked on the way. Accumulators of up to 32 bits. Errors: `GATE_ELEMENT`, `GATE_CELL`.
 */
export function measureElement(netlist: GateNetlist, stream: OperandStream, options: MeasureOptions): ElementFigures {
  const { layout, period = 10e-9 } = options;
  const run = { cycles: stream.a.length, warmUp: 0, ...driver(netlist, stream) };
  const cycles = stream.a.length - resetClocks;
  const bare = timing(netlist);
  const wired = timing(netlist, { wires: layout.wires });
  const { minimumPeriod } = criticalPaths(netlist, wired);
  const slow = 2 * minimumPeriod;
  const counted = { ...run, warmUp: 2 * resetClocks, cycles: cycles - resetClocks };
  const timed = (times: typeof bare, clockTree: number): GateEnergy => {
    const activity = simulateEvents(netlist, times, instanceTables(netlist, times), { ...counted, period: slow });
    return energyOf(netlist, times, activity, { period, clockTree });
  };
  const still = simulateZeroDelay(netlist, bare, instanceTables(netlist, bare), { ...counted, lanes: 1 });
  return {
    area: netlist.area,
    cells: netlist.cellNames.length,
    minimumPeriod,
    zeroDelay: energyOf(netlist, bare, still, { period }),
    event: timed(bare, 1),
    layout: timed(wired, layout.clockTree),
  };
}
