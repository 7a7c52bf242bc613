import { basename } from 'node:path';
import type { ReadLibrary } from '../../sim/cost/gate/liberty/for-mapping.ts';
import { libertyGroups } from '../../sim/cost/gate/liberty/groups.ts';
import { libraryOf } from '../../sim/cost/gate/liberty/parse.ts';
import { Fault } from '../../specs/fault.ts';
import { readBytes } from '../files.ts';
import { sha256Of } from '../zoo/keep.ts';
import { checkCellsOnce } from './cells-once.ts';
import { unpackLiberty } from './unpack-liberty.ts';

/** A Liberty file, read. */
export interface LibertyFile extends ReadLibrary {
  readonly name: string;
  /** Of the unpacked text. */
  readonly sha256: string;
}

/** Plain or packed with gzip. Errors: those of reading, SYNTH_LIBERTY, and those of `parseLiberty`. */
export function readLibertyFile(path: string, name = basename(path).replace(/\.gz$/, '')): LibertyFile {
  const plain = unpackLiberty(path, readBytes(path));
  // Latin-1 or UTF-8 in comments only: one character for each byte keeps places true.
  const source = { file: name, text: Buffer.from(plain).toString('latin1') };
  const group = libertyGroups(source);
  return { name, sha256: sha256Of(plain), group, library: libraryOf(source, group) };
}

/** Files of one technology, every cell in one of them. Errors: those of `readLibertyFile`, LIBERTY_MISSING, SYNTH_LIBERTY. */
export function readLibertyFiles(paths: readonly string[]): LibertyFile[] {
  if (paths.length === 0) {
    throw new Fault({
      code: 'LIBERTY_MISSING',
      place: '--liberty',
      cause: 'no cell library was given, and tier T2 is computed from one',
      wayOut: 'give the Liberty files of one technology: --liberty FILE, as often as needed',
    });
  }
  const files = paths.map((path) => readLibertyFile(path));
  checkCellsOnce(files.map(({ library }, at) => ({ path: paths[at]!, names: library.cells.keys() })));
  return files;
}
