import { layerKinds } from './layer-kinds.ts';
import type { Draw, Source } from './operands.ts';

const { abs, exp, PI, sin, tan } = Math;

const cauchy = ({ top, fraction }: Source, scale: number): number => scale * top * tan(PI * (fraction() - 0.5));
const powerTail = ({ top, laplace }: Source, median: number): number => median * top * exp((2 * laplace(0.5)) / top);
const either = ({ chance }: Source, value: number): number => (chance(0.5) ? value : -value);

/** Shapes that no energy is fitted to; written when model and fit were settled. */
const shapes: Readonly<Record<string, Draw>> = {
  heavyTailed: (s) => [cauchy(s, 0.06), cauchy(s, 0.04)],
  powerTail: (s) => [powerTail(s, 0.12), either(s, powerTail(s, 0.08))],
  bimodal: (s) => [either(s, 0.6 * s.top) + s.normal(0.08), either(s, 0.35 * s.top) + s.normal(0.06)],
  zerosInRuns: (s, [a]) => [s.chance(a === 0 ? 0.12 : 0.8) ? s.normal(0.25) : 0, s.normal(0.15)],
  drift: ({ normal }, [a, b]) => [0.95 * a + normal(0.08), 0.9 * b + normal(0.06)],
  fallingRamp: ({ top }, _, clock) => [top - ((5 * clock) % (2 * top + 1)), ((clock >> 3) % (2 * top + 1)) - top],
  signAlternating: ({ normal }, _, clock) => [abs(normal(0.2)), clock % 2 === 0 ? abs(normal(0.3)) : -abs(normal(0.3))],
  arcsine: ({ top, fraction }) => [top * sin(2 * PI * fraction()), top * sin(2 * PI * fraction())],
  twoScales: (s) => [s.chance(0.9) ? s.normal(0.03) : s.normal(0.6), s.normal(0.12)],
  correlated: ({ normal }) => {
    const a = normal(0.3);
    return [a, 0.7 * a + normal(0.1)];
  },
  sines: ({ top }, _, clock) => [0.8 * top * sin((2 * PI * clock) / 37), 0.6 * top * sin((2 * PI * clock) / 11)],
  reused: (s, [a], clock) => [clock % 4 !== 0 ? a : s.chance(0.4) ? 0 : abs(s.normal(0.35)), s.laplace(0.12)],
  clipped: (s) => [s.chance(0.45) ? 0 : Math.min(0.5 * s.top, abs(s.normal(0.5))), s.normal(0.18)],
  lowestIsZero: (s) => [(s.chance(0.5) ? 0 : abs(s.normal(0.5))) - s.top - 1, s.normal(0.15)],
  weightsInBlocks: (s, [, b], clock) => [s.laplace(0.2), clock % 8 === 0 ? either(s, 0.5 * s.top) : b],
  negativeByAny: (s) => [-s.upTo(0.4), s.laplace(0.15)],
  negativeByPositiveTail: (s) => [-abs(s.laplace(0.2)), abs(s.laplace(0.2))],
  bothNegative: (s) => [-powerTail(s, 0.15), -powerTail(s, 0.1)],
};

/** Kinds of data that energies are held against: shapes, and layers of networks. */
export const heldOutKinds = (): Readonly<Record<string, Draw>> => ({ ...shapes, ...layerKinds() });
