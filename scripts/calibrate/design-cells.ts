import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import type { TensorData } from '../../models/graph.ts';
import type { ClockGates } from '../../sim/cost/clock-gates.ts';
import type { GateEnergy } from '../../sim/cost/gate/energy.ts';
import type { ShellInstance } from '../../sim/cost/replay/instances.ts';
import { type MappedShell, replayWindow } from '../../sim/cost/replay/replay.ts';
import { parts, sampledBy } from '../../sim/cost/replay/sampled.ts';
import { steadyRun } from '../../sim/cost/replay/span.ts';
import type { Sampling } from '../../sim/cost/replay/strata.ts';
import { bitsOfDesign } from '../../sim/cost/toggle/bits-of-design.ts';
import { type Clocked, operationsOf } from '../../sim/cost/toggle/cell-energy.ts';
import { windowToggles } from '../../sim/cost/toggle/shell-toggles.ts';
import { cellNameOf, clockedBits } from '../../sim/cost/toggle/stage-pricer.ts';
import { termsOf } from '../../sim/cost/toggle/terms.ts';
import { togglePlan } from '../../sim/cost/toggle/toggle-plan.ts';
import type { WindowObservation } from './observe.ts';

/** An instance of a whole design over all its sampled windows. */
export interface InstanceObservation extends WindowObservation {
  readonly cell: string;
  readonly design: string;
  readonly flipFlops: number;
  /** Watts. */
  readonly leakage: number;
  readonly operations: number;
}

export interface DesignRun {
  readonly name: string;
  readonly accelerator: Accelerator;
  readonly inputs: TensorData;
  readonly mapped: ReadonlyMap<string, MappedShell>;
  readonly clockTree: number;
  /** Kinds of cells that are looked at; the others are left out. */
  readonly cells: readonly string[];
  /** Null where the design has no clock gates. */
  readonly gates: ClockGates | null;
}

const period = 10e-9;
const calibrationSampling: Sampling = { by: 'registers', clocks: 31, strata: 4, perStratum: 4, seed: 1 };
const noParts = Object.fromEntries(parts.map((part) => [part, 0])) as Record<(typeof parts)[number], number>;

interface Sums {
  readonly energies: GateEnergy[];
  readonly terms: number[][];
  readonly clocked: Clocked[];
}

/** Gate level and toggles of instances of a design on the same sampled windows, one result for each way of delaying by load. */
export function observeDesign(run: DesignRun, loadDelays: readonly number[]): InstanceObservation[][] {
  const { name, accelerator, inputs, mapped, clockTree, cells, gates } = run;
  const cellOf = (instance: ShellInstance): string => cellNameOf(instance, gates !== null);
  const programs = new Map<string, ReturnType<typeof planned>>();
  const planned = (instance: ShellInstance) => {
    const program = bitsOfDesign(instance.shell.design, gates !== null);
    return { program, plans: loadDelays.map((loadDelay) => togglePlan(program, { arrivals: null, loadDelay })) };
  };
  const plansOf = (instance: ShellInstance) => {
    const key = instance.shell.module.name;
    const known = programs.get(key) ?? planned(instance);
    programs.set(key, known);
    return known;
  };
  const seen = new Map<ShellInstance, Sums[]>();
  const clocks = Math.min(calibrationSampling.clocks, steadyRun(accelerator).span.length);
  const sampling = { ...calibrationSampling, clocks };
  sampledBy({ accelerator, inputs, sampling }, ({ own, names }) => {
    const columns = new Map(names.map((column, at) => [column, at]));
    const wanted = own.filter((instance) => cells.includes(cellOf(instance)));
    for (const instance of wanted)
      seen.set(
        instance,
        loadDelays.map(() => ({ energies: [], terms: [], clocked: [] })),
      );
    return (rows) =>
      own.map((instance) => {
        if (!wanted.includes(instance)) return noParts;
        const { plans } = plansOf(instance);
        const energy = replayWindow(mapped.get(instance.shell.module.name)!, instance, columns, rows, {
          period,
          clockTree,
        });
        plans.forEach((plan, at) => {
          const sums = seen.get(instance)![at]!;
          sums.energies.push(energy);
          const counts = windowToggles(plan, instance, columns, rows);
          sums.terms.push(termsOf(plan, counts));
          sums.clocked.push(clockedBits(plan.program, counts, gates));
        });
        return noParts;
      });
  });
  return loadDelays.map((_, at) =>
    [...seen].map(([instance, all]) => {
      const { energies, terms, clocked } = all[at]!;
      const { program } = plansOf(instance);
      const mean = (of: (energy: GateEnergy) => number): number =>
        energies.reduce((sum, energy) => sum + of(energy), 0) / energies.length;
      const meanClocked = (part: keyof Clocked): number =>
        clocked.reduce((sum, own) => sum + own[part], 0) / clocked.length;
      return {
        cell: cellOf(instance),
        design: name,
        kind: `${name} ${instance.path}`,
        clocks: energies.length * sampling.clocks,
        terms: terms[0]!.map((_, term) => terms.reduce((sum, own) => sum + own[term]!, 0) / terms.length),
        flipFlops: program.clocked,
        clocked: { pins: meanClocked('pins'), tree: meanClocked('tree') },
        logic: {
          total: mean((energy) => energy.switching.total + energy.internal.total),
          glitches: mean((energy) => energy.switching.glitches + energy.internal.glitches),
        },
        wires: { total: mean((energy) => energy.wires.total), glitches: mean((energy) => energy.wires.glitches) },
        pins: mean((energy) => energy.clock.total),
        tree: mean((energy) => energy.clockTree.total),
        leakage: mean((energy) => energy.leakage.total) / period,
        operations: operationsOf(program),
      };
    }),
  );
}
