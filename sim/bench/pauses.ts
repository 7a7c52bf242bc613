/** When one side of a stream pauses: at random, the same clocks for the same seed. */
export interface Pauses {
  readonly seed: number;
  /** Of a pause in a clock, out of 256; 0 = never pauses. */
  readonly probability: number;
}

export const noPauses: Pauses = { seed: 0, probability: 0 };

/** Whether the side pauses in the next clock, one answer per call. Any seed is as good as any other (mulberry32). */
export function pauseGenerator({ seed, probability }: Pauses): () => boolean {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return mixed >>> 24 < probability;
  };
}
