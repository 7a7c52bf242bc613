import type { StreamParameters } from '../../../specs/design.ts';
import { MacLane, type MacLaneParameters } from '../mac-lane.ts';
import { GatedLane, type LaneStyle } from './gated-lane.ts';

/** What the synthesis is for: an FPGA has multipliers of its own, a Liberty library has gates. */
export type Fabric = 'fpga' | 'gates';

/** The style that a design's parameters ask for; where they say nothing of arithmetic, what suits the fabric. */
export function laneStyleOf(parameters: StreamParameters, fabric: Fabric = 'fpga'): LaneStyle {
  return {
    form: parameters.arithmetic ?? (fabric === 'gates' ? 'fused' : 'plain'),
    clockGating: parameters.clockGating ?? false,
    operandIsolation: parameters.operandIsolation ?? false,
  };
}

/** The lane of a style; weights of -1, 0 and 1 need no multiplier in any. All have the same ports, sums and clocks. */
export function laneOf(shape: MacLaneParameters, style: LaneStyle): ReturnType<typeof GatedLane> {
  const { form, clockGating, operandIsolation } = style;
  if (shape.weightForm !== 'any' || (form === 'plain' && !clockGating && !operandIsolation)) return MacLane(shape);
  const { simd, unsigned, activationBits = 8, weightBits, accumulatorBits } = shape;
  return GatedLane({ ...style, simd, unsigned, activationBits, weightBits, accumulatorBits });
}
