import { bitKinds, depthClasses, toggleTerms } from '../../../specs/toggle-energy.ts';
import type { ToggleCounts } from './count-toggles.ts';
import type { TogglePlan } from './toggle-plan.ts';

/** Terms below this number are wanted transitions, the others glitches. */
export const wantedTerms = bitKinds.length;

/** Transitions per clock, in the order of `toggleTerms`. */
export function termsOf({ program, depthClass }: TogglePlan, counts: ToggleCounts): number[] {
  const { clocks, rests, wanted, glitches } = counts;
  const sums = new Array<number>(toggleTerms.length).fill(0);
  if (rests) return sums;
  const { kind } = program;
  for (let node = 0; node < kind.length; node++) {
    const own = kind[node]!;
    sums[own]! += wanted[node]!;
    sums[wantedTerms + depthClasses * own + depthClass[node]!]! += glitches[node]!;
  }
  return sums.map((count) => count / clocks);
}
