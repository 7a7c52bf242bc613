import type { MacLaneParameters } from '../../hdl-gen/library/mac-lane.ts';
import type { DataProfile } from '../../sim/cost/activity.ts';
import { type Random, seededRandom } from '../train/random.ts';

/** Operands of a lane, clock by clock and term by term: activation and weight of term `t` in clock `c` at `c * terms + t`. */
export interface LaneStream {
  readonly activations: Int32Array;
  readonly weights: Int32Array;
}

type LaneShape = Pick<MacLaneParameters, 'simd' | 'unsigned' | 'activationBits' | 'weightBits'>;

/** Clocks for which a weight stays in the profile that says so. */
const stays = 64;

/** Each term's operands, independent of the others', as the technology tables describe their profiles. */
export function laneStream(profile: DataProfile, shape: LaneShape, clocks: number): LaneStream {
  const { simd, unsigned, activationBits = 8, weightBits } = shape;
  const random: Random = seededRandom(7);
  const [lowest, highest] = unsigned
    ? [0, 2 ** activationBits - 1]
    : [-(2 ** (activationBits - 1)), 2 ** (activationBits - 1) - 1];
  const anyOf = (bits: number): number => random.below(2 ** bits);
  const clamped = (value: number, low: number, high: number): number =>
    Math.max(low, Math.min(high, Math.round(value)));
  // A quarter of the positive range; the words of 8 signed bits are those of the elements elsewhere: 32 and 16.
  const spread = (highest + 1) / 4;
  const deviation = 2 ** (weightBits - 1) / 8;
  const weight = (): number =>
    profile === 'uniform'
      ? anyOf(weightBits) - 2 ** (weightBits - 1)
      : clamped(deviation * random.normal(), -(2 ** (weightBits - 1)), 2 ** (weightBits - 1) - 1);
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
