import type { Environment } from '../environment.ts';
import { heldOutLayers, layerKinds } from './layer-kinds.ts';
import type { Draw, Source } from './operands.ts';

const { abs, exp, floor, log2, min, PI, sin } = Math;

const relu = ({ normal }: Source, deviation: number): number => Math.max(0, normal(deviation));
const stays = ({ chance }: Source, change: number, before: number, next: () => number): number =>
  chance(change) ? next() : before;

/** Weights of a small kernel, -1 to 1, the same at every place. */
const kernel = [0.31, -0.12, 0.07, 0.44, -0.58, 0.02, -0.23, 0.16, 0.09];
const kernelAt = (clock: number): number => kernel[clock % kernel.length]!;
/** A smooth signal along one line of an image or in time, 0 to 1. */
const signalAt = (place: number): number => 0.5 + 0.3 * sin(place / 7) + 0.2 * sin(place / 2.3 + 1);

/** What networks multiply, as far as nothing like it is in the fit; written when model, terms and kinds of the fit were settled. */
export const heldOutShapes: Readonly<Record<string, Draw>> = {
  reluBursts: (s, _, clock) => [clock % 40 < 14 || s.chance(0.06) ? relu(s, 0.35) : 0, s.laplace(0.14)],
  saturated: (s) => [min(s.top, abs(s.normal(0.9))), s.normal(0.15)],
  saturatedBothEnds: (s) => [s.normal(1.4), s.laplace(0.1)],
  slowRampByKernel: ({ top, normal }, _, clock) => [
    top * ((clock / 9 / 40) % 1) + normal(0.015),
    0.8 * top * kernelAt(clock),
  ],
  sparseBlocks: (s, [, b], clock) => {
    const isZero = clock % 4 === 0 ? s.chance(0.55) : b === 0;
    return [relu(s, 0.3), isZero ? 0 : 1 + s.normal(0.2)];
  },
  alternatingChannels: (s, _, clock) => [relu(s, clock % 2 === 0 ? 0.5 : 0.05), s.normal(clock % 2 === 0 ? 0.05 : 0.3)],
  paddedBorders: ({ top, normal }, _, clock) => [
    clock % 28 < 4 ? 0 : top * signalAt(clock) + normal(0.03),
    normal(0.18),
  ],
  paddedByZeroPoint: (s, _, clock) => [
    clock % 28 < 4 ? -s.top - 1 : s.normal(0.3) - 0.4 * s.top,
    s.top * kernelAt(clock),
  ],
  periodic: ({ top }, _, clock) => [
    top * [0.1, 0.75, 0.3, 0.95, 0.52, 0][clock % 6]!,
    top * [-0.6, 0.25, 0.8, -0.1, 0.45][clock % 5]!,
  ],
  heavyTails: ({ normal, fraction }) => [abs(normal(0.05)) / (0.05 + fraction()), normal(0.02) / (0.05 + fraction())],
  walkingOne: ({ top, normal }, _, clock) => [2 ** (clock % log2(top + 1)), normal(0.3)],
  walkingZero: (s, [, b], clock) => [s.top - 2 ** (clock % log2(s.top + 1)), stays(s, 0.1, b, () => s.normal(0.3))],
  hotChannel: ({ top, normal }, _, clock) => [
    clock % 16 === 5 ? 0.9 * top - abs(normal(0.05)) : abs(normal(0.06)),
    normal(clock % 16 === 5 ? 0.03 : 0.22),
  ],
  weightsForARow: (s, [, b], clock) => [s.chance(0.45) ? 0 : relu(s, 0.4), clock % 32 === 0 ? s.normal(0.3) : b],
  slidingWindow: ({ top }, _, clock) => [
    top * signalAt(floor(clock / 3) + (clock % 3)),
    1.5 * top * kernelAt(clock % 3),
  ],
  softmax: (s) => [s.chance(0.06) ? s.upTo(1) : s.upTo(0.03), s.normal(0.25)],
  shiftedChannels: ({ top, normal }, _, clock) => [
    top * (0.3 + 0.2 * sin(clock % 8)) + normal(0.12),
    normal(0.1) - 0.1 * top * (clock % 3),
  ],
  deadChannels: (s, [a], clock) => {
    const isDead = clock % 16 === 0 ? s.chance(0.4) : a === 0;
    return [isDead ? 0 : 1 + abs(s.normal(0.25)), s.normal(0.16)];
  },
  decaying: (s, _, clock) => [s.uniform() * exp(-(clock % 64) / 16), s.laplace(0.16)],
  symmetricKernel: ({ top, normal }, [a], clock) => [
    0.9 * a + normal(0.12),
    top * (0.5 - 0.2 * abs((clock % 7) - 3)) * sin(PI / 5),
  ],
};

/** Kinds of data that energies are held against: shapes, and layers of networks, one of which lies in the data folder. */
export const heldOutKinds = (environment: Environment): Readonly<Record<string, Draw>> => ({
  ...heldOutShapes,
  ...layerKinds(heldOutLayers, environment),
});
