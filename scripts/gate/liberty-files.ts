import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Library } from '../../sim/cost/gate/liberty/library.ts';
import { parseLiberty } from '../../sim/cost/gate/liberty/parse.ts';
import { Fault } from '../../specs/fault.ts';
import { readBytes } from '../files.ts';

/** A Liberty file as text for a mapper, and as read for the simulator. */
export interface LibertyFile {
  readonly name: string;
  readonly text: string;
  readonly library: Library;
}

/** Files of one technology, plain or packed with gzip. Errors: those of reading, and of `parseLiberty`. */
export function readLibertyFiles(paths: readonly string[]): LibertyFile[] {
  if (paths.length === 0) {
    throw new Fault({
      code: 'LIBERTY_MISSING',
      place: '--liberty',
      cause: 'no cell library was given, and tier T2 is computed from one',
      wayOut: 'give the Liberty files of one technology: --liberty FILE, as often as needed',
    });
  }
  return paths.map((path) => {
    const bytes = readBytes(path);
    // Latin-1 or UTF-8 in comments only: one character for each byte keeps places true.
    const text = Buffer.from(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('latin1');
    const name = basename(path).replace(/\.gz$/, '');
    return { name, text, library: parseLiberty(text, name) };
  });
}
