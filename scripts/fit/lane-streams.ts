import type { MacLaneParameters } from '../../hdl-gen/library/mac-lane.ts';
import type { DataProfile } from '../../sim/cost/activity.ts';
import { type Random, seededRandom } from '../train/random.ts';

/** Operands of a lane, clock by clock and term by term: activation and weight of term `t` in clock `c` at `c * terms + t`. */
export interface LaneStream {
  readonly activations: Int32Array;
  readonly weights: Int32Array;
}

type LaneShape = Pick<MacLaneParameters, 'simd' | 'unsigned' | 'activationBits' | 'weightBits' | 'weightForm'>;

/**
 * How weights are spread over their range. `range`: the largest one is its end, and the deviation an eighth of that. `steps`: as few bits are
 * used, by the scale of the least squared error: a deviation of three eighths (networks of the zoo in 4 bits have 3.1 to 4.4 steps of 8).
 */
export type WeightSpread = 'range' | 'steps';

/** Of -1, 0 and 1 so many are 0, by the scale of the least squared error (networks of the zoo: 0.31 to 0.45). */
const ternaryZeros = 0.4;

/** Clocks for which a weight stays in the profile that says so. */
const stays = 64;

/** Each term's operands, independent of the others', as the technology tables describe their profiles. */
export function laneStream(
  profile: DataProfile,
  shape: LaneShape,
  clocks: number,
  weightSpread: WeightSpread = 'range',
): LaneStream {
  const { simd, unsigned, activationBits = 8, weightBits, weightForm } = shape;
  const random: Random = seededRandom(7);
  const [lowest, highest] = unsigned
    ? [0, 2 ** activationBits - 1]
    : [-(2 ** (activationBits - 1)), 2 ** (activationBits - 1) - 1];
  const anyOf = (bits: number): number => random.below(2 ** bits);
  const clamped = (value: number, low: number, high: number): number =>
    Math.max(low, Math.min(high, Math.round(value)));
  // A quarter of the positive range; the words of 8 signed bits are those of the elements elsewhere: 32 and 16.
  const spread = (highest + 1) / 4;
  const deviation = (2 ** (weightBits - 1) / 8) * (weightSpread === 'steps' ? 3 : 1);
  const ternary = (zeros: number): number => (random.uniform() < zeros ? 0 : 2 * random.below(2) - 1);
  const weight = (): number => {
    if (weightForm === 'ternary') return ternary(profile === 'uniform' ? 1 / 3 : ternaryZeros);
    if (profile === 'uniform') return anyOf(weightBits) - 2 ** (weightBits - 1);
    return clamped(deviation * random.normal(), -(2 ** (weightBits - 1)), 2 ** (weightBits - 1) - 1);
  };
  const activation = (): number => {
    if (profile === 'uniform') return anyOf(activationBits) + lowest;
    const zeros = { relu: 0.5, sparse90: 0.9, weightStationary: 0 }[profile];
    if (random.uniform() < zeros) return 0;
    return clamped(Math.max(1, Math.abs(spread * random.normal())), lowest, highest);
  };
  const activations = new Int32Array(clocks * simd);
  const weights = new Int32Array(clocks * simd);
  for (let at = 0; at < activations.length; at++) {
    const isFirst = at < simd || profile !== 'weightStationary' || Math.floor(at / simd) % stays === 0;
    activations[at] = activation();
    weights[at] = isFirst ? weight() : weights[at - simd]!;
  }
  return { activations, weights };
}
