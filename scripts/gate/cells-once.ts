import { Fault } from '../../specs/fault.ts';

/** A Liberty file and the cells in it. */
export interface NamedCells {
  readonly path: string;
  readonly names: Iterable<string>;
}

/** Every cell stands in one of the files that make a library together. Errors: SYNTH_LIBERTY. */
export function checkCellsOnce(files: readonly NamedCells[]): void {
  const places = new Map<string, string>();
  for (const { path, names } of files) {
    for (const name of names) {
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
}
