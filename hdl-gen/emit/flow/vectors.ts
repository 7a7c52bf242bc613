import type { ElementBits } from '../../../models/tensor-type.ts';
import type { Pauses } from '../pause.ts';

/** What the benches stream through the block: frames in two files of `$readmemh` form, one element a line. */
export interface Vectors {
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** Bits of an element on either side. */
  readonly inputBits: ElementBits;
  readonly outputBits: ElementBits;
  readonly frames: number;
  readonly files: { readonly input: string; readonly expected: string };
  /** A bench gives up when so many clocks bring no output. */
  readonly maxClocks: number;
}

/** What a line of the files is called. */
export function unitOf({ inputBits, outputBits }: Pick<Vectors, 'inputBits' | 'outputBits'>): 'byte' | 'element' {
  return inputBits === 8 && outputBits === 8 ? 'byte' : 'element';
}

/** Pauses of the benches' second run: about a third of the clocks on either side. */
export const benchPauses: { readonly input: Pauses; readonly output: Pauses } = {
  input: { seed: 0x1234_5679, probability: 85 },
  output: { seed: 0x0bad_cafd, probability: 85 },
};
