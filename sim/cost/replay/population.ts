import type { ShellInstance } from './instances.ts';
import { eachWindow } from './record.ts';
import { parts, type ReplayRun, replayPlan, windowEnergies } from './sampled.ts';
import { drawWindows, estimateFrom, halfWidth99, type Sampling, seededFractions, sumOf } from './strata.ts';

/** All windows of a stage, by what the sampling knows of them before and by what they draw. */
export interface Population {
  readonly stage: string;
  /** Register bits that change. */
  readonly activity: Float64Array;
  /** Joules per clock of the instances that were replayed. */
  readonly energies: Float64Array;
}

/**
 * Gate level on every window of one inference in steady state: what sampling estimates. `wanted` leaves instances out,
 * `seen` hears of every stage's window that is done. Errors: those of the replay.
 */
export function fullReplay(
  run: ReplayRun,
  wanted: (instance: ShellInstance) => boolean = () => true,
  seen: (stage: string, window: number) => void = () => {},
): Population[] {
  const { clocks } = run.sampling;
  const { span, input, stages, subject } = replayPlan(run, wanted);
  const energies = stages.map((plan) => windowEnergies(run, plan));
  const found = stages.map(({ stage, activity }) => ({ stage, activity, energies: new Float64Array(activity.length) }));
  const requests = stages.map(({ names, activity }) => ({
    names,
    starts: Array.from(activity, (_, window) => span.first + window * clocks),
  }));
  eachWindow(subject, input, span, clocks, requests, (at, window, rows) => {
    for (const own of energies[at]!(rows)) for (const part of parts) found[at]!.energies[window]! += own[part];
    seen(found[at]!.stage, window);
  });
  return found;
}

/** How often the interval holds the mean of all windows, and how wide it is. */
export interface Coverage {
  /** Joules per clock, mean of all windows. */
  readonly mean: number;
  readonly repetitions: number;
  readonly covered: number;
  /** Half widths relative to the mean of all windows: the largest, and their mean. */
  readonly widest: number;
  readonly usual: number;
}

/** Samples the populations again and again, each time with another seed; their sum is what is estimated. */
export function coverageOf(populations: readonly Population[], sampling: Sampling, repetitions: number): Coverage {
  const meanOf = ({ energies }: Population): number =>
    energies.reduce((sum, joules) => sum + joules, 0) / energies.length;
  const mean = populations.reduce((sum, population) => sum + meanOf(population), 0);
  let [covered, widest, widths] = [0, 0, 0];
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    const fraction = seededFractions(sampling.seed + repetition);
    const found = sumOf(
      populations.map(({ activity, energies }) =>
        estimateFrom(drawWindows(activity, sampling, fraction), (window) => energies[window]!),
      ),
    );
    const half = halfWidth99(found);
    // A census differs from the mean by the order of its sum.
    if (Math.abs(found.mean - mean) <= half + 1e-12 * mean) covered++;
    widest = Math.max(widest, half / mean);
    widths += half / mean;
  }
  return { mean, repetitions, covered, widest, usual: widths / repetitions };
}
