import type { Logic, Product } from '../../ir/logic.ts';
import { bitsFor } from '../../library/counter.ts';

/** Counts logic while a circuit is read in closed form. */
export interface Tally {
  readonly add: (bits: number) => void;
  readonly count: (bits: number) => void;
  readonly compare: (bits: number) => void;
  readonly equal: (bits: number) => void;
  readonly mux: (bits: number) => void;
  readonly gate: (bits: number) => void;
  /** `counter` of hdl-gen/library/counter.ts: nothing when there is one value. */
  readonly counter: (size: number) => void;
  /** `advanceModulo` of an address of so many bits. */
  readonly advance: (bits: number, step: number, size: number) => void;
  readonly logic: (products?: readonly Product[]) => Logic;
}

export function tally(): Tally {
  const counts = { add: 0, count: 0, compare: 0, equal: 0, mux: 0, gate: 0, shift: 0 };
  const count = (what: keyof typeof counts) => (bits: number) => {
    counts[what] += bits;
  };
  return {
    add: count('add'),
    count: count('count'),
    compare: count('compare'),
    equal: count('equal'),
    mux: count('mux'),
    gate: count('gate'),
    counter(size) {
      if (size <= 1) return;
      const bits = bitsFor(size - 1);
      counts.count += bits;
      counts.equal += bits;
      if (size !== 2 ** bits) counts.gate += bits;
    },
    advance(bits, step, size) {
      if (step % size === 0) return;
      if (size === 2 ** bits) counts.count += bits;
      else {
        counts.count += 2 * bits;
        counts.compare += bits;
        counts.mux += bits;
      }
    },
    logic: (products = []) => ({ ...counts, products }),
  };
}
