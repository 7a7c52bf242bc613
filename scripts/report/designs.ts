import type { Result } from '../../specs/result.ts';

/** How one design is called in every table and figure of a report. */
export interface Labelled {
  readonly result: Result;
  /** A, B, ... Z, AA, ...: short enough for a mark in a figure. */
  readonly key: string;
  /** The design's name, with a number behind it where two designs share one. */
  readonly name: string;
}

export function labelled(results: readonly Result[]): Labelled[] {
  const seen = new Map<string, number>();
  return results.map((result, index) => {
    const count = (seen.get(result.design.name) ?? 0) + 1;
    seen.set(result.design.name, count);
    return { result, key: letters(index), name: count === 1 ? result.design.name : `${result.design.name} (${count})` };
  });
}

function letters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

/** The names behind the letters, as many per line as a narrow screen shows. */
export function keyLines(designs: readonly Labelled[]): string[] {
  const lines: string[] = [];
  for (const { key, name } of designs) {
    const last = lines.at(-1);
    const entry = `${key} ${name}`;
    if (last !== undefined && last.length + entry.length < 64) lines[lines.length - 1] = `${last}   ${entry}`;
    else lines.push(entry);
  }
  return lines;
}
