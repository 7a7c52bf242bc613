import { type ClockNetwork, clockNetwork } from './clock.ts';
import type { TimingArc } from './liberty/library.ts';
import { lookUp } from './liberty/table.ts';
import { type NetLoads, netLoads, type WireModel } from './load.ts';
import { driver, type GateNetlist } from './netlist.ts';
import { cellOrder, cutsPaths } from './order.ts';

export interface TimingOptions {
  /** Clock port; found when there is only one candidate. */
  readonly clock?: string | null;
  readonly wires?: WireModel | null;
  /** Transition of input ports and of the clock at every clock pin, seconds. The clock is ideal: no skew, no latency. */
  readonly inputSlew?: number;
  readonly clockSlew?: number;
}

/** Where paths begin: at the rising or the falling edge of the clock, or at an input port that changes at time 0. */
export const launches = ['rise', 'fall', 'input'] as const;

/** Arrays over nets hold two entries per net, `2 * net` for the rising and `2 * net + 1` for the falling edge. */
export interface GateTiming {
  readonly clock: ClockNetwork;
  readonly loads: NetLoads;
  readonly order: Int32Array;
  /** Seconds; the slowest transition that can occur. */
  readonly slew: Float64Array;
  /** Seconds after the launch, per launch of `launches`; -Infinity where no path leads. */
  readonly arrival: readonly Float64Array[];
  /** The edge (2 * net + edge) and the cell an arrival came through, for tracing paths; -1 at their begin. */
  readonly cameFrom: readonly Int32Array[];
}

const combinational = new Set(['combinational', 'combinational_rise', 'combinational_fall']);
const rising = 0;
const falling = 1;

/** Output edges an arc can make of an input edge. */
export function arcMakes(arc: TimingArc, inputEdge: number, outputEdge: number): boolean {
  if (arc.delay[outputEdge] == null) return false;
  if (arc.type === 'rising_edge') return inputEdge === rising;
  if (arc.type === 'falling_edge') return inputEdge === falling;
  if (arc.sense === 'positive_unate') return inputEdge === outputEdge;
  return arc.sense === 'non_unate' || inputEdge !== outputEdge;
}

/** Arcs that launch data at a clock edge or pass it on; those of clear, preset and tri-state are not timed. */
function isTimed(arc: TimingArc): boolean {
  return combinational.has(arc.type) || arc.type === 'rising_edge' || arc.type === 'falling_edge';
}

function propagate(netlist: GateNetlist, timing: GateTiming, cell: number): void {
  const { kinds, cellKind, inputStart, inputNet, outputStart, outputNet } = netlist;
  const { clock, loads, slew, arrival, cameFrom } = timing;
  const kind = kinds[cellKind[cell]!]!;
  kind.outputs.forEach((pin, position) => {
    const net = outputNet[outputStart[cell]! + position]!;
    if (net < 0 || clock.isClock[net] === 1) return;
    for (const arc of pin.arcs) {
      const input = kind.inputs.findIndex((found) => found.name === arc.related);
      if (input < 0 || !isTimed(arc)) continue;
      const from = inputNet[inputStart[cell]! + input]!;
      for (let outputEdge = 0; outputEdge < 2; outputEdge++) {
        for (let inputEdge = 0; inputEdge < 2; inputEdge++) {
          if (!arcMakes(arc, inputEdge, outputEdge)) continue;
          const source = 2 * from + inputEdge;
          const target = 2 * net + outputEdge;
          const load = loads.byEdge[target]!;
          const delay = lookUp(arc.delay[outputEdge]!, slew[source]!, load);
          const table = arc.transition[outputEdge];
          if (table != null) slew[target] = Math.max(slew[target]!, lookUp(table, slew[source]!, load));
          for (let launch = 0; launch < launches.length; launch++) {
            const at = arrival[launch]![source]! + delay;
            if (at <= arrival[launch]![target]!) continue;
            arrival[launch]![target] = at;
            cameFrom[launch]![target] = source;
          }
        }
      }
    }
  });
}

/**
 * Static timing: every arc's delay from the slew at its input and the load at its output, slowest slews and latest
 * arrivals passed on, as timing tools do it. Latches count as transparent.
 * Errors: `GATE_LOOP`, `GATE_CLOCK`, `GATE_OPTION`.
 */
export function timing(netlist: GateNetlist, options: TimingOptions = {}): GateTiming {
  const { netNames, driverCell, cellKind } = netlist;
  const clock = clockNetwork(netlist, options.clock ?? null);
  const edges = 2 * netNames.length;
  const result: GateTiming = {
    clock,
    loads: netLoads(netlist, clock, options.wires ?? null),
    order: cellOrder(netlist),
    slew: new Float64Array(edges),
    arrival: launches.map(() => new Float64Array(edges).fill(Number.NEGATIVE_INFINITY)),
    cameFrom: launches.map(() => new Int32Array(edges).fill(-1)),
  };
  for (let net = 0; net < netNames.length; net++) {
    const isClock = clock.isClock[net] === 1;
    if (!isClock && driverCell[net] !== driver.input) continue;
    for (let edge = 0; edge < 2; edge++) {
      result.slew[2 * net + edge] = isClock ? (options.clockSlew ?? 0) : (options.inputSlew ?? 0);
      // A clock edge launches at the edge itself; an input at time 0 with either edge.
      result.arrival[isClock ? edge : 2]![2 * net + edge] = 0;
    }
  }
  const cut = result.order.filter((cell) => cutsPaths(netlist, cell));
  const gates = result.order.filter((cell) => !cutsPaths(netlist, cell));
  for (let at = 0; at < cellKind.length; at++) {
    propagate(netlist, result, at < cut.length ? cut[at]! : gates[at - cut.length]!);
  }
  return result;
}
