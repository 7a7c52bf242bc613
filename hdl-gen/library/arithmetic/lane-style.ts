import type { DesignRequest, LaneForm, StreamParameters } from '../../../specs/design.ts';
import { MacLane, type MacLaneParameters } from '../mac-lane.ts';
import { GatedLane, type LaneStyle } from './gated-lane.ts';

/** What draws least as gates on most data; docs/silicon-arithmetic.md has the figures. */
export const formForGates: LaneForm = 'split';

/**
 * Whether a design asks for clock gates: all that is said of them, by the tiers of cost and by the mapping to a library, is said by this.
 * Lanes that multiply then skip steps of zeros; registers and memories of flip-flops have gates in designs that multiply nothing, too.
 */
export const asksForClockGates = ({ clockGating = false }: StreamParameters): boolean => clockGating;

/** The style that a design's parameters ask for in a layer; where they say nothing of arithmetic, operators for the multipliers of an FPGA. */
export function laneStyleOf(parameters: StreamParameters, layer: string): LaneStyle {
  const { arithmetic = 'plain', operandIsolation = false } = parameters;
  const named = typeof arithmetic === 'string' ? arithmetic : null;
  const own = typeof arithmetic === 'string' || !Object.hasOwn(arithmetic, layer) ? undefined : arithmetic[layer];
  return { form: own ?? named ?? formForGates, clockGating: asksForClockGates(parameters), operandIsolation };
}

/** The same design for a cell library, which has gates and no multipliers: where it says nothing of arithmetic, the form for gates. */
export function forGates(request: DesignRequest): DesignRequest {
  const { parameters } = request;
  return { ...request, parameters: { ...parameters, arithmetic: parameters.arithmetic ?? formForGates } };
}

/** The lane of a style; weights of -1, 0 and 1 need no multiplier in any. All have the same ports, sums and clocks. */
export function laneOf(shape: MacLaneParameters, style: LaneStyle): ReturnType<typeof GatedLane> {
  const { form, clockGating, operandIsolation } = style;
  if (shape.weightForm !== 'any' || (form === 'plain' && !clockGating && !operandIsolation)) return MacLane(shape);
  const { simd, unsigned, activationBits = 8, weightBits, accumulatorBits } = shape;
  return GatedLane({ ...style, simd, unsigned, activationBits, weightBits, accumulatorBits });
}
