import { excerpt, type LibertyText, libertyFault } from './place.ts';

const powersOfTen = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
/** Between numbers of a table: white space, commas, quotes, and the backslash that continues a line. */
const isBetween = (code: number): boolean => code <= 32 || code === 44 || code === 34 || code === 92;

/**
 * Reads the numbers of `values("1, 2", "3, 4")` straight from the text between two offsets: half of a library is
 * tables, and cutting strings first would double the time. Errors: `LIBERTY_NUMBER`.
 */
export function numbersIn(source: LibertyText, from: number, to: number): Float64Array {
  const { text } = source;
  const found: number[] = [];
  let at = from;
  while (at < to) {
    if (isBetween(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const start = at;
    while (at < to && !isBetween(text.charCodeAt(at))) at++;
    found.push(numberAt(source, start, at));
  }
  return Float64Array.from(found);
}

/** One number between two offsets. Short decimals need no string: digits and power of ten are exact, so is the quotient. */
function numberAt(source: LibertyText, start: number, end: number): number {
  const { text } = source;
  const negative = text.charCodeAt(start) === 45;
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let point = false;
  for (let at = negative ? start + 1 : start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      mantissa = mantissa * 10 + (code - 48);
      digits++;
      if (point) decimals++;
    } else if (code === 46 && !point) point = true;
    else return slowNumberAt(source, start, end);
  }
  if (digits === 0 || digits > 15) return slowNumberAt(source, start, end);
  const value = mantissa / powersOfTen[decimals]!;
  return negative ? -value : value;
}

function slowNumberAt(source: LibertyText, start: number, end: number): number {
  const value = numberOf(source.text.slice(start, end));
  if (value !== null) return value;
  throw libertyFault(
    source,
    start,
    'LIBERTY_NUMBER',
    `${excerpt(source.text, start)} is not a number`,
    'correct the table, or fetch the file again if it is damaged',
  );
}

/** A decimal number, or null. */
export function numberOf(word: string): number | null {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(word)) return null;
  const value = Number(word);
  return Number.isFinite(value) ? value : null;
}
