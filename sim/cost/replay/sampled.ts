import type { Accelerator } from '../../../hdl-gen/arch/architecture.ts';
import type { TensorData } from '../../../models/graph.ts';
import type { GateEnergy } from '../gate/energy.ts';
import { hasLogic, namesOf, type ShellInstance, shellInstances } from './instances.ts';
import { record, toggleProfile } from './record.ts';
import { type MappedShell, type ReplayOptions, replayWindow } from './replay.ts';
import { inputsFor, steadySpan } from './span.ts';
import { draw, type Estimate, estimate, type Sampling, seededFractions, stratify } from './strata.ts';

/** Parts of an instance's energy, joules per clock. Their sum is all it draws. */
export const parts = ['logic', 'wires', 'clock', 'clockTree', 'leakage'] as const;
export type PartName = (typeof parts)[number];

export interface InstanceEnergy {
  readonly instance: ShellInstance;
  readonly perClock: Readonly<Record<PartName, number>>;
}

export interface StageEnergy {
  readonly stage: string;
  readonly instances: readonly InstanceEnergy[];
  /** Of the stage's energy per clock, all parts together. */
  readonly estimate: Estimate;
  readonly windows: number;
  readonly clocks: number;
}

export interface ReplayRun extends ReplayOptions {
  readonly accelerator: Accelerator;
  /** Whole inputs of the network. */
  readonly inputs: TensorData;
  /** By name of the module. */
  readonly mapped: ReadonlyMap<string, MappedShell>;
  readonly sampling: Sampling;
}

const byPart = (energy: GateEnergy): Record<PartName, number> => ({
  logic: energy.switching.total + energy.internal.total,
  wires: energy.wires.total,
  clock: energy.clock.total,
  clockTree: energy.clockTree.total,
  leakage: energy.leakage.total,
});

/**
 * Gate level on sampled windows of one inference in steady state, stage by stage: windows are stratified by how many
 * register bits change in them, and every instance of a stage is replayed on the same windows.
 */
export function sampledEnergy(run: ReplayRun): StageEnergy[] {
  const { accelerator, mapped, sampling } = run;
  const instances = shellInstances(accelerator.design).filter(({ shell }) => hasLogic(shell));
  const span = steadySpan(accelerator);
  const input = inputsFor(span, run.inputs, accelerator.inputBytes);
  const profile = toggleProfile(accelerator, input, span, sampling.clocks);
  const fraction = seededFractions(sampling.seed);
  const windows = Math.floor(span.length / sampling.clocks);
  const plans = [...new Set(instances.map(({ stage }) => stage))].map((stage) => {
    const own = instances.filter((instance) => instance.stage === stage);
    const names = [...new Set(own.flatMap(namesOf))];
    const activity = profile.byStage.get(stage)?.slice(0, windows) ?? new Float64Array(windows);
    const strata = stratify(activity, sampling.strata);
    const drawn = strata.map((stratum) => draw(stratum, sampling.perStratum, fraction));
    const chosen = drawn.flat().sort((a, b) => a - b);
    const starts = chosen.map((window) => span.first + window * sampling.clocks);
    return { stage, own, names, strata, drawn, chosen, starts };
  });
  const recorded = record(accelerator, input, span, sampling.clocks, plans);
  return plans.map(({ stage, own, names, strata, drawn, chosen }, at) => {
    const columns = new Map(names.map((name, column) => [name, column]));
    const totals = new Map<number, number>();
    const sums = own.map(() => ({ logic: 0, wires: 0, clock: 0, clockTree: 0, leakage: 0 }));
    const weights = new Map(
      drawn.flatMap((own, s) => own.map((window) => [window, strata[s]!.windows.length / own.length / windows])),
    );
    chosen.forEach((window, index) => {
      let total = 0;
      own.forEach((instance, i) => {
        const shell = mapped.get(instance.shell.module.name)!;
        const energy = replayWindow(shell, instance, columns, recorded[at]![index]!, run);
        const found = byPart(energy);
        for (const part of parts) {
          sums[i]![part] += weights.get(window)! * found[part];
          total += found[part];
        }
      });
      totals.set(window, total);
    });
    return {
      stage,
      instances: own.map((instance, i) => ({ instance, perClock: sums[i]! })),
      estimate: estimate(
        drawn.map((own, s) => ({
          size: strata[s]!.windows.length,
          values: own.map((window) => totals.get(window)!),
        })),
      ),
      windows: chosen.length,
      clocks: span.length,
    };
  });
}
