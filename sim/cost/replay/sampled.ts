import type { Accelerator } from '../../../hdl-gen/arch/architecture.ts';
import type { TensorData } from '../../../models/graph.ts';
import type { GateEnergy } from '../gate/energy.ts';
import { hasLogic, namesOf, type ShellInstance, shellInstances } from './instances.ts';
import { eachWindow, type Recordable, recordable, toggleProfile } from './record.ts';
import { type MappedShell, type ReplayOptions, replayWindow } from './replay.ts';
import type { Rows } from './rows.ts';
import { scheduleActivity } from './schedule-activity.ts';
import { inputsFor, type Span, type SteadyRun, steadyRun } from './span.ts';
import { drawWindows, type Estimate, estimateFrom, type Sampling, seededFractions } from './strata.ts';

/** Parts of an instance's energy, joules per clock. Their sum is all it draws. */
export const parts = ['logic', 'wires', 'clock', 'clockTree', 'leakage'] as const;
export type PartName = (typeof parts)[number];

/** How far clock and clock tree reach below and above, where numbers with a band say what clock gates draw; joules per clock. */
const clockReaches = ['clockBelow', 'clockAbove', 'clockTreeBelow', 'clockTreeAbove'] as const;
export type ClockReach = (typeof clockReaches)[number];

export interface InstanceEnergy {
  readonly instance: ShellInstance;
  readonly perClock: Readonly<Record<PartName | ClockReach, number>>;
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
  /** Where it is known already. */
  readonly steady?: SteadyRun;
  /** What is recorded of an instance; default all that a replay needs. */
  readonly namesOf?: (instance: ShellInstance) => string[];
}

type SampledRun = Pick<ReplayRun, 'accelerator' | 'inputs' | 'sampling' | 'steady' | 'namesOf'>;

const byPart = (energy: GateEnergy): Record<PartName, number> => ({
  logic: energy.switching.total + energy.internal.total,
  wires: energy.wires.total,
  clock: energy.clock.total,
  clockTree: energy.clockTree.total,
  leakage: energy.leakage.total,
});

/** The instances of a design that become gates, stage by stage, with everything their replay has to see and the design has a value of. */
export interface StagePlan {
  readonly stage: string;
  readonly own: readonly ShellInstance[];
  readonly names: readonly string[];
  /** What the sampling knows of each window beforehand; the windows are whole. */
  readonly activity: Float64Array;
}

/** The stretch of a run that windows are cut from. */
export function steadyFor(accelerator: Pick<Accelerator, 'schedule'>, { inferences, by }: Sampling): SteadyRun {
  return steadyRun(accelerator, inferences, by === 'schedule' ? 'filling' : 'filled');
}

/**
 * The same, in windows no longer than the span: of one that is shorter, one window of all of it. Windows may be down to half as
 * long, so that as few clocks as possible are left over behind the last one: those would always be the same part of the work.
 */
export function samplingWithin(
  accelerator: Pick<Accelerator, 'schedule'>,
  sampling: Sampling,
  steady: SteadyRun = steadyFor(accelerator, sampling),
): Sampling {
  const { length } = steady.span;
  const most = Math.min(sampling.clocks, length);
  let clocks = most;
  for (let shorter = most - 1; 2 * shorter > most; shorter--) if (length % shorter < length % clocks) clocks = shorter;
  return { ...sampling, clocks };
}

/** What a replay runs through: the span, its inputs, and the stages with those of their instances that are `wanted`. */
export function replayPlan(
  run: SampledRun,
  wanted: (instance: ShellInstance) => boolean = () => true,
): {
  readonly span: Span;
  readonly input: TensorData;
  readonly stages: readonly StagePlan[];
  readonly subject: Recordable;
} {
  const { accelerator, sampling } = run;
  const instances = shellInstances(accelerator.design).filter((own) => hasLogic(own.shell) && wanted(own));
  const steady = run.steady ?? steadyFor(accelerator, sampling);
  const { span } = steady;
  const input = inputsFor(span, run.inputs, accelerator.inputBytes);
  const known =
    sampling.by === 'schedule'
      ? scheduleActivity(accelerator.schedule, steady, sampling.clocks)
      : toggleProfile(accelerator, input, span, sampling.clocks).byStage;
  const windows = Math.floor(span.length / sampling.clocks);
  const wantedOf = run.namesOf ?? namesOf;
  const subject = recordable(accelerator, new Set(instances.flatMap(wantedOf)));
  const stages = [...new Set(instances.map(({ stage }) => stage))].map((stage) => {
    const own = instances.filter((instance) => instance.stage === stage);
    const names = [...new Set(own.flatMap(wantedOf))].filter((name) => subject.live.has(name));
    const activity = known.get(stage)?.slice(0, windows) ?? new Float64Array(windows);
    return { stage, own, names, activity };
  });
  return { span, input, stages, subject };
}

/** Replays one window of every instance of a stage; joules per clock, part by part. */
export function windowEnergies(run: ReplayRun, { own, names }: StagePlan): (rows: Rows) => Record<PartName, number>[] {
  const columns = new Map(names.map((name, column) => [name, column]));
  return (rows) =>
    own.map((instance) => {
      const shell = run.mapped.get(instance.shell.module.name)!;
      return byPart(replayWindow(shell, instance, columns, rows, run));
    });
}

/** Gate level on sampled windows: see `sampledBy`. */
export function sampledEnergy(run: ReplayRun, wanted?: (instance: ShellInstance) => boolean): StageEnergy[] {
  return sampledBy(run, (plan) => windowEnergies(run, plan), wanted);
}

/** What every instance of a stage draws in a window, joules per clock, part by part. */
export type StagePricer = (
  plan: StagePlan,
) => (rows: Rows) => (Record<PartName, number> & Partial<Record<ClockReach, number>>)[];

const nothing = (): Record<PartName | ClockReach, number> => ({
  ...{ logic: 0, wires: 0, clock: 0, clockTree: 0, leakage: 0 },
  ...{ clockBelow: 0, clockAbove: 0, clockTreeBelow: 0, clockTreeAbove: 0 },
});

/**
 * Sampled windows of inferences in steady state, stage by stage: windows are stratified by how busy they are, and every
 * instance of a stage is priced on the same windows. `wanted` leaves instances out.
 */
export function sampledBy(
  run: SampledRun,
  pricer: StagePricer,
  wanted?: (instance: ShellInstance) => boolean,
): StageEnergy[] {
  const { sampling } = run;
  const { span, input, stages, subject } = replayPlan(run, wanted);
  const fraction = seededFractions(sampling.seed);
  const plans = stages.map((plan) => {
    const drawing = drawWindows(plan.activity, sampling, fraction);
    const chosen = drawing.drawn.flat().sort((a, b) => a - b);
    const weights = new Map(
      drawing.drawn.flatMap((own, s) =>
        own.map((window) => [window, drawing.strata[s]!.windows.length / own.length / plan.activity.length]),
      ),
    );
    return {
      plan,
      drawing,
      chosen,
      weights,
      energies: pricer(plan),
      totals: new Map<number, number>(),
      sums: plan.own.map(nothing),
    };
  });
  const requests = plans.map(({ plan, chosen }) => ({
    names: plan.names,
    starts: chosen.map((window) => span.first + window * sampling.clocks),
  }));
  eachWindow(subject, input, span, sampling.clocks, requests, (at, index, rows) => {
    const { chosen, weights, energies, totals, sums } = plans[at]!;
    const window = chosen[index]!;
    let total = 0;
    energies(rows).forEach((found, i) => {
      for (const part of parts) {
        sums[i]![part] += weights.get(window)! * found[part];
        total += found[part];
      }
      for (const reach of clockReaches) sums[i]![reach] += weights.get(window)! * (found[reach] ?? 0);
    });
    totals.set(window, total);
  });
  return plans.map(({ plan, drawing, chosen, totals, sums }) => ({
    stage: plan.stage,
    instances: plan.own.map((instance, i) => ({ instance, perClock: sums[i]! })),
    estimate: estimateFrom(drawing, (window) => totals.get(window)!),
    windows: chosen.length,
    clocks: span.length,
  }));
}
