import { Fault } from '../../../../specs/fault.ts';

/** The text of one Liberty file and the name people know it by. */
export interface LibertyText {
  readonly file: string;
  readonly text: string;
}

/** `file:line` of a character. Counted only when a fault needs it: a library has a million statements. */
export function placeOf({ file, text }: LibertyText, offset: number): string {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return `${file}:${line}`;
}

/** What a reader throws: where, what, and what to do. */
export function libertyFault(source: LibertyText, offset: number, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place: placeOf(source, offset), cause, wayOut });
}

/** A piece of the file as it is shown in a message. */
export function excerpt(text: string, offset: number): string {
  const piece = text
    .slice(offset, offset + 24)
    .split('\n')[0]!
    .trimEnd();
  return JSON.stringify(piece);
}
