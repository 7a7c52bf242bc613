import type { OperandStream } from '../../sim/cost/gate/measure-element.ts';
import { seededFractions } from '../../sim/cost/replay/strata.ts';

export type Pair = readonly [a: number, b: number];

/** What a kind of data is drawn from; widths are shares of the range of the operands. */
export interface Source {
  /** The greatest operand. */
  readonly top: number;
  /** 0 to 1, without 1. */
  readonly fraction: () => number;
  readonly uniform: () => number;
  readonly normal: (deviation: number) => number;
  readonly chance: (probability: number) => boolean;
  /** 0 to a share of the range, all alike. */
  readonly upTo: (share: number) => number;
  /** Two-sided exponential. */
  readonly laplace: (scale: number) => number;
}

/** Operands of one clock after those of the clock before; rounded and clamped to the range. */
export type Draw = (source: Source, before: Pair, clock: number) => Pair;

/** A reproducible stream of signed operands of so many bits. */
export function operandStream(draw: Draw, bits: number, clocks: number, seed: number): OperandStream {
  const fraction = seededFractions(Math.imul(seed, 0x9e3779b1));
  const top = 2 ** (bits - 1) - 1;
  const clamped = (value: number): number => Math.max(-top - 1, Math.min(top, Math.round(value)));
  const source: Source = {
    top,
    fraction,
    uniform: () => Math.floor(fraction() * (2 * top + 2)) - top - 1,
    normal: (deviation) =>
      clamped(deviation * (top + 1) * Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction())),
    chance: (probability) => fraction() < probability,
    upTo: (share) => Math.floor(fraction() * (Math.max(1, Math.round(share * top)) + 1)),
    laplace: (scale) => scale * top * Math.log(1 - fraction()) * (fraction() < 0.5 ? 1 : -1),
  };
  const stream = { a: new Int16Array(clocks), b: new Int16Array(clocks) };
  let before: Pair = [0, 0];
  for (let clock = 0; clock < clocks; clock++) {
    const [a, b] = draw(source, before, clock);
    before = [clamped(a), clamped(b)];
    stream.a[clock] = before[0];
    stream.b[clock] = before[1];
  }
  return stream;
}
