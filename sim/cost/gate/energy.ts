import { Fault } from '../../../specs/fault.ts';
import type { GateActivity } from './activity.ts';
import { leakageOf } from './leakage.ts';
import type { GateNetlist } from './netlist.ts';
import { driver } from './netlist.ts';
import type { GateTiming } from './timing.ts';

/** Joules of one part: everything, and the share that glitches cause. */
export interface Part {
  readonly total: number;
  readonly glitches: number;
}

/** Joules per clock cycle, part by part; `total` is their sum. */
export interface GateEnergy {
  /** Charging the input pins that a net drives: half C V² per transition. Nets of input ports count too. */
  readonly switching: Part;
  /** Drawn inside cells (short circuits, inner nodes). */
  readonly internal: Part;
  /** Charging estimated wires; 0 without a wire model. */
  readonly wires: Part;
  /** Clock pins: inside the cells, and charging the pins. */
  readonly clock: Part;
  /** Estimated clock tree beyond the clock pins; 0 without an estimate. */
  readonly clockTree: Part;
  /** Leakage over one period. */
  readonly leakage: Part;
  readonly total: Part;
}

export interface EnergyOptions {
  /** Seconds per cycle: leakage is paid for that long. */
  readonly period: number;
  /**
   * Energy of the whole clock tree, clock pins included, over the charging of the clock pins alone: at least 1.
   * Without it the clock is ideal and only its pins are paid.
   */
  readonly clockTree?: number;
}

const part = (total: number, glitches = 0): Part => ({ total, glitches });

/** Energy per cycle of what a simulation counted. Errors: `GATE_OPTION`. */
export function energyOf(
  netlist: GateNetlist,
  timing: GateTiming,
  activity: GateActivity,
  options: EnergyOptions,
): GateEnergy {
  const { period, clockTree = 1 } = options;
  if (!(period > 0 && clockTree >= 1)) {
    throw new Fault({
      code: 'GATE_OPTION',
      place: 'gate-level energy',
      cause: `a period of ${period} s with a clock tree of ${clockTree} x the clock pins has no energy`,
      wayOut: 'give a period above 0 and a clock tree of at least 1',
    });
  }
  const { loads, clock } = timing;
  const { cycles, toggles, glitches, internal, glitchInternal } = activity;
  const halfSquare = (netlist.voltage * netlist.voltage) / 2;
  let pins = 0;
  let pinGlitches = 0;
  let wires = 0;
  let wireGlitches = 0;
  let inside = 0;
  let insideGlitches = 0;
  let clockPins = 0;
  for (let net = 0; net < toggles.length; net++) {
    if (netlist.driverCell[net] === driver.constant) continue;
    const charge = halfSquare * loads.pins[net]!;
    if (clock.isClock[net] === 1) {
      clockPins += toggles[net]! * charge;
      continue;
    }
    pins += toggles[net]! * charge;
    pinGlitches += glitches[net]! * charge;
    wires += toggles[net]! * halfSquare * loads.wires[net]!;
    wireGlitches += glitches[net]! * halfSquare * loads.wires[net]!;
    inside += internal[net]!;
    insideGlitches += glitchInternal[net]!;
  }
  const parts = {
    switching: part(pins / cycles, pinGlitches / cycles),
    internal: part(inside / cycles, insideGlitches / cycles),
    wires: part(wires / cycles, wireGlitches / cycles),
    clock: part((activity.clockInternal + clockPins) / cycles),
    clockTree: part(((clockTree - 1) * clockPins) / cycles),
    leakage: part(leakageOf(netlist, clock, activity) * period),
  };
  const all = Object.values(parts);
  const sum = (of: (found: Part) => number): number => all.reduce((total, found) => total + of(found), 0);
  return {
    ...parts,
    total: part(
      sum((found) => found.total),
      sum((found) => found.glitches),
    ),
  };
}
