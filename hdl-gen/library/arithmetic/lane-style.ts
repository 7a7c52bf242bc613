import type { DesignRequest, LaneForm, StreamParameters } from '../../../specs/design.ts';
import { MacLane, type MacLaneParameters } from '../mac-lane.ts';
import { GatedLane, type LaneStyle } from './gated-lane.ts';

/** What draws least as gates on most data; docs/silicon-arithmetic.md has the figures. */
export const formForGates: LaneForm = 'split';

/** The style that a design's parameters ask for in a layer; where they say nothing of arithmetic, operators for the multipliers of an FPGA. */
export function laneStyleOf(parameters: StreamParameters, layer: string): LaneStyle {
  const { arithmetic = 'plain', clockGating = false, operandIsolation = false } = parameters;
  const named = typeof arithmetic === 'string' ? arithmetic : null;
  const own = typeof arithmetic === 'string' || !Object.hasOwn(arithmetic, layer) ? undefined : arithmetic[layer];
  return { form: own ?? named ?? formForGates, clockGating, operandIsolation };
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
