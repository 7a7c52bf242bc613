import type { Pauses } from '../pause.ts';

/** What the benches stream through the block: frames of bytes in two files of `$readmemh` form, one byte a line. */
export interface Vectors {
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly frames: number;
  readonly files: { readonly input: string; readonly expected: string };
  /** A bench gives up when so many clocks bring no output byte. */
  readonly maxClocks: number;
}

/** Pauses of the benches' second run: about a third of the clocks on either side. */
export const benchPauses: { readonly input: Pauses; readonly output: Pauses } = {
  input: { seed: 0x1234_5679, probability: 85 },
  output: { seed: 0x0bad_cafd, probability: 85 },
};
