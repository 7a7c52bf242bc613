import { lookUp } from './liberty/table.ts';
import type { GateNetlist } from './netlist.ts';
import { registerName } from './register-name.ts';
import { type GateTiming, launches } from './timing.ts';

/** One gate of a path: the net it drives, with which edge, when. */
export interface PathStage {
  readonly net: string;
  /** Whether the name of the net is the design's own. */
  readonly isNamed: boolean;
  readonly edge: 'rise' | 'fall';
  /** Library cell that drives the net; null at an input port. */
  readonly cell: string | null;
  /** File and line of the design's text, where synthesis kept it. */
  readonly source: string;
  /** Seconds: of this stage, and since the launch. */
  readonly delay: number;
  readonly arrival: number;
}

export interface TimingPath {
  /** The register output or input port where the path starts, in the design's own terms. */
  readonly from: string;
  /** The register input or output port where it ends: the register by what it drives. */
  readonly to: string;
  readonly stages: readonly PathStage[];
  /** Seconds; 0 at an output port. */
  readonly setup: number;
  /** Seconds: arrival and setup; twice that when launch and capture are half a clock apart. */
  readonly required: number;
}

export interface CriticalPaths {
  /** Decides the clock; null when no path runs from register to register. */
  readonly registerToRegister: TimingPath | null;
  readonly inputToRegister: TimingPath | null;
  readonly registerToOutput: TimingPath | null;
  readonly inputToOutput: TimingPath | null;
  /** Shortest clock period of the register-to-register paths, seconds; 0 when there are none. */
  readonly minimumPeriod: number;
  /** Hertz; Infinity when there are no such paths. */
  readonly maximumFrequency: number;
}

interface End {
  readonly launch: number;
  readonly edge: number;
  readonly setup: number;
  readonly required: number;
  readonly to: string;
}

const inputLaunch = launches.indexOf('input');
const edgeNames = ['rise', 'fall'] as const;

function trace(netlist: GateNetlist, timing: GateTiming, end: End): TimingPath {
  const { netNames, netIsNamed, driverCell, cellKind, kinds, cellSources } = netlist;
  const { arrival, cameFrom, clock } = timing;
  const stages: PathStage[] = [];
  /** Cell that drives the first net: the register, unless the path starts at a port. */
  let launching = -1;
  for (let at = end.edge; at >= 0; at = cameFrom[end.launch]![at]!) {
    const net = at >> 1;
    if (clock.isClock[net] === 1) break;
    const cell = driverCell[net]!;
    const before = cameFrom[end.launch]![at]!;
    const reached = arrival[end.launch]![at]!;
    launching = cell;
    stages.push({
      net: netNames[net]!,
      isNamed: netIsNamed[net] === 1,
      edge: edgeNames[at & 1]!,
      cell: cell >= 0 ? kinds[cellKind[cell]!]!.cell.name : null,
      source: cell >= 0 ? cellSources[cell]! : '',
      delay: before < 0 ? reached : reached - arrival[end.launch]![before]!,
      arrival: reached,
    });
  }
  stages.reverse();
  const from = launching < 0 ? (stages[0]?.net ?? end.to) : registerName(netlist, launching);
  return { from, to: end.to, stages, setup: end.setup, required: end.required };
}

function* registerEnds(netlist: GateNetlist, timing: GateTiming): Generator<End> {
  const { kinds, cellKind, inputStart, inputNet } = netlist;
  const { arrival, slew } = timing;
  for (let cell = 0; cell < cellKind.length; cell++) {
    const kind = kinds[cellKind[cell]!]!;
    for (const [position, pin] of kind.inputs.entries()) {
      const net = inputNet[inputStart[cell]! + position]!;
      for (const arc of pin.arcs) {
        if (arc.type !== 'setup_rising' && arc.type !== 'setup_falling') continue;
        const clockPin = kind.inputs.findIndex((found) => found.name === arc.related);
        if (clockPin < 0) continue;
        const captureEdge = arc.type === 'setup_rising' ? 0 : 1;
        const clockNet = inputNet[inputStart[cell]! + clockPin]!;
        for (let edge = 0; edge < 2; edge++) {
          const table = arc.constraint[edge];
          if (table == null) continue;
          const setup = lookUp(table, slew[2 * clockNet + captureEdge]!, slew[2 * net + edge]!);
          for (let launch = 0; launch < launches.length; launch++) {
            const reached = arrival[launch]![2 * net + edge]!;
            if (reached === Number.NEGATIVE_INFINITY) continue;
            const halves = launch === inputLaunch || launch === captureEdge ? 1 : 2;
            const to = registerName(netlist, cell);
            yield { launch, edge: 2 * net + edge, setup, required: halves * (reached + setup), to };
          }
        }
      }
    }
  }
}

function* outputEnds(netlist: GateNetlist, timing: GateTiming): Generator<End> {
  for (const port of netlist.outputs) {
    for (const [bit, net] of port.nets.entries()) {
      const to = port.nets.length === 1 ? port.name : `${port.name}[${bit}]`;
      for (let launch = 0; launch < launches.length; launch++) {
        for (let edge = 2 * net; edge < 2 * net + 2; edge++) {
          const required = timing.arrival[launch]![edge]!;
          if (required !== Number.NEGATIVE_INFINITY) yield { launch, edge, setup: 0, required, to };
        }
      }
    }
  }
}

/** The slowest path of each class, named in the design's own terms, and the clock that the registers allow. */
export function criticalPaths(netlist: GateNetlist, timing: GateTiming): CriticalPaths {
  const worst = (ends: Iterable<End>, fromInput: boolean): TimingPath | null => {
    let found: End | null = null;
    for (const end of ends) {
      if ((end.launch === inputLaunch) === fromInput && end.required > (found?.required ?? Number.NEGATIVE_INFINITY)) {
        found = end;
      }
    }
    return found === null ? null : trace(netlist, timing, found);
  };
  const inRegisters = [...registerEnds(netlist, timing)];
  const atOutputs = [...outputEnds(netlist, timing)];
  const registerToRegister = worst(inRegisters, false);
  const minimumPeriod = Math.max(0, registerToRegister?.required ?? 0);
  return {
    registerToRegister,
    inputToRegister: worst(inRegisters, true),
    registerToOutput: worst(atOutputs, false),
    inputToOutput: worst(atOutputs, true),
    minimumPeriod,
    maximumFrequency: 1 / minimumPeriod,
  };
}
