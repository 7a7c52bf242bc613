import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { test } from 'vitest';
import { readLibraries } from '../../scripts/gate/libraries.ts';
import { type CellTechnology, cellTechnologies, cellTechnology } from '../../scripts/gate/technologies.ts';
import type { Library } from '../../sim/cost/gate/liberty/library.ts';
import { toolsAreRequired } from './data.ts';

export { type CellTechnology, cellTechnologies, cellTechnology };

/** The text of a packed library (`technology/file.lib`, without `.gz`): Latin-1, one character per byte, keeps offsets true. */
export function libertyText(folder: string, file: string): string {
  return gunzipSync(readFileSync(path.join(folder, `${file}.gz`))).toString('latin1');
}

/** Where the shared libraries lie: JOULESMITH_LIBERTY, or `liberty` beside the data folder; null when neither exists. */
export function libertyFolder(): string | null {
  const data = process.env.JOULESMITH_DATA ?? path.resolve(import.meta.dirname, '../../../shared/data');
  const folder = process.env.JOULESMITH_LIBERTY ?? path.join(data, '../liberty');
  return existsSync(folder) ? folder : null;
}

/** All `.lib.gz` of the folder as `technology/file.lib`. */
export function libertyFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.lib.gz'))
    .map((name) => name.replaceAll('\\', '/').replace(/\.gz$/, ''))
    .sort();
}

const read = new Map<string, readonly Library[]>();

/** The libraries of a technology, parsed once per test file. */
export function librariesOf(folder: string, technology: CellTechnology): readonly Library[] {
  const known = read.get(technology.name);
  if (known !== undefined) return known;
  const libraries = readLibraries(folder, technology);
  read.set(technology.name, libraries);
  return libraries;
}

/**
 * A test on the shared Liberty files (paths without `.gz`). Missing files skip it, by name, or fail it when
 * JOULESMITH_REQUIRE_TOOLS=1.
 */
export function needLiberty(
  title: string,
  files: readonly string[],
  body: (folder: string) => void | Promise<void>,
  seconds = 60,
): void {
  const folder = libertyFolder();
  const missing =
    folder === null ? 'the shared Liberty folder' : files.find((file) => !existsSync(path.join(folder, `${file}.gz`)));
  if (folder !== null && missing === undefined) {
    test(title, () => body(folder), seconds * 1000);
    return;
  }
  const reason = `needs ${missing} (set JOULESMITH_LIBERTY to the folder of libraries)`;
  if (toolsAreRequired()) {
    test(title, () => {
      throw new Error(`JOULESMITH_REQUIRE_TOOLS=1: this test ${reason}`);
    });
  } else {
    test.skip(`${title}: skipped, ${reason}`, () => {});
  }
}
