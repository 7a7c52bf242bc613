import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type LibertyCells, stateCellsOf } from '../../sim/synthesis/liberty-cells.ts';
import { avoiding } from '../../sim/synthesis/special-cells.ts';
import { Fault } from '../../specs/fault.ts';
import { readBytes } from '../files.ts';
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

function unpacked(path: string, bytes: Uint8Array): string {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes);
  try {
    return new TextDecoder().decode(gunzipSync(bytes));
  } catch (error) {
    throw new Fault({
      code: 'SYNTH_LIBERTY',
      place: path,
      cause: `cannot be unpacked (${error instanceof Error ? error.message : String(error)})`,
      wayOut: 'give a Liberty file, plain or packed with gzip',
    });
  }
}

/** Errors: those of reading a file, and SYNTH_LIBERTY. */
export function readLibrary(path: string, at: number): Library {
  const bytes = readBytes(path);
  const given = unpacked(path, bytes);
  const state = stateCellsOf(given, path);
  const text = avoiding(given, (name) => state.unfit.has(name));
  const stem = basename(path)
    .replace(/(\.lib)?(\.gz)?$/i, '')
    .replaceAll(/[^A-Za-z0-9_]/g, '_');
  return { path, sha256: sha256Of(bytes), file: `library_${at}_${stem}.lib`, text, state };
}

/** Every cell stands in one file, and flip-flops, which every design needs, are among them. Errors: SYNTH_LIBERTY. */
export function checkLibraries(libraries: readonly Library[]): void {
  const places = new Map<string, string>();
  for (const { path, state } of libraries) {
    for (const name of state.names) {
      const first = places.get(name);
      if (first !== undefined) {
        throw new Fault({
          code: 'SYNTH_LIBERTY',
          place: path,
          cause: `has the cell ${name}, which ${first === path ? 'it' : first} has already`,
          wayOut: 'give every cell once',
        });
      }
      places.set(name, path);
    }
  }
  if (libraries.some(({ state }) => state.flipFlops.size > 0)) return;
  throw new Fault({
    code: 'SYNTH_LIBERTY',
    place: libraries.map(({ path }) => path).join(', '),
    cause: 'no cell is a flip-flop',
    wayOut: 'give the files with the sequential cells, too: --liberty FILE, as often as needed',
  });
}
