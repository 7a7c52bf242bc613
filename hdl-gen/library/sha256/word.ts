import { cat } from '../../lang/combine.ts';
import type { UInt } from '../../lang/signal.ts';
import { type DelayOptions, delay } from '../../lang/state.ts';

/**
 * A 32-bit word of a hash in progress: a number that is known when the hardware is made, or a signal. A signal that is
 * `still` keeps its value while hashes pass, so that pipeline stages may read it where it is.
 */
export type Word = number | { readonly signal: UInt; readonly still: boolean };

export const moving = (signal: UInt): Word => ({ signal, still: false });
export const still = (signal: UInt): Word => ({ signal, still: true });

const rotateNumber = (value: number, amount: number): number => (value >>> amount) | (value << (32 - amount));
export const rotateRight = (value: UInt, amount: number): UInt =>
  cat(value.bits(amount - 1, 0), value.bits(31, amount));

/** Two rotations and a shift to the right: sigma 0 and 1 of the message schedule (FIPS 180-4). */
const schedule = { sigma0: [7, 18, 3], sigma1: [17, 19, 10] } as const;

export function sigma(name: keyof typeof schedule, word: Word): Word {
  const [first, second, shift] = schedule[name];
  if (typeof word === 'number')
    return (rotateNumber(word, first) ^ rotateNumber(word, second) ^ (word >>> shift)) >>> 0;
  const { signal } = word;
  const mixed = rotateRight(signal, first).xor(rotateRight(signal, second)).xor(signal.shr(shift));
  return { signal: mixed, still: word.still };
}

/** The sum modulo 2^32; what is known is added when the hardware is made. */
export function sumWords(words: readonly Word[]): Word {
  let known = 0;
  let sum: UInt | null = null;
  let isStill = true;
  for (const word of words) {
    if (typeof word === 'number') known = (known + word) >>> 0;
    else {
      sum = sum === null ? word.signal : sum.addWrap(word.signal);
      isStill &&= word.still;
    }
  }
  if (sum === null) return known;
  return { signal: known === 0 ? sum : sum.addWrap(known), still: isStill };
}

/** The word 16 places on, of the 16 words before it. */
export function expand(window: readonly Word[]): Word {
  return sumWords([sigma('sigma1', window[14]!), window[9]!, sigma('sigma0', window[1]!), window[0]!]);
}

/** The word one clock later. */
export function later(name: string, word: Word, options: DelayOptions): Word {
  return typeof word === 'number' ? word : { signal: delay(name, word.signal, options), still: word.still };
}

/** As `later`, where only what moves needs a register. */
export function carried(name: string, word: Word, options: DelayOptions): Word {
  return typeof word === 'number' || word.still ? word : later(name, word, options);
}
