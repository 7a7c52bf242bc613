import type { Result } from '../../specs/result.ts';
import type { Synthesis } from '../../specs/synthesis.ts';
import { cellsBadge, clockBadge, elementBadge, tierBadge } from './badge.ts';
import type { Value } from './columns.ts';

/** What `synth` made of designs of the report. */
export type Syntheses = ReadonlyMap<Result, Synthesis>;

export const noSyntheses: Syntheses = new Map();

/** Of synthesis where there is one with all of the circuit in cells; else estimated, memories included. */
export function areaValue(result: Result, synthesis: Synthesis | undefined): Value {
  const area = synthesis?.memoryMacros === 0 ? synthesis.areaSquareMicrons : null;
  if (synthesis !== undefined && area !== null) return { value: area, badge: cellsBadge(synthesis) };
  return { ...result.area.squareMicrons, badge: tierBadge(result.area.tier) };
}

/** Highest clock: of synthesis, else the estimate of the technology; null where nothing is known. */
export function clockValue({ design, whatIf }: Result, synthesis: Synthesis | undefined): Value | null {
  if (synthesis !== undefined && synthesis.fmaxHz !== null)
    return { value: synthesis.fmaxHz, badge: clockBadge(synthesis) };
  const own = whatIf?.points.find(({ technology, scaled }) => technology === design.technology && !scaled);
  return own === undefined || own.elementHertz === null ? null : { ...own.elementHertz, badge: elementBadge };
}
