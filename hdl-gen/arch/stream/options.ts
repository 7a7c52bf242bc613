import { mapBytes } from '../architecture.ts';
import { softmaxClocks } from './softmax-clocks.ts';
import { type Folding, isGlobalPool, tapsAtOnce, type Widths } from './stage.ts';
import type { WindowWork, Work } from './work.ts';

/** One way to fold a layer, and what it takes. */
export interface Option {
  readonly folding: Folding;
  /** Of pools, which have none: the adders, which decide between their foldings. */
  readonly multipliers: number;
  readonly clocks: number;
}

/** Whether the work takes from a budget of multipliers. */
export function multiplies(work: Work): boolean {
  return work.form === 'window' && work.weight !== null;
}

/** For every reachable ceil(total / factor) the least factor that reaches it. */
function usefulFactors(total: number): number[] {
  const factors: number[] = [];
  let previous = Number.POSITIVE_INFINITY;
  for (let factor = 1; factor <= total; factor++) {
    const passes = Math.ceil(total / factor);
    if (passes < previous) factors.push(factor);
    previous = passes;
  }
  return factors;
}

const times = (factors: readonly number[], unit: number) => factors.map((factor) => factor * unit);

const leastCommonMultiple = (a: number, b: number): number => {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
};

function usefulPe({ reach, depthMultiplier: m, output }: WindowWork, widths: Widths): number[] {
  if (reach === 'dense') return times(usefulFactors(output.channels / widths.output), widths.output);
  const inputs = output.channels / m;
  // Whole input channels, as many as a beat brings, with as many results as beats need.
  const unit = leastCommonMultiple(widths.input * m, widths.output) / m;
  const whole = times(usefulFactors(Math.ceil(inputs / unit)), unit * m).filter((pe) => pe <= output.channels);
  if (m === 1 || widths.input > 1 || m % widths.output !== 0) return whole;
  const parts = times(usefulFactors(m / widths.output), widths.output).filter((pe) => pe < m);
  return [...parts, ...whole];
}

function usefulTaps(work: WindowWork): number[] {
  // Pools read one tap per clock, and their kernels can be as large as the map.
  if (work.weight === null) return [1];
  const { height, width } = work.kernel;
  return Array.from({ length: height * width }, (_, index) => index + 1).filter(
    (taps) => tapsAtOnce(work, taps) !== null,
  );
}

/** Clocks per inference of an engine: `stageClocks` of its stage, without making the stage. */
export function clocksOf(work: Work, { pe, simd, taps = 1 }: Folding, widths: Widths): number {
  const beatsOut = mapBytes(work.output) / widths.output;
  if (work.form === 'turns') return beatsOut;
  const beats = Math.max(mapBytes(work.input) / widths.input, beatsOut);
  if (work.form === 'row') {
    const length = work.input.channels;
    return (beats / length) * (length + softmaxClocks(length).busy);
  }
  if (work.form !== 'window' || isGlobalPool(work)) return beats;
  const { kernel, input, output, depthMultiplier: m } = work;
  const dense = work.reach === 'dense';
  const passes = dense || pe >= m ? Math.ceil(output.channels / pe) : input.channels * Math.ceil(m / pe);
  const steps = ((kernel.height * kernel.width) / taps) * (dense ? Math.ceil(input.channels / simd) : 1);
  return Math.max(output.height * output.width * passes * Math.max(steps, pe / widths.output), beats);
}

export function optionOf(work: Work, folding: Folding, widths: Widths): Option {
  const { pe, simd, taps = 1 } = folding;
  return { folding, multipliers: multiplies(work) ? pe * simd * taps : pe, clocks: clocksOf(work, folding, widths) };
}

const serial: Folding = { pe: 1, simd: 1 };

/** Every folding that can matter: of those that take equally many passes and steps the smallest. */
export function everyOption(work: Work, widths: Widths): Option[] {
  if (work.form !== 'window' || isGlobalPool(work)) return [optionOf(work, serial, widths)];
  const all: Option[] = [];
  const simds = work.reach === 'dense' ? times(usefulFactors(work.input.channels / widths.input), widths.input) : [1];
  for (const taps of usefulTaps(work)) {
    for (const pe of usefulPe(work, widths)) {
      for (const simd of simds) {
        all.push(optionOf(work, taps === 1 ? { pe, simd } : { pe, simd, taps }, widths));
      }
    }
  }
  return all;
}

const tapsOf = ({ folding }: Option) => folding.taps ?? 1;

/**
 * Every folding that no other one beats in multipliers, taps and clocks: fewest multipliers first, then fewest taps, which cost copies
 * of the input buffer. The first one that is fast enough is the one to take.
 */
export function bestOptions(work: Work, widths: Widths): Option[] {
  const all = everyOption(work, widths);
  // All equal: fewer accumulators.
  all.sort(
    (a, b) =>
      a.multipliers - b.multipliers || tapsOf(a) - tapsOf(b) || a.clocks - b.clocks || a.folding.pe - b.folding.pe,
  );
  const front: Option[] = [];
  /** Fewest clocks so far, by taps. */
  const fastest = new Map<number, number>();
  for (const option of all) {
    const beaten = [...fastest].some(([taps, clocks]) => taps <= tapsOf(option) && clocks <= option.clocks);
    if (beaten) continue;
    front.push(option);
    fastest.set(tapsOf(option), option.clocks);
  }
  return front;
}
