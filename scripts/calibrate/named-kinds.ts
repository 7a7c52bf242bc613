import type { Draw, Source } from './operands.ts';

const { abs, exp, PI, sin, tan } = Math;
const relu = ({ chance, normal }: Source, zeros: number, deviation: number): number =>
  chance(zeros) ? 0 : abs(normal(deviation));
const kept = ({ chance }: Source, change: number, before: number, next: () => number): number =>
  chance(change) ? next() : before;

const cauchy = ({ top, fraction }: Source, scale: number): number => scale * top * tan(PI * (fraction() - 0.5));
const powerTail = ({ top, laplace }: Source, median: number): number => median * top * exp((2 * laplace(0.5)) / top);
const either = ({ chance }: Source, value: number): number => (chance(0.5) ? value : -value);

/** Kinds of data with names that energies are fitted to, or that were looked at while the model was made. */
export const namedKinds: Readonly<Record<string, Draw>> = {
  uniform: ({ uniform }) => [uniform(), uniform()],
  normalNarrow: ({ normal }) => [normal(0.05), normal(0.05)],
  normal: ({ normal }) => [normal(0.1), normal(0.1)],
  normalWide: ({ normal }) => [normal(0.25), normal(0.25)],
  wideByNarrow: ({ normal }) => [normal(0.4), normal(0.03)],
  narrowByWide: ({ normal }) => [normal(0.03), normal(0.4)],
  relu50: (s) => [relu(s, 0.5, 0.25), s.normal(0.12)],
  relu80: (s) => [relu(s, 0.8, 0.3), s.normal(0.2)],
  sparse95: (s) => [s.chance(0.95) ? 0 : s.uniform(), s.uniform()],
  sparseWeights: (s) => [s.uniform(), s.chance(0.8) ? 0 : s.normal(0.3)],
  weightStays: (s, [, b]) => [s.uniform(), kept(s, 0.02, b, s.uniform)],
  activationStays: (s, [a]) => [kept(s, 0.02, a, s.uniform), s.uniform()],
  reluWeightStays: (s, [, b]) => [relu(s, 0.5, 0.4), kept(s, 0.02, b, () => s.normal(0.2))],
  walk: ({ normal }, [a]) => [a + normal(0.03), normal(0.2)],
  twoWalks: ({ normal }, [a, b]) => [a + normal(0.04), b + normal(0.02)],
  quiet: (s, before) => (s.chance(0.9) ? before : [s.uniform(), s.uniform()]),
  positive: ({ uniform }) => [abs(uniform()), abs(uniform())],
  negative: ({ uniform }) => [-abs(uniform()), -abs(uniform())],
  positiveByNegative: ({ normal }) => [abs(normal(0.3)), -abs(normal(0.3))],
  negativeByUniform: ({ uniform }) => [-abs(uniform()), abs(uniform())],
  largeByNegative: ({ upTo, normal }) => [upTo(1), -abs(normal(0.1))],
  smallByPositive: ({ upTo }) => [upTo(0.12), upTo(0.9)],
  smallBySmall: ({ upTo }) => [upTo(0.06), upTo(0.06)],
  smallNegative: ({ upTo }) => [-upTo(0.12), upTo(0.5)],
  twoValues: ({ chance, normal }) => [chance(0.5) ? 3 : -3, normal(0.2)],
  ramp: ({ top, normal }, _, clock) => [(clock % (2 * top)) - top, normal(0.2)],
  sorted: ({ top, upTo }, [a, b]) => [a >= top ? -top : a + upTo(0.05), b >= top ? -top : b + upTo(0.02)],
  still: (_, before) => before,
  reluNarrow: (s) => [relu(s, 0.2, 0.1), s.normal(0.3)],
  relu95: (s) => [relu(s, 0.95, 0.5), s.normal(0.25)],
  pruned: (s) => [s.normal(0.3), s.chance(0.5) ? 0 : s.normal(0.15)],
  prunedTwice: (s) => [relu(s, 0.4, 0.2), s.chance(0.5) ? 0 : s.uniform()],
  prunedMuch: (s) => [relu(s, 0.6, 0.4), s.chance(0.85) ? 0 : s.normal(0.25)],
  weightStaysShort: (s, [, b]) => [s.normal(0.3), kept(s, 0.15, b, () => s.normal(0.3))],
  walkWeightRests: (s, [a, b]) => [a + s.normal(0.15), kept(s, 0.03, b, s.uniform)],
  fewLevels: ({ top, upTo, normal }) => [normal(0.2), (Math.round(upTo(1) / top / 0.25) - 2) * 0.2 * top],
  coarse: ({ top, uniform }) => [uniform() & -4, Math.round((4 * uniform()) / top) * (top / 4)],
  negativeRelu: (s) => [-relu(s, 0.3, 0.3), s.normal(0.2)],
  pulses: (s, _, clock) => (clock % 7 < 2 ? [s.uniform(), s.normal(0.3)] : [0, 0]),
  slowRamp: ({ top, uniform }, _, clock) => [((clock >> 2) % (2 * top)) - top, uniform()],
  normalWidest: ({ normal }) => [normal(0.55), normal(0.4)],
  relu30: (s) => [relu(s, 0.3, 0.2), s.normal(0.35)],
  relu65: (s) => [relu(s, 0.65, 0.4), s.normal(0.12)],
  tinyWeights: ({ uniform, normal }) => [uniform(), normal(0.03)],
  sparseBoth: (s) => [relu(s, 0.5, 0.3), s.chance(0.7) ? 0 : s.normal(0.3)],
  walkWeightStays: (s, [a, b]) => [a + s.normal(0.08), kept(s, 0.05, b, () => s.normal(0.3))],
  normalPositive: ({ normal }) => [abs(normal(0.4)), abs(normal(0.25))],
  normalNegative: ({ normal }) => [-abs(normal(0.3)), -abs(normal(0.3))],
  negativeByPositive: ({ normal }) => [-abs(normal(0.3)), abs(normal(0.3))],
  smallByLarge: ({ upTo }) => [upTo(0.12), upTo(0.78)],
  paused: (s, before) => (s.chance(0.6) ? before : [relu(s, 0.4, 0.4), s.normal(0.2)]),
  extremes: ({ top, chance, normal }) => [chance(0.5) ? top : -top - 1, normal(0.25)],
  ternaryWeights: ({ normal, upTo, top, chance }) => [normal(0.3), chance(0.5) ? upTo(1 / top) : -upTo(1 / top)],
  laplace: ({ laplace }) => [laplace(0.15), laplace(0.1)],
  triangle: ({ top, uniform }, _, clock) => [abs(((3 * clock) % (4 * top)) - 2 * top) - top, uniform()],
  alternating: ({ normal }, _, clock) => [clock % 2 === 0 ? abs(normal(0.3)) : -abs(normal(0.3)), normal(0.3)],
  bursts: (s, [, b], clock) => [clock % 16 < 5 ? s.normal(0.35) : 0, clock % 16 < 5 ? s.normal(0.25) : b],
  powersOfTwo: ({ top, chance, upTo, normal }) => {
    const power = 2 ** Math.floor(Math.log2(1 + upTo(1)));
    return [normal(0.3), Math.min(top, chance(0.5) ? power : -power)];
  },
  negativeSparse: (s) => [-relu(s, 0.6, 0.5), s.uniform()],
  offset: ({ normal, top }) => [0.5 * top + normal(0.1), normal(0.15)],
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
