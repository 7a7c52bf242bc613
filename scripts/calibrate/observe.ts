import type { Part } from '../../sim/cost/gate/energy.ts';
import type { ShellInstance } from '../../sim/cost/replay/instances.ts';
import { type MappedShell, replayWindow } from '../../sim/cost/replay/replay.ts';
import type { Rows } from '../../sim/cost/replay/rows.ts';
import type { Clocked } from '../../sim/cost/toggle/cell-energy.ts';
import { windowToggles } from '../../sim/cost/toggle/shell-toggles.ts';
import { termsOf } from '../../sim/cost/toggle/terms.ts';
import type { TogglePlan } from '../../sim/cost/toggle/toggle-plan.ts';

/** What a window took at gate level, joules per clock. */
export interface WindowEnergy {
  readonly logic: Part;
  readonly wires: Part;
  readonly pins: number;
  readonly tree: number;
}

/** The same, with what moved in it. */
export interface WindowObservation extends WindowEnergy {
  /** Of the data. */
  readonly kind: string;
  readonly clocks: number;
  readonly terms: readonly number[];
  readonly clocked: Clocked;
  /** Wanted transitions per clock of every bit, where all windows are of one and the same circuit. */
  readonly bits?: Float64Array;
}

/** Everything but leakage, which depends on the clock and not on the work. */
export const dynamicOf = ({ logic, wires, pins, tree }: WindowEnergy): number =>
  logic.total + wires.total + pins + tree;

/** A window of one kind of data, before it is known what times the bits have. */
export interface MeasuredWindow {
  readonly kind: string;
  readonly rows: Rows;
  readonly energy: WindowEnergy;
}

/** Leakage is left out, so any period will do. */
const period = 10e-9;

/** Errors: those of `replayWindow`: what the gates give is held against the description in every clock. */
export function measureWindow(
  gates: MappedShell & { readonly clockTree: number },
  instance: ShellInstance,
  columns: ReadonlyMap<string, number>,
  rows: Rows,
): WindowEnergy {
  const energy = replayWindow(gates, instance, columns, rows, { period, clockTree: gates.clockTree });
  return {
    logic: {
      total: energy.switching.total + energy.internal.total,
      glitches: energy.switching.glitches + energy.internal.glitches,
    },
    wires: energy.wires,
    pins: energy.clock.total,
    tree: energy.clockTree.total,
  };
}

export function observeWindow(
  { kind, rows, energy }: MeasuredWindow,
  plan: TogglePlan,
  instance: ShellInstance,
  columns: ReadonlyMap<string, number>,
): WindowObservation {
  const { clocked: flipFlops } = plan.program;
  const counts = windowToggles(plan, instance, columns, rows);
  return {
    ...energy,
    kind,
    clocks: counts.clocks,
    terms: termsOf(plan, counts),
    bits: counts.wanted.map((transitions) => transitions / counts.clocks),
    clocked: { pins: flipFlops, tree: flipFlops },
  };
}
