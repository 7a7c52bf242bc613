import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import type { Band } from '../../specs/result.ts';
import { entry, type Technology } from '../../specs/technology.ts';
import type { Coefficients } from './coefficients.ts';

/** What clock gates draw and leave over, where a design has them: each over a flip-flop that is clocked. */
export interface ClockGates {
  /** Of the gate itself, in every clock; and of the tree in front of it, over that of a flip-flop. */
  readonly energy: Band;
  readonly tree: Band;
  /** Of a flip-flop whose gate is closed. */
  readonly rest: Band;
}

/** Whether a closed gate holds anything back; a library without clock gates leaves every flip-flop its whole clock. Errors: those of `entry`. */
export function hasClockGates(technology: Technology): boolean {
  return entry(technology, 'clock.gate.rest', 'ratio').low < 1;
}

/**
 * Null where the design does not ask for clock gating, as T2 maps it, and where a technology has no clock gates: an enable is then a
 * multiplexer in front of a flip-flop that is clocked always. Errors: `TECH_ENTRY_MISSING`.
 */
export function gatingOf({ clockGating }: Accelerator, k: Coefficients): ClockGates | null {
  if (!clockGating) return null;
  const of = (name: string) => k.take(name, 'ratio');
  const [energy, tree, rest] = [of('clock.gate.energy'), of('clock.treePins.gate'), of('clock.gate.rest')];
  return energy.high === 0 && rest.low === 1 ? null : { energy, tree, rest };
}

/** For a scope: how the clock gates that a design asks for were counted, or why there are none; empty where it asks for none. */
export const askedGateWords = ({ clockGating }: Accelerator, told: string): string => (clockGating ? `${told}, ` : '');

/** What to say of a technology that has none. */
export const noClockGates = 'no clock gates: the library has none';
