import type { Band } from '../../specs/result.ts';
import type { Technology } from '../../specs/technology.ts';
import type { LayerActivity } from './activity.ts';
import { plus, scaledBy, times } from './band.ts';
import { hasClockGates } from './clock-gates.ts';
import type { Coefficients } from './coefficients.ts';
import { fewestGated } from './gate/liberty/clock-gates.ts';
import { bitsOf, isFlipFlops } from './memory.ts';

const exact = (value: number): Band => ({ value, low: value, high: value });

/** Whether clock gates stand in a stage: the design asks for them, and the technology has such. Errors: those of `entry`. */
export const isGated = ({ gated }: LayerActivity, technology: Technology): boolean =>
  gated !== undefined && hasClockGates(technology);

/** Words of memories that are flip-flops: each has an enable of its own, which is its write's. */
function gatedWords({ memories, gated }: LayerActivity, technology: Technology) {
  const words = memories.filter(
    (memory) => gated !== undefined && memory.wordBits >= fewestGated && isFlipFlops(memory, technology),
  );
  return {
    gates: words.reduce((sum, memory) => sum + memory.words, 0),
    bits: words.reduce((sum, memory) => sum + bitsOf(memory), 0),
    bitClocks: words.reduce((sum, memory) => sum + memory.writes * memory.wordBits, 0),
  };
}

/** Clock gates of a stage, those in front of words of memories included. */
export function clockGatesOf(activity: LayerActivity, technology: Technology): number {
  return (activity.gated?.gates ?? 0) + gatedWords(activity, technology).gates;
}

/**
 * Share of a lane's steps in which some of its activations are not 0. The value takes them as independent of each other; at the low end
 * they are 0 together.
 */
function activeShare(k: Coefficients, { dataProfile }: LayerActivity, terms: number): Band {
  const one = k.take(`data.${dataProfile}.active`, 'ratio');
  const some = (active: number): number => 1 - (1 - active) ** terms;
  return { value: some(one.value), low: one.low, high: some(one.high) };
}

/** Flip-flops behind clock gates x clocks in which these are open. */
function openBitClocks(k: Coefficients, activity: LayerActivity, words: number): Band {
  const { bitClocks, lanes } = activity.gated!;
  const always = exact(bitClocks + words + (lanes?.beginning ?? 0));
  if (lanes === null) return always;
  return plus(always, times(activeShare(k, activity, lanes.terms), lanes.bitClocks - lanes.beginning));
}

/**
 * Joules per inference of the clock pins of flip-flops and clock gates: all of them in every clock, those behind a closed gate with what is left
 * there. Grows with the interval along a straight line.
 */
export function clockPinEnergy(
  k: Coefficients,
  activity: LayerActivity,
  technology: Technology,
  interval: number,
): Band {
  const memoryBits = activity.memories.filter((m) => isFlipFlops(m, technology)).reduce((n, m) => n + bitsOf(m), 0);
  const all = activity.registerBits + memoryBits;
  const { gated } = activity;
  if (gated === undefined) return k.spend(all * interval, 'register.clock', 'J/(bit*cycle)');
  const words = gatedWords(activity, technology);
  const bits = gated.bits + words.bits;
  const gates = gated.gates + words.gates;
  if (gates === 0) return k.spend(all * interval, 'register.clock', 'J/(bit*cycle)');
  const open = openBitClocks(k, activity, words.bitClocks);
  const rest = k.take('clock.gate.rest', 'ratio');
  const behind = (end: keyof Band): number => open[end] + (bits * interval - open[end]) * rest[end];
  const clocked = { value: behind('value'), low: behind('low'), high: behind('high') };
  const ofGates = times(k.take('clock.gate.energy', 'ratio'), gates * interval);
  return scaledBy(plus(exact((all - bits) * interval), clocked, ofGates), k.take('register.clock', 'J/(bit*cycle)'));
}
