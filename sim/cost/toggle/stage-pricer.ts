import { type ToggleCell, type ToggleEnergies, toggleCell } from '../../../specs/toggle-energy.ts';
import type { ShellInstance } from '../replay/instances.ts';
import type { StagePricer } from '../replay/sampled.ts';
import { cellEnergy, cellLeakage } from './cell-energy.ts';
import { shellBits, windowToggles } from './shell-toggles.ts';
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

/** Prices windows by toggles and fitted energies; `period` is that of the design's clock. Errors: `T1_MISSING`. */
export function togglePricer(energies: ToggleEnergies, period: number): StagePricer {
  const plans = new Map<string, { readonly plan: TogglePlan; readonly cell: ToggleCell }>();
  const planOf = (instance: ShellInstance) => {
    const { name } = instance.shell.module;
    const known = plans.get(name);
    if (known !== undefined) return known;
    const cell = toggleCell(energies, cellNameOf(instance));
    const made = { plan: togglePlan(shellBits(instance.shell), timesOf(cell)), cell };
    plans.set(name, made);
    return made;
  };
  return ({ own, names }) => {
    const columns = new Map(names.map((name, column) => [name, column]));
    const priced = own.map((instance) => {
      const { plan, cell } = planOf(instance);
      return { instance, plan, energy: cellEnergy(cell), leakage: cellLeakage(cell, plan.program) * period };
    });
    return (rows) =>
      priced.map(({ instance, plan, energy, leakage }) => {
        const terms = termsOf(plan, windowToggles(plan, instance, columns, rows));
        return { ...energy(terms, plan.program.clocked), leakage };
      });
  };
}
