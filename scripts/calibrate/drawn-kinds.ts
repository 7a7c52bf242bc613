import { seededFractions } from '../../sim/cost/replay/strata.ts';
import type { Draw, Source } from './operands.ts';

/** Operand of one clock after that of the clock before. */
type Course = (source: Source, before: number, clock: number) => number;

/** Shapes of single operands; `size` is a share of their range, `from` -1 to 1 of where one begins. */
function shapesOf(size: number, from: number): readonly Course[] {
  const counted =
    (step: number): Course =>
    ({ top }, before, clock) =>
      clock === 0 ? Math.round(from * top) : Math.abs(before + step) > top ? -Math.sign(step) * top : before + step;
  return [
    ({ normal }) => normal(size),
    ({ upTo, chance }) => (chance(0.5) ? upTo(size) : -upTo(size)),
    ({ laplace }) => laplace(size / 2),
    ({ normal }) => Math.abs(normal(size)),
    ({ normal }) => -Math.abs(normal(size)),
    ({ upTo }) => upTo(size),
    ({ upTo }) => -upTo(size),
    ({ normal, chance, top }) => (chance(0.5) ? 1 : -1) * size * top + normal(0.05),
    ({ normal, top }) => (size - 0.5) * top + normal(0.1),
    ({ normal }, before) => before + normal(size / 4),
    ({ top }, before) => (before >= top ? -top : before + Math.max(1, (size * top) / 8)),
    counted(1 + Math.round(8 * size)),
    counted(-1 - Math.round(8 * size)),
    ({ top }) => from * top,
    ({ top, normal }) => from * top + normal(size / 8),
  ];
}

/** How a shape goes on in time. */
function coursesOf(shape: Course, rate: number): readonly Course[] {
  return [
    shape,
    shape,
    (source, before, clock) => (source.chance(rate) ? 0 : shape(source, before, clock)),
    (source, before, clock) => (source.chance(rate) ? before : shape(source, before, clock)),
    (source, before, clock) => (clock % 32 < 32 * rate ? 0 : shape(source, before, clock)),
  ];
}

/** Kinds of data put together at random, each operand of its own: many, so that no single kind weighs much in a fit. */
export function drawnKinds(count: number, seed: number): Readonly<Record<string, Draw>> {
  const fraction = seededFractions(seed);
  const oneOf = <T>(all: readonly T[]): T => all[Math.floor(fraction() * all.length)]!;
  const course = (): Course =>
    oneOf(coursesOf(oneOf(shapesOf(0.02 * 50 ** fraction(), 2 * fraction() - 1)), 0.1 + 0.85 * fraction()));
  const kind = (): Draw => {
    const [a, b] = [course(), course()];
    return (source, before, clock) => [a(source, before[0], clock), b(source, before[1], clock)];
  };
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`drawn${at}`, kind()]));
}
