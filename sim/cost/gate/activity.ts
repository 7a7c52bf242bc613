import { Fault } from '../../../specs/fault.ts';
import type { GateNetlist } from './netlist.ts';

/** What a simulation counted. Arrays are per net; energies in joules. */
export interface GateActivity {
  /** Clock cycles counted, over all lanes. */
  readonly cycles: number;
  /** Transitions of each net. */
  readonly toggles: Float64Array;
  /** Of these, the ones beyond what the settled values ask for. */
  readonly glitches: Float64Array;
  /** Cycles at whose end the net is high. */
  readonly high: Float64Array;
  /** Energy drawn inside cells because the net moved: in the cell that drives it and in those that read it. */
  readonly internal: Float64Array;
  /** The share of `internal` that glitches cause. */
  readonly glitchInternal: Float64Array;
  /** Energy drawn inside cells by edges of the clock network. */
  readonly clockInternal: number;
  /** Events processed; 0 for simulations without time. */
  readonly events: number;
}

/** Writes the value of every input bit (or 32 lanes of it) for one cycle, by net number. */
export type Stimulus = (cycle: number, set: (net: number, value: number) => void) => void;

/** Reads settled values at the end of a cycle. */
export type Observer = (cycle: number, get: (net: number) => number) => void;

export interface SimulationOptions {
  /** Cycles to count. */
  readonly cycles: number;
  /** Cycles before these, simulated but not counted. */
  readonly warmUp?: number;
  /** Called for every cycle, warm-up included (cycle counts from 0). Inputs change right after the rising clock edge. */
  readonly stimulus: Stimulus;
  /** Called after every cycle with the settled values. */
  readonly observe?: Observer;
}

/** Refuses what cannot be simulated. Errors: `GATE_OPTION`, `GATE_CELL`. */
export function checkSimulation(netlist: GateNetlist, { cycles, warmUp = 0 }: SimulationOptions): void {
  if (!Number.isSafeInteger(cycles) || cycles < 1 || !Number.isSafeInteger(warmUp) || warmUp < 0) {
    throw new Fault({
      code: 'GATE_OPTION',
      place: 'gate-level simulation',
      cause: `${cycles} cycles after ${warmUp} cycles of warm-up cannot be simulated`,
      wayOut: 'give whole numbers, at least 1 cycle',
    });
  }
  const opaque = netlist.cellKind.findIndex((kind) => netlist.kinds[kind]!.isOpaque);
  if (opaque < 0) return;
  throw new Fault({
    code: 'GATE_CELL',
    place: `module ${netlist.name}, cell ${netlist.cellNames[opaque]}`,
    cause: `${netlist.kinds[netlist.cellKind[opaque]!]!.cell.name} has no function in the library`,
    wayOut: "take macros out of the part that is simulated and count their accesses at the library's energies",
  });
}
