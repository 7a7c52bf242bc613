import { basename } from 'node:path';
import { libertyGroups } from '../../sim/cost/gate/liberty/groups.ts';
import { type LibertyCells, stateCellsOf } from '../../sim/synthesis/liberty-cells.ts';
import { avoiding } from '../../sim/synthesis/special-cells.ts';
import { Fault } from '../../specs/fault.ts';
import { readBytes } from '../files.ts';
import { checkCellsOnce } from '../gate/cells-once.ts';
import { checkComplete } from '../gate/complete-library.ts';
import { unpackLiberty } from '../gate/unpack-liberty.ts';
import { sha256Of } from '../zoo/keep.ts';

/** A Liberty file, unpacked. */
export interface Library {
  readonly path: string;
  /** Of the file as it lies there. */
  readonly sha256: string;
  /** Name beside the script; Yosys sees nothing of the machine's folders. */
  readonly file: string;
  /** Cells that are no plain logic are marked `dont_use`. */
  readonly text: string;
  readonly state: LibertyCells;
}

export const isLibraryPath = (name: string): boolean => /\.lib(\.gz)?$/i.test(name);

/**
 * Yosys may run to its limit on a file without its end. What else our own reader does not like may be good enough for it.
 * Errors: LIBERTY_TRUNCATED.
 */
function checkEnd(text: string, file: string): void {
  try {
    libertyGroups({ file, text });
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'LIBERTY_TRUNCATED') throw error;
  }
}

/** Errors: those of reading a file, SYNTH_LIBERTY and LIBERTY_TRUNCATED. */
export function readLibrary(path: string, at: number): Library {
  const bytes = readBytes(path);
  const given = new TextDecoder().decode(unpackLiberty(path, bytes));
  const state = stateCellsOf(given, path);
  checkEnd(given, path);
  const text = avoiding(given, (name) => state.unfit.has(name));
  const stem = basename(path)
    .replace(/(\.lib)?(\.gz)?$/i, '')
    .replaceAll(/[^A-Za-z0-9_]/g, '_');
  return { path, sha256: sha256Of(bytes), file: `library_${at}_${stem}.lib`, text, state };
}

/** Every cell stands in one file, and what every design needs is among them. Errors: SYNTH_LIBERTY. */
export function checkLibraries(libraries: readonly Library[]): void {
  checkCellsOnce(libraries.map(({ path, state }) => ({ path, names: state.names })));
  checkComplete(libraries.map(({ path, state: { met } }) => ({ path, met })));
}
