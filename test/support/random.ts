import type { Tensor, TensorData } from '../../models/graph.ts';
import { allocate, highestOf, lowestOf } from '../../models/tensor-type.ts';

/** A seeded generator (mulberry32): the same seed gives the same sequence on every machine. */
export interface Random {
  /** A whole number from min to max, both included. */
  integer(min: number, max: number): number;
  /** From 0, included, to 1, excluded. */
  fraction(): number;
}

export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return { fraction, integer: (min, max) => min + Math.floor(fraction() * (max - min + 1)) };
}

/** Random int8 values, the extremes included. */
export function randomInt8s(random: Random, length: number): Int8Array {
  return Int8Array.from({ length }, () => random.integer(-128, 127));
}

/** Random values of the tensor's type, the extremes included. */
export function randomElements(random: Random, tensor: Pick<Tensor, 'type'>, length: number): TensorData {
  return allocate(tensor, length).map(() => random.integer(lowestOf(tensor), highestOf(tensor)));
}
