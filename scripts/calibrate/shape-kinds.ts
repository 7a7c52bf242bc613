import type { Draw, Source } from './operands.ts';

const { abs, floor, PI, sign, sin } = Math;

const either = ({ chance }: Source, value: number): number => (chance(0.5) ? value : -value);
const oneOf = ({ fraction }: Source, levels: readonly number[]): number => levels[floor(fraction() * levels.length)]!;
/** 0 to 1 and back in so many clocks. */
const triangle = (clock: number, clocks: number): number => abs((((2 * clock) / clocks) % 2) - 1);

/** Shapes that were the second blind set: written when an earlier fit was settled, and part of the fit since. */
export const shapeKinds: Readonly<Record<string, Draw>> = {
  exponential: ({ laplace, normal }) => [abs(laplace(0.3)), normal(0.2)],
  threePeaks: (s) => [
    oneOf(s, [-0.7, 0, 0.7]) * s.top + s.normal(0.05),
    oneOf(s, [-0.4, 0, 0.4]) * s.top + s.normal(0.05),
  ],
  ratios: (s) => [(0.05 * s.top * s.normal(0.3)) / (1 + abs(s.normal(0.2))), s.normal(0.3)],
  zerosTogether: (s, [, b]) => (s.chance(b === 0 ? 0.85 : 0.15) ? [0, 0] : [abs(s.normal(0.3)), s.normal(0.25)]),
  telegraph: (s, [a]) => [s.chance(0.1) || a === 0 ? either(s, 0.3 * s.top) : a, s.normal(0.25)],
  squareWave: ({ top, normal }, _, clock) => [(clock % 24 < 12 ? 0.5 : -0.5) * top + normal(0.03), normal(0.1)],
  opposedTriangles: ({ top }, _, clock) => [
    top * (2 * triangle(clock, 60) - 1),
    0.7 * top * (1 - 2 * triangle(clock, 170)),
  ],
  chirp: (s, _, clock) => [0.9 * s.top * sin((2 * PI * clock ** 2) / 4000), s.laplace(0.2)],
  risingCount: ({ top, normal }, _, clock) => [((3 * clock) % (2 * top + 1)) - top, normal(0.3)],
  signsInTurn: ({ normal }, _, clock) => [
    (clock % 2 === 0 ? 1 : -1) * abs(normal(0.25)),
    (clock % 4 < 2 ? 1 : -1) * abs(normal(0.25)),
  ],
  positiveByNormal: ({ upTo, normal }) => [upTo(1), normal(0.1)],
  positiveByNegativeTail: ({ laplace }) => [abs(laplace(0.15)), -abs(laplace(0.15))],
  blocksOfZeros: (s, [a], clock) => {
    const isZero = clock % 8 === 0 ? s.chance(0.5) : a === 0;
    return [isZero ? 0 : 1 + abs(s.normal(0.3)), s.normal(0.2)];
  },
  threeWeights: (s) => [s.chance(0.5) ? 0 : abs(s.normal(0.3)), oneOf(s, [-0.5, 0, 0.5]) * s.top],
  narrowByUniform: ({ normal, uniform }) => [normal(0.02), uniform()],
  negativeRests: (s, [a]) => [s.chance(0.7) ? a : -s.upTo(0.6), s.upTo(0.5)],
  lastBits: ({ top, upTo }) => [0.37 * top + upTo(1 / top), -0.21 * top + upTo(1 / top)],
  bothNegativeNormal: ({ normal }) => [-abs(normal(0.2)), -abs(normal(0.35))],
  rareSigns: (s, [, b]) => [s.normal(0.15), (s.chance(0.05) ? -1 : 1) * (sign(b) || 1) * abs(s.normal(0.2))],
};
