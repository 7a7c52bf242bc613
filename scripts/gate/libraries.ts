import { join } from 'node:path';
import type { Library } from '../../sim/cost/gate/liberty/library.ts';
import { type LibertyFile, readLibertyFile } from './liberty-files.ts';
import type { CellTechnology } from './technologies.ts';

/** The files of a technology in a folder of libraries (`technology/file.lib.gz`). Errors: those of `readLibertyFile`. */
export function readTechnology(folder: string, { name, files }: CellTechnology): LibertyFile[] {
  return files.map((file) => readLibertyFile(join(folder, name, `${file}.gz`), `${name}/${file}`));
}

export function readLibraries(folder: string, technology: CellTechnology): readonly Library[] {
  return readTechnology(folder, technology).map(({ library }) => library);
}
