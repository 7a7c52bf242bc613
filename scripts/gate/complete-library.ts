import { type NeededCell, neededCells, needsMetBy } from '../../sim/synthesis/needed-cells.ts';
import { Fault } from '../../specs/fault.ts';
import type { LibertyFile } from './liberty-files.ts';

/** A Liberty file, and the needs that its cells meet. */
export interface MetNeeds {
  readonly path: string;
  readonly met: ReadonlySet<NeededCell>;
}

/**
 * Some technologies come in several files, and a mapper that is given some of them only ends in words of its own.
 * Errors: SYNTH_LIBERTY.
 */
export function checkComplete(files: readonly MetNeeds[]): void {
  const lacking = (Object.keys(neededCells) as NeededCell[]).filter((need) => !files.some(({ met }) => met.has(need)));
  if (lacking.length === 0) return;
  throw new Fault({
    code: 'SYNTH_LIBERTY',
    place: files.map(({ path }) => path).join(', '),
    cause: lacking.map((need) => `no cell is ${neededCells[need]}`).join(', '),
    wayOut: `give every file of the library, each with its own --liberty: here ${files.length} ${files.length === 1 ? 'was' : 'were'} given`,
  });
}

/** The same of files that are read. Errors: SYNTH_LIBERTY. */
export function checkCompleteFiles(paths: readonly string[], files: readonly LibertyFile[]): void {
  checkComplete(files.map(({ library }, at) => ({ path: paths[at]!, met: needsMetBy(library) })));
}
