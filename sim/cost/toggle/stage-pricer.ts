import { type ToggleCell, type ToggleEnergies, toggleCell } from '../../../specs/toggle-energy.ts';
import type { ClockGates } from '../clock-gates.ts';
import type { ShellInstance } from '../replay/instances.ts';
import type { StagePricer } from '../replay/sampled.ts';
import type { BitProgram } from './bit-program.ts';
import { cellEnergy, cellLeakage } from './cell-energy.ts';
import { type ToggleCounter, type ToggleCounts, toggleCounter } from './count-toggles.ts';
import { shellBits, windowCounter } from './shell-toggles.ts';
import { termsOf } from './terms.ts';
import { type TogglePlan, togglePlan } from './toggle-plan.ts';

/** Modules that are no multiply-accumulate lanes. */
export const logicCell = 'design.logic';

/** The kind of cell that an instance is priced as: multiply-accumulate lanes by the form of their arithmetic, all else as logic. */
export function cellNameOf({ shell }: ShellInstance): string {
  const lane = /^mac_lane_(?:(split|fused|booth|plain)_)?/.exec(shell.module.name);
  return lane === null ? logicCell : `design.lane.${lane[1] ?? 'plain'}`;
}

const timesOf = ({ arrivals, loadDelay }: ToggleCell) => ({
  arrivals: arrivals === null ? null : new Map(Object.entries(arrivals)),
  loadDelay,
});

/** What a module is counted and priced with. */
interface Planned {
  readonly plan: TogglePlan;
  readonly count: ToggleCounter;
  readonly cell: ToggleCell;
}

/** Flip-flops' worth of clock, in the mean of the clocks that were counted. */
function clockedBits({ clocked, gated }: BitProgram, { clocks, open }: ToggleCounts, gates: ClockGates | null): number {
  if (gates === null) return clocked;
  return gated.reduce(
    (sum, { bits }, at) => sum + gates.energy - bits * (1 - open[at]! / clocks) * (1 - gates.rest),
    clocked,
  );
}

/**
 * Prices windows by toggles and fitted energies; `period` is that of the design's clock, `gates` null without clock gating.
 * Errors: `T1_MISSING`.
 */
export function togglePricer(energies: ToggleEnergies, period: number, gates: ClockGates | null = null): StagePricer {
  const plans = new Map<string, Planned>();
  const planOf = (instance: ShellInstance) => {
    const { name } = instance.shell.module;
    const known = plans.get(name);
    if (known !== undefined) return known;
    const cell = toggleCell(energies, cellNameOf(instance));
    const plan = togglePlan(shellBits(instance.shell), timesOf(cell));
    const made = { plan, count: toggleCounter(plan), cell };
    plans.set(name, made);
    return made;
  };
  return ({ own, names }) => {
    const columns = new Map(names.map((name, column) => [name, column]));
    const priced = own.map((instance) => {
      const { plan, count, cell } = planOf(instance);
      const toggles = windowCounter(plan.program, count, instance, columns);
      return { plan, toggles, energy: cellEnergy(cell), leakage: cellLeakage(cell, plan.program) * period };
    });
    return (rows) =>
      priced.map(({ plan, toggles, energy, leakage }) => {
        const counts = toggles(rows);
        return { ...energy(termsOf(plan, counts), clockedBits(plan.program, counts, gates)), leakage };
      });
  };
}
