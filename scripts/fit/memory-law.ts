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

/**
 * The law of the least relative errors, too high and too low alike (those of twice and of half count the same); a memory counts by the
 * square root of what it draws. Joules are counted from the largest, so that rounding is alike in all technologies.
 */
export function fitMemoryLaw(memories: readonly MemoryFigures[]): MemoryLaw {
  const unit = Math.max(...memories.map(({ cells }) => cells));
  let expected = memories.map(({ cells }) => cells);
  let found: ArrayLike<number> = [0, 0, 0];
  for (let round = 0; round < 30; round++) {
    const observations = memories.map((memory, at) => {
      const { cells, wordBits } = memory;
      const share = ((cells * wordBits) / unit) ** 0.25;
      return { terms: termsOf(memory), joules: cells / unit, of: Math.sqrt(cells * expected[at]!) / unit / share };
    });
    found = fitNonNegative(observations);
    expected = memories.map((memory) => predicted(found, termsOf(memory)) * unit);
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
