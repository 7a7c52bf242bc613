import type { Band } from '../../../specs/result.ts';
import { type ToggleCell, type ToggleEnergies, toggleCell } from '../../../specs/toggle-energy.ts';
import type { ClockGates } from '../clock-gates.ts';
import type { ShellInstance } from '../replay/instances.ts';
import type { ClockReach, StagePricer } from '../replay/sampled.ts';
import type { BitProgram } from './bit-program.ts';
import { bitsOfDesign } from './bits-of-design.ts';
import { type CellJoules, type Clocked, cellEnergy, cellLeakage } from './cell-energy.ts';
import { type ToggleCounter, type ToggleCounts, toggleCounter } from './count-toggles.ts';
import { windowCounter } from './shell-toggles.ts';
import { termsOf } from './terms.ts';
import { type TogglePlan, togglePlan } from './toggle-plan.ts';

/** Modules that are no multiply-accumulate lanes. */
export const logicCell = 'design.logic';

/**
 * The kind of cell that an instance is priced as: multiply-accumulate lanes by the form of their arithmetic, or by their weights where these
 * need no multiplier, and whether clock gates stand in them; all else as logic.
 */
export function cellNameOf({ shell }: ShellInstance, hasClockGates = false): string {
  const lane = /^mac_lane_(?:(split|fused|booth|plain)_(gated_)?)?(?:\d+_[su]\d+x(ternary|binary)_)?/.exec(
    shell.module.name,
  );
  if (lane === null) return logicCell;
  const [, form = 'plain', gated, weights] = lane;
  // The registers of these have enables in every design, and so gates wherever there are any.
  if (weights !== undefined) return `design.lane.${weights}${hasClockGates ? '.gated' : ''}`;
  return `design.lane.${form}${hasClockGates && gated !== undefined ? '.gated' : ''}`;
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

/** What is clocked, in the mean of the clocks that were counted, at one end of what gates draw and leave over. */
export function clockedBits(
  { clocked, gated }: BitProgram,
  { clocks, open }: ToggleCounts,
  gates: ClockGates | null,
  end: keyof Band = 'value',
): Clocked {
  if (gates === null) return { pins: clocked, tree: clocked };
  const behind = gated.reduce((sum, { bits }, at) => sum + bits * (1 - open[at]! / clocks), 0);
  const flipFlops = clocked - behind * (1 - gates.rest[end]);
  return {
    pins: flipFlops + gated.length * gates.energy[end],
    tree: flipFlops + gated.length * gates.tree[end],
  };
}

const reachesOf = (value: CellJoules, low: CellJoules, high: CellJoules): Record<ClockReach, number> => ({
  clockBelow: value.clock - low.clock,
  clockAbove: high.clock - value.clock,
  clockTreeBelow: value.clockTree - low.clockTree,
  clockTreeAbove: high.clockTree - value.clockTree,
});

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
    const cell = toggleCell(energies, cellNameOf(instance, gates !== null));
    const plan = togglePlan(bitsOfDesign(instance.shell.design, gates !== null), timesOf(cell));
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
        const terms = termsOf(plan, counts);
        const at = (end: keyof Band) => energy(terms, clockedBits(plan.program, counts, gates, end));
        const found = { ...at('value'), leakage };
        return gates === null ? found : { ...found, ...reachesOf(found, at('low'), at('high')) };
      });
  };
}
