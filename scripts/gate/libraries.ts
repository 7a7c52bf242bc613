import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Library } from '../../sim/cost/gate/liberty/library.ts';
import { parseLiberty } from '../../sim/cost/gate/liberty/parse.ts';
import { Fault } from '../../specs/fault.ts';
import type { CellTechnology } from './technologies.ts';

/** The folder of libraries: JOULESMITH_LIBERTY, else `liberty` beside the data folder. Errors: `LIBERTY_MISSING`. */
export function libertyFolderOf(environment: NodeJS.ProcessEnv): string {
  const beside = environment.JOULESMITH_DATA === undefined ? null : join(environment.JOULESMITH_DATA, '../liberty');
  const folder = environment.JOULESMITH_LIBERTY ?? beside;
  if (folder !== null && existsSync(folder)) return folder;
  throw new Fault({
    code: 'LIBERTY_MISSING',
    place: 'JOULESMITH_LIBERTY',
    cause: folder === null ? 'no folder of Liberty libraries is named' : `there is no folder ${folder}`,
    wayOut: 'set JOULESMITH_LIBERTY to a folder with a folder for each technology',
  });
}

/** The text of a packed library (`technology/file.lib`, without `.gz`): Latin-1, one character per byte, keeps offsets true. */
export function libertyText(folder: string, file: string): string {
  return gunzipSync(readFileSync(join(folder, `${file}.gz`))).toString('latin1');
}

export function readLibraries(folder: string, { name, files }: CellTechnology): readonly Library[] {
  return files.map((file) => parseLiberty(libertyText(folder, `${name}/${file}`), `${name}/${file}`));
}
