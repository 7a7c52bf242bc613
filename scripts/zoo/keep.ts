import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../../specs/fault.ts';
import { readBytes } from '../files.ts';

export const sha256Of = (bytes: Uint8Array | Int8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Writes a file all at once: nobody ever sees half of it, and what is there is complete. Errors: OUTPUT_FOLDER. */
export function keep(path: string, content: Uint8Array | Int8Array | string): void {
  const partial = join(dirname(path), `.${basename(path)}.partial-${process.pid}`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(partial, content);
    renameSync(partial, path);
  } catch (error) {
    // A disk that is full leaves half of it.
    if (existsSync(partial)) rmSync(partial);
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Fault({
      code: 'OUTPUT_FOLDER',
      place: path,
      cause: `cannot be written (${code})`,
      wayOut: 'choose another folder with -o',
    });
  }
}

/** The bytes of a file if it is there and has this hash; null otherwise. Errors: FILE_IS_FOLDER, FILE_UNREADABLE. */
export function kept(path: string, sha256: string): Uint8Array | null {
  if (!existsSync(path)) return null;
  const bytes = readBytes(path);
  return sha256Of(bytes) === sha256 ? bytes : null;
}

/** Downloaded content must be what the catalogue promises. `what` says what was hashed. Errors: ZOO_HASH. */
export function checkHash(place: string, what: string, bytes: Uint8Array | Int8Array, sha256: string): void {
  const found = sha256Of(bytes);
  if (found === sha256) return;
  throw new Fault({
    code: 'ZOO_HASH',
    kind: 'tool',
    place,
    cause: `the SHA-256 of ${what} is ${found}, expected ${sha256}`,
    wayOut:
      'nothing of it was kept; try again, and if it stays so the published file is no longer the one that was checked',
  });
}
