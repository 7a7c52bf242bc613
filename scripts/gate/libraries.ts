import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Library } from '../../sim/cost/gate/liberty/library.ts';
import { parseLiberty } from '../../sim/cost/gate/liberty/parse.ts';
import type { CellTechnology } from './technologies.ts';

/** The text of a packed library (`technology/file.lib`, without `.gz`): Latin-1, one character per byte, keeps offsets true. */
export function libertyText(folder: string, file: string): string {
  return gunzipSync(readFileSync(join(folder, `${file}.gz`))).toString('latin1');
}

export function readLibraries(folder: string, { name, files }: CellTechnology): readonly Library[] {
  return files.map((file) => parseLiberty(libertyText(folder, `${name}/${file}`), `${name}/${file}`));
}
