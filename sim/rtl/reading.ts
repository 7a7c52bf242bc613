/** A present value that can be looked at, as often as wanted. */
export interface Reading {
  /** As a number: exact up to 32 bits, beyond that only while it is a safe integer. */
  read(): number;
  readBig(): bigint;
}

export function bigReading(readBig: () => bigint): Reading {
  return { read: () => Number(readBig()), readBig };
}

/** Values as words of 32 bits, the lowest first, each value a two's complement number up to the end of its last word. */
export interface WordReader {
  /** Where the words of each name begin, and behind the last how many there are. */
  readonly start: Int32Array;
  /** Writes the present words of all names into `words`, from `at` on. */
  readonly read: (words: Int32Array, at: number) => void;
}

export const wordBits = 32;

/** Where the words of values so wide begin. */
export function wordStarts(widths: readonly number[]): Int32Array {
  const start = new Int32Array(widths.length + 1);
  widths.forEach((width, at) => {
    start[at + 1] = start[at]! + Math.ceil(width / wordBits);
  });
  return start;
}

export function writeWords(value: bigint, words: Int32Array, from: number, to: number): void {
  let rest = value;
  for (let at = from; at < to; at++, rest >>= BigInt(wordBits)) words[at] = Number(BigInt.asIntN(wordBits, rest));
}
