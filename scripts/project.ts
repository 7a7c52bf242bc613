import { existsSync, readdirSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../specs/fault.ts';
import { nearest } from '../specs/nearest.ts';
import type { Environment } from './environment.ts';
import { readJson } from './files.ts';

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** The folder of package.json: the same for the sources and for what is built from them. */
export const projectRoot = findRoot();

export function projectVersion(): string {
  const manifest = readJson(join(projectRoot, 'package.json'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}

/** Folder of the real models and goldens, or null when this machine has none. */
export function dataFolder(environment: Environment): string | null {
  const named = environment.JOULESMITH_DATA;
  if (named !== undefined && named !== '') return resolve(named);
  const beside = resolve(projectRoot, '..', 'shared', 'data');
  return existsSync(beside) ? beside : null;
}

/** A path as a person writes it: `$JOULESMITH_DATA/...`, absolute, or relative to `folder`. */
export function expandPath(path: string, folder: string, environment: Environment): string {
  const inData = /^\$(?:JOULESMITH_DATA|\{JOULESMITH_DATA\})(?:\/|$)/.exec(path);
  if (inData === null) return isAbsolute(path) ? path : join(folder, path);
  const data = dataFolder(environment);
  if (data === null) {
    throw new Fault({
      code: 'DATA_FOLDER_UNKNOWN',
      place: path,
      cause: 'JOULESMITH_DATA is not set',
      wayOut:
        "run 'joulesmith zoo fetch' and set it to the folder that holds the models, or take a design of a built-in network (digits-stream-16)",
    });
  }
  return join(data, path.slice(inData[0].length));
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

export const designFolder = join(projectRoot, 'specs', 'designs');

export const designNames = (): string[] => namesIn(designFolder);

/** The closest known name as a question, or all of them. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== null) return `did you mean '${near}'?`;
  return known.length === 0 ? 'none is known' : `known are ${known.join(', ')}`;
}
