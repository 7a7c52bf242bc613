import type { OperandStream } from '../../sim/cost/gate/measure-element.ts';
import { type Random, seededRandom } from '../train/random.ts';

const clamped = (value: number): number => Math.max(-128, Math.min(127, Math.round(value)));

function stream(clocks: number, pair: (random: Random) => readonly [a: number, b: number]): OperandStream {
  const random = seededRandom(7);
  const pairs = Array.from({ length: clocks }, () => pair(random));
  return { a: Int16Array.from(pairs, ([a]) => a), b: Int16Array.from(pairs, ([, b]) => b) };
}

/** All bits random, both operands int8. */
export const uniformStream = (clocks: number): OperandStream =>
  stream(clocks, ({ below }) => [below(256) - 128, below(256) - 128]);

/** Activations 55 % zero, else |N(0, 32)|; weights N(0, 16). */
export const realisticStream = (clocks: number): OperandStream =>
  stream(clocks, ({ uniform, normal }) => [
    uniform() < 0.55 ? 0 : clamped(Math.abs(32 * normal())),
    clamped(16 * normal()),
  ]);
