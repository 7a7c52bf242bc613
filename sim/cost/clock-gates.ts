import type { Accelerator } from '../../hdl-gen/arch/architecture.ts';
import type { Coefficients } from './coefficients.ts';

/** What clock gates draw and leave over, where a design has them: each over a flip-flop that is clocked. */
export interface ClockGates {
  /** Of the gate itself, in every clock. */
  readonly energy: number;
  /** Of a flip-flop whose gate is closed. */
  readonly rest: number;
}

/** Null where no layer asks for clock gating, as T2 maps a design. Errors: `TECH_ENTRY_MISSING`. */
export function gatingOf(accelerator: Accelerator, k: Coefficients): ClockGates | null {
  if (!accelerator.lanes().some(({ style }) => style.clockGating)) return null;
  return { energy: k.take('clock.gate.energy', 'ratio').value, rest: k.take('clock.gate.rest', 'ratio').value };
}
