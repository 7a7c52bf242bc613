import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { runCli } from './cli.ts';

const design = {
  name: 'good',
  model: 'digits',
  architecture: 'stream',
  parameters: { multipliers: 16 },
  clock: '100 MHz',
  technology: 'asap7',
};

/** A folder in which command lines are refused, with the design `good.json`; it goes when the tests of the file are done. */
export interface RefusingFolder {
  readonly folder: string;
  readonly at: (name: string) => string;
  /** The good design with these changes. */
  readonly writeDesign: (name: string, changes: Record<string, unknown>) => void;
  /** Exit 2, one sentence with its code on the error stream, nothing on the other, nothing left behind, and quickly. */
  readonly refused: (argv: readonly string[], sentence: RegExp) => Promise<void>;
}

export function refusingFolder(): RefusingFolder {
  const folder = mkdtempSync(join(tmpdir(), 'joulesmith-bad-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  const writeDesign: RefusingFolder['writeDesign'] = (name, changes) =>
    writeFileSync(at(name), JSON.stringify({ ...design, ...changes }));
  const refused: RefusingFolder['refused'] = async (argv, sentence) => {
    const before = readdirSync(folder, { recursive: true });
    const { code, out, err, seconds } = await runCli(argv, { folder });
    expect(err).toMatch(sentence);
    expect(err).toMatch(/^joulesmith: [^\n]+; [^\n]+ \[[A-Z0-9_]+\]\n$/);
    expect(err.length).toBeLessThan(600);
    expect(code).toBe(2);
    expect(out).toBe('');
    // It takes one; more is no slow machine but a gigabyte that was believed.
    expect(seconds).toBeLessThan(30);
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  };
  writeDesign('good.json', {});
  return { folder, at, writeDesign, refused };
}
