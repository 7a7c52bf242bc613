import { numbersIn } from './numbers.ts';
import { excerpt, type LibertyText, libertyFault } from './place.ts';

/** `name : value;` has one word; `name(a, b);` has as many as it has arguments. */
export interface LibertyAttribute {
  readonly name: string;
  readonly words: readonly string[];
  /** Arguments of `values` and `index_N`, which are not cut into words. */
  readonly numbers: Float64Array | null;
  readonly offset: number;
}

/** `name(words) { attributes and groups }`. */
export interface LibertyGroup {
  readonly name: string;
  readonly words: readonly string[];
  readonly attributes: readonly LibertyAttribute[];
  readonly groups: readonly LibertyGroup[];
  readonly offset: number;
}

interface OpenGroup extends LibertyGroup {
  readonly attributes: LibertyAttribute[];
  readonly groups: LibertyGroup[];
}

/** Liberty nests seven levels deep; a file far beyond that is damaged or made to exhaust us. */
const deepest = 64;
const again = 'correct the file, or fetch it again if it is damaged';

const isNameCode = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 46;
/** White space, and the backslash that continues a line. */
const isSpace = (code: number): boolean => code <= 32 || code === 92 || code === 0xfeff;

/**
 * Reads the structure of a Liberty file without judging its content. Tolerates what real files contain: a missing
 * semicolon at the end of a line, stray semicolons and backslashes, comments.
 * Errors: `LIBERTY_TRUNCATED`, `LIBERTY_SYNTAX`, `LIBERTY_NUMBER`.
 */
export function libertyGroups(source: LibertyText): LibertyGroup {
  const { text } = source;
  const length = text.length;
  let at = 0;

  const wrong = (offset: number, cause: string): never => {
    throw libertyFault(source, offset, 'LIBERTY_SYNTAX', cause, again);
  };
  const ended = (offset: number, what: string): never => {
    const wayOut = 'fetch the file again, its end is missing';
    throw libertyFault(source, offset, 'LIBERTY_TRUNCATED', `the file ends inside ${what} that begins here`, wayOut);
  };
  const skipSpace = (): void => {
    while (at < length) {
      if (isSpace(text.charCodeAt(at))) at++;
      else if (text.charCodeAt(at) === 47 && text.charCodeAt(at + 1) === 42) {
        const end = text.indexOf('*/', at + 2);
        if (end < 0) ended(at, 'a comment');
        at = end + 2;
      } else return;
    }
  };
  const readString = (): string => {
    const end = text.indexOf('"', at + 1);
    if (end < 0) ended(at, 'a string');
    const words = text.slice(at + 1, end);
    at = end + 1;
    return words.includes('\\') ? words.replace(/\\\r?\n\s*/g, ' ') : words;
  };
  const readName = (): string => {
    const start = at;
    while (at < length && isNameCode(text.charCodeAt(at))) at++;
    if (at === start) wrong(at, `${excerpt(text, at)} stands where a statement must begin`);
    return text.slice(start, at);
  };
  /** After the colon: a string, or everything to the end of the statement. */
  const readValue = (start: number): string => {
    while (at < length && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
    if (at >= length) ended(start, 'a statement');
    if (text.charCodeAt(at) === 34) return readString();
    const from = at;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code === 59 || code === 10 || code === 125) break;
      if (code === 123 || code === 34) wrong(at, `${excerpt(text, at)} stands inside a value`);
      if (code === 47 && text.charCodeAt(at + 1) === 42) break;
    }
    const value = text.slice(from, at).trim();
    if (value === '') wrong(start, 'a statement has no value');
    return value;
  };
  const readWords = (open: number): string[] => {
    const words: string[] = [];
    for (;;) {
      skipSpace();
      if (at >= length) ended(open, 'a list');
      const code = text.charCodeAt(at);
      if (code === 41) {
        at++;
        return words;
      }
      if (code === 44) at++;
      else if (code === 34) words.push(readString());
      else if (code === 123 || code === 125 || code === 59) wrong(at, `${excerpt(text, at)} stands inside a list`);
      else {
        const start = at;
        // A bare word may carry a range: A[7:0].
        while (at < length && !' \t\r\n,()"{};\\'.includes(text[at]!)) at++;
        if (at === start) wrong(at, `${excerpt(text, at)} stands inside a list`);
        words.push(text.slice(start, at));
      }
    }
  };
  const readNumbers = (open: number): Float64Array => {
    const end = text.indexOf(')', at);
    if (end < 0) ended(open, 'a list');
    const numbers = numbersIn(source, at, end);
    at = end + 1;
    return numbers;
  };

  const none: readonly string[] = [];
  const open: OpenGroup[] = [];
  let library: LibertyGroup | null = null;
  for (;;) {
    skipSpace();
    const parent = open.at(-1);
    if (at >= length) {
      if (parent !== undefined) ended(parent.offset, `the group ${parent.name}(${parent.words.join(', ')})`);
      if (library === null) throw libertyFault(source, 0, 'LIBERTY_SYNTAX', 'the file holds no library', again);
      return library;
    }
    const offset = at;
    const first = text.charCodeAt(at);
    if (first === 59) {
      at++;
      continue;
    }
    if (first === 125) {
      if (parent === undefined) wrong(at, 'a closing brace has no opening one');
      open.pop();
      at++;
      continue;
    }
    const name = readName();
    skipSpace();
    const mark = text.charCodeAt(at);
    if (at >= length) ended(offset, `the statement ${name}`);
    if (mark === 58 && parent !== undefined) {
      at++;
      parent.attributes.push({ name, words: [readValue(offset)], numbers: null, offset });
      continue;
    }
    if (mark !== 40) wrong(at, `${excerpt(text, at)} follows ${JSON.stringify(name)} where ':' or '(' must stand`);
    const list = at;
    at++;
    const table = name === 'values' || name === 'index_1' || name === 'index_2' || name === 'index_3';
    const numbers = table ? readNumbers(list) : null;
    const words = table ? none : readWords(list);
    skipSpace();
    if (text.charCodeAt(at) === 123) {
      at++;
      const group: OpenGroup = { name, words, attributes: [], groups: [], offset };
      if (parent === undefined) {
        if (name !== 'library') wrong(offset, `the file begins with ${JSON.stringify(name)} and not with a library`);
        if (library !== null) wrong(offset, 'a second library begins here');
        library = group;
      } else parent.groups.push(group);
      open.push(group);
      if (open.length > deepest) wrong(offset, `groups are nested more than ${deepest} deep`);
    } else {
      if (parent === undefined) wrong(offset, `${JSON.stringify(name)} stands outside the library`);
      parent!.attributes.push({ name, words, numbers, offset });
    }
  }
}

/** The first attribute of that name. */
export function attributeOf(group: LibertyGroup, name: string): LibertyAttribute | null {
  return group.attributes.find((attribute) => attribute.name === name) ?? null;
}

/** The first word of the first attribute of that name. */
export function wordOf(group: LibertyGroup, name: string): string | null {
  return attributeOf(group, name)?.words[0] ?? null;
}
