import { entry, type Technology } from '../../../specs/technology.ts';
import type { WireModel } from './load.ts';

/** What a layout adds to a netlist, from the numbers of a technology. */
export interface LayoutEstimate {
  readonly wires: WireModel;
  /** For `EnergyOptions.clockTree`. */
  readonly clockTree: number;
}

/**
 * Wires and clock tree of a technology: the middle of the bands, or one end of all of them. Taken from
 * `wires.capacitance`, `wires.pitches` and `clock.treePins`. Errors: `TECH_ENTRY_MISSING`, `TECH_ENTRY_UNIT`.
 */
export function layoutEstimate(technology: Technology, end: 'value' | 'low' | 'high' = 'value'): LayoutEstimate {
  return {
    wires: {
      cellPitches: entry(technology, 'wires.pitches', 'ratio')[end],
      faradsPerMetre: entry(technology, 'wires.capacitance', 'F/m')[end],
    },
    clockTree: entry(technology, 'clock.treePins', 'ratio')[end],
  };
}
