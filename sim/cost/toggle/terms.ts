import { bitKinds, depthClasses, toggleTerms } from '../../../specs/toggle-energy.ts';
import type { ToggleCounts } from './count-toggles.ts';
import type { TogglePlan } from './toggle-plan.ts';

/** Terms below this number are wanted transitions, the others glitches. */
export const wantedTerms = bitKinds.length;

/** Transitions per clock, in the order of `toggleTerms`. */
export function termsOf({ program, depthClass }: TogglePlan, { clocks, wanted, glitches }: ToggleCounts): number[] {
  const sums = new Array<number>(toggleTerms.length).fill(0);
  wanted.forEach((count, node) => {
    const kind = program.kind[node]!;
    sums[kind]! += count;
    sums[wantedTerms + depthClasses * kind + depthClass[node]!]! += glitches[node]!;
  });
  return sums.map((count) => count / clocks);
}
