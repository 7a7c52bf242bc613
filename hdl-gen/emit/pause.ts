/**
 * How the outside pauses an accelerator. One definition read by the emitted test bench, the embedded simulator and the
 * cycle model, so that all of them see the very same clocks blocked.
 *
 * A 32-bit Galois LFSR steps once per clock from clock 0 (the first edge after reset); the clock is paused when its low
 * byte is below `probability`. Source: while bytes remain, `valid` rises in the first clock not paused and stays until
 * the byte is taken. Sink: `ready` is simply "not paused".
 */
export interface Pauses {
  /** Non-zero 32-bit start value. */
  readonly seed: number;
  /** Out of 256; 0 = never pauses. */
  readonly probability: number;
}

export const noPauses: Pauses = { seed: 1, probability: 0 };

/** Feedback polynomial x^32 + x^22 + x^2 + x + 1 in Galois form. */
export const pausePolynomial = 0x80200003;

export function stepPause(state: number): number {
  return ((state >>> 1) ^ (state & 1 ? pausePolynomial : 0)) >>> 0;
}

export function isPaused(state: number, pauses: Pauses): boolean {
  return (state & 0xff) < pauses.probability;
}
