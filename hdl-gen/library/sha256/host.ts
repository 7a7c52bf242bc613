import { initialState, roundConstants, rounds } from './constants.ts';
import { expand, type sumWords } from './word.ts';

/** The words of a byte string, the first byte in the highest bits. */
export function wordsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(4 * at));
}

/** The bytes of words, the first byte from the highest bits. */
export function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, at) => {
    view.setUint32(4 * at, word);
  });
  return bytes;
}

const rotate = (value: number, amount: number): number => (value >>> amount) | (value << (32 - amount));
const numberOf = (word: ReturnType<typeof sumWords>): number => {
  if (typeof word === 'number') return word;
  throw new RangeError('a sum of numbers is a number');
};

/** What the host does once per job: the chaining value behind a header's first 64 bytes, given as 16 words. */
export function midstateOf(words: readonly number[]): number[] {
  const window = [...words];
  let [a, b, c, d, e, f, g, h] = initialState as [number, number, number, number, number, number, number, number];
  for (let round = 0; round < rounds; round++) {
    const rotated = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = h + (rotated >>> 0) + ((g ^ (e & (f ^ g))) >>> 0) + roundConstants[round]! + window[0]!;
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) >>> 0) + (((a & b) | (c & (a | b))) >>> 0);
    [a, b, c, d, e, f, g, h] = [(first + second) >>> 0, a, b, c, (d + first) >>> 0, e, f, g];
    window.push(numberOf(expand(window)));
    window.shift();
  }
  return initialState.map((word, at) => (word + [a, b, c, d, e, f, g, h][at]!) >>> 0);
}

/** A header of 80 bytes as the work of `Sha256dSerial` and `Sha256dPipelined`. */
export function workOf(header: Uint8Array): { midstate: number[]; tail: number[] } {
  const words = wordsOf(header);
  return { midstate: midstateOf(words.slice(0, 16)), tail: words.slice(16) };
}
