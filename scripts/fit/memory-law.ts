import { fitNonNegative, predicted } from '../../sim/cost/toggle/fit.ts';
import type { MemoryFigures } from './memory-figures.ts';

/** Joules: of a bit read, for each word; of a bit written; of a bit written, for each word. */
export interface MemoryLaw {
  readonly read: number;
  readonly write: number;
  readonly writeBus: number;
}

/** What the law takes of an access, in its order, per clock and bit of the word. */
const termsOf = ({ words, reads, writes }: MemoryFigures): number[] => [reads * words, writes, writes * words];

export function lawEnergy({ read, write, writeBus }: MemoryLaw, memory: MemoryFigures): number {
  return predicted([read, write, writeBus], termsOf(memory));
}

/** Between two numbers: their difference over that of their logarithms. */
const logarithmicMean = (a: number, b: number): number => (Math.abs(a / b - 1) < 1e-9 ? a : (a - b) / Math.log(a / b));

const rounds = 60;

/**
 * The law with the least squares of the logarithms of what memories draw over what it says: twice as much and half as much weigh the
 * same. A memory counts by the square root of what it draws. With the logarithmic mean in the weights, squares of differences have their
 * least sum where those of the logarithms have it.
 */
export function fitMemoryLaw(memories: readonly MemoryFigures[]): MemoryLaw {
  // Counted from the largest, so that rounding is alike in all technologies.
  const unit = Math.max(...memories.map(({ cells }) => cells));
  const drawn = memories.map(({ cells }) => cells / unit);
  let told = drawn;
  let found: ArrayLike<number> = [0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    const observations = memories.map((memory, at) => ({
      terms: termsOf(memory),
      joules: drawn[at]!,
      of: Math.sqrt(told[at]! * logarithmicMean(told[at]!, drawn[at]!)) / (drawn[at]! * memory.wordBits) ** 0.25,
    }));
    found = fitNonNegative(observations);
    told = memories.map((memory) => predicted(found, termsOf(memory)));
  }
  const [read, write, writeBus] = Array.from(found, (value) => value * unit);
  return { read: read!, write: write!, writeBus: writeBus! };
}

export interface Reach {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How far the memories are from the law: what they draw over what it says, at least, in the geometric mean, and at most. */
export function reachOf(law: MemoryLaw, memories: readonly MemoryFigures[]): Reach {
  const ratios = memories.map((memory) => memory.cells / lawEnergy(law, memory));
  return spreadOf(ratios);
}

export function spreadOf(ratios: readonly number[]): Reach {
  const logs = ratios.map(Math.log);
  const value = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  return { value, low: Math.min(...ratios), high: Math.max(...ratios) };
}
