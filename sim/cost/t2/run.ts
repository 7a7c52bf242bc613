import type { Accelerator } from '../../../hdl-gen/arch/architecture.ts';
import type { TensorData } from '../../../models/graph.ts';
import type { Band } from '../../../specs/result.ts';
import type { Technology } from '../../../specs/technology.ts';
import type { Cycles, Hertz, Ops } from '../../../specs/units.ts';
import { plus, zero } from '../band.ts';
import type { LibertySource } from '../macro-memory.ts';
import type { MappedShell } from '../replay/replay.ts';
import { samplingWithin, steadyFor } from '../replay/sampled.ts';
import type { SteadyRun } from '../replay/span.ts';
import type { Sampling } from '../replay/strata.ts';

export const t2Components = [
  'mac',
  'requantize',
  'control',
  'weight-memory',
  'activation-memory',
  'clock',
  'leakage',
] as const;
export type T2Component = (typeof t2Components)[number];
export type ByComponent = Record<T2Component, Band>;

export interface T2Run {
  readonly accelerator: Accelerator;
  /** Whole inputs of the network. */
  readonly inputs: TensorData;
  /** Gates of every module, by its name. */
  readonly mapped: ReadonlyMap<string, MappedShell>;
  /** The Liberty files the gates come from; memory macros among them serve the RAMs. */
  readonly libraries: readonly LibertySource[];
  readonly technology: Technology;
  readonly clock: Hertz;
  readonly interval: Cycles;
  readonly operations: Ops;
  readonly sampling?: Sampling;
  /**
   * SHA-256 of the inputs. With it, windows are cut from as many inferences as there are inputs, so that every stage sees each
   * input once, and the result can be held against that of another design on the same inputs.
   */
  readonly inputsSha256?: string;
}

/** How a run is sampled, and where: in one inference in the midst of its inputs, or in all of them. */
export function samplingOf(
  { accelerator, inputs, inputsSha256 }: Pick<T2Run, 'accelerator' | 'inputs' | 'inputsSha256'>,
  asked: Sampling,
): { readonly sampling: Sampling; readonly steady: SteadyRun } {
  const inferences = Math.max(1, Math.floor(inputs.length / accelerator.inputBytes));
  const wanted = inputsSha256 === undefined ? asked : { ...asked, inferences };
  const steady = steadyFor(accelerator, wanted);
  return { sampling: samplingWithin(accelerator, wanted, steady), steady };
}

/** What gates and memories are priced with, however the gates' energy was found. */
export type PricedRun = Pick<T2Run, 'accelerator' | 'technology' | 'clock' | 'interval'>;

export const nothing = (): ByComponent => Object.fromEntries(t2Components.map((name) => [name, zero])) as ByComponent;

export const together = (a: ByComponent, b: ByComponent): ByComponent =>
  Object.fromEntries(t2Components.map((name) => [name, plus(a[name], b[name])])) as ByComponent;

/** `exact` where the library gives the number; `spread` for what sampling leaves open. */
export const within = (value: number, spread: number): Band => ({
  value,
  low: value * Math.max(0, 1 - spread),
  high: value * (1 + spread),
});

/** A band beside its own value. */
export function relative(band: Band, less = 0): Band {
  const scale = band.value - less;
  return { value: 1, low: (band.low - less) / scale, high: (band.high - less) / scale };
}
