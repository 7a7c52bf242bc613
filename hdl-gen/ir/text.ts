import { Fault } from '../../specs/fault.ts';
import type { WordData } from './design.ts';

/**
 * The line form that designs and netlists are printed in and parsed from: words between spaces, texts as JSON strings,
 * references `%7`, types `u8` or `s8`.
 */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly words: readonly string[];
}

function fail(code: string, line: number, cause: string): never {
  throw new Fault({ code, place: `line ${line}`, cause, wayOut: 'give the text as it was printed' });
}

export function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .map((line, index) => ({ number: index + 1, words: line.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? [] }))
    .filter(({ words }) => words.length > 0);
}

/** Reads the words of one line from left to right. */
export interface WordReader {
  readonly line: number;
  /** The next word, which must exist. */
  word(what: string): string;
  /** Takes the next word when it is this one. */
  take(word: string): boolean;
  integer(what: string): number;
  decimal(what: string): string;
  reference(): number;
  /** `-` stands for none. */
  referenceOrNone(): number | null;
  type(): { readonly width: number; readonly signed: boolean };
  /** A quoted text. */
  text(what: string): string;
  rest(): string[];
  done(): void;
  refuse(cause: string): never;
}

export function readWords({ number, words }: Line): WordReader {
  let at = 0;
  const refuse = (cause: string): never => fail('HDL_TEXT', number, cause);
  const next = (what: string): string => {
    const word = words[at++];
    return word ?? refuse(`${what} is missing at the end of '${words.join(' ')}'`);
  };
  const matching = (what: string, pattern: RegExp): RegExpExecArray => {
    const word = next(what);
    return pattern.exec(word) ?? refuse(`expected ${what}, found '${word}'`);
  };
  const reader: WordReader = {
    line: number,
    word: next,
    take: (word) => {
      if (words[at] !== word) return false;
      at++;
      return true;
    },
    integer: (what) => Number(matching(what, /^-?\d+$/)[0]),
    decimal: (what) => matching(what, /^-?\d+$/)[0],
    reference: () => Number(matching('a reference such as %7', /^%(\d+)$/)[1]),
    referenceOrNone: () => (reader.take('-') ? null : reader.reference()),
    type: () => {
      const [, sign, width] = matching('a type such as u8 or s8', /^([us])(\d+)$/);
      return { width: Number(width), signed: sign === 's' };
    },
    text: (what) => JSON.parse(matching(what, /^".*"$/)[0]) as string,
    rest: () => {
      const left = words.slice(at);
      at = words.length;
      return left;
    },
    done: () => {
      if (at < words.length) refuse(`'${words.slice(at).join(' ')}' is too much`);
    },
    refuse,
  };
  return reader;
}

export function typeText({ width, signed }: { readonly width: number; readonly signed: boolean }): string {
  return `${signed ? 's' : 'u'}${width}`;
}

const arrayTypes = {
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
} as const;

/** A typed array of words as `Int8Array 1 -2 3`. */
export function dataText(data: WordData): string {
  return [data.constructor.name, ...Array.from<number | bigint>(data)].join(' ');
}

export function parseData(reader: WordReader): WordData {
  const name = reader.word('the kind of array');
  const words = reader.rest();
  const wrong = words.find((word) => !/^-?\d+$/.test(word));
  if (wrong !== undefined) reader.refuse(`expected a whole number, found '${wrong}'`);
  return wordData(name, words) ?? reader.refuse(`'${name}' is no array of words`);
}

/** The typed array of that name with these words, or null when there is none of that name. */
export function wordData(name: string, words: readonly (string | number)[]): WordData | null {
  if (name === 'BigInt64Array') return BigInt64Array.from(words, (word) => BigInt(word));
  const made = Object.entries(arrayTypes).find(([known]) => known === name)?.[1];
  return made === undefined ? null : made.from(words.map(Number));
}
