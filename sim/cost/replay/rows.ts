import { wordBits } from '../../rtl/reading.ts';

/** What the values of several names (columns) were in successive clocks (rows), in words as `observeWords` reads them. */
export interface Rows {
  readonly length: number;
  /** Where the words of each column begin in a row, and behind the last how many there are. */
  readonly start: Int32Array;
  /** Row after row. */
  readonly words: Int32Array;
}

/** Words of a row. */
export const rowWords = ({ start }: Pick<Rows, 'start'>): number => start[start.length - 1]!;

/** A bit of a value; of a negative one as far as its last word goes. */
export function bitAt({ start, words }: Rows, row: number, column: number, bit: number): 0 | 1 {
  const word = words[row * start[start.length - 1]! + start[column]! + (bit >> 5)]!;
  return ((word >>> (bit % wordBits)) & 1) as 0 | 1;
}

/** The lowest word of a value: the value itself, where it has fewer than 32 bits. */
export function wordAt({ start, words }: Rows, row: number, column: number): number {
  return words[row * start[start.length - 1]! + start[column]!]!;
}

/** The rows from one up to, not including, another, in memory of their own. */
export function rowsBetween({ start, words }: Rows, from: number, to: number): Rows {
  const each = rowWords({ start });
  return { length: to - from, start, words: words.slice(from * each, to * each) };
}

/** A value as a signed number of all its words. */
export function integerAt({ start, words }: Rows, row: number, column: number): bigint {
  const from = row * start[start.length - 1]!;
  let value = 0n;
  for (let at = start[column + 1]! - 1; at >= start[column]!; at--) {
    const word = words[from + at]!;
    value = (value << BigInt(wordBits)) + BigInt(at === start[column + 1]! - 1 ? word : word >>> 0);
  }
  return value;
}
