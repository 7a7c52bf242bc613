import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Fault } from '../specs/fault.ts';
import { leavingNothing } from './interrupt.ts';
import { firstJsonError } from './json-position.ts';

/** In every folder that joulesmith writes: what it wrote there. Only such a folder is ever replaced. */
const marker = 'joulesmith-files.json';

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
}

export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new Fault({ code: 'FILE_MISSING', place: path, cause: 'there is no such file', wayOut: 'check the path' });
    }
    if (code === 'EISDIR') {
      throw new Fault({ code: 'FILE_IS_FOLDER', place: path, cause: 'is a folder', wayOut: 'name a file inside it' });
    }
    throw new Fault({
      code: 'FILE_UNREADABLE',
      place: path,
      cause: `cannot be read (${code})`,
      wayOut: 'check its permissions',
    });
  }
}

/** The same bytes, read as int8. */
export function asInt8(bytes: Uint8Array): Int8Array {
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Text to JSON; the error names line and column. */
export function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const at = firstJsonError(text);
    const before = text.slice(0, at).split('\n');
    const found = at === text.length ? 'it ends too early' : `unexpected ${JSON.stringify(text[at])}`;
    throw new Fault({
      code: 'JSON_SYNTAX',
      place: `${place}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`,
      cause: `is not valid JSON (${found})`,
      wayOut: 'correct the text at this line and column',
    });
  }
}

export function readJson(path: string): unknown {
  return parseJson(new TextDecoder().decode(readBytes(path)), path);
}

function outputFault(folder: string, cause: string, wayOut: string): Fault {
  return new Fault({ code: 'OUTPUT_FOLDER', place: folder, cause, wayOut });
}

const elsewhere = 'choose another folder with -o';

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    throw outputFault(folder, `cannot be read (${systemCode(error)})`, elsewhere);
  }
}

/** Throws unless `folder` is absent, empty, or was written by joulesmith and holds nothing else since. */
export function checkOutputFolder(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw outputFault(folder, 'is a file', elsewhere);
  const present = filesBelow(folder);
  if (present.length === 0) return;
  const note = join(folder, marker);
  const own = new Set([note]);
  if (existsSync(note)) {
    const written = readJson(note);
    const files = typeof written === 'object' && written !== null && 'files' in written ? written.files : [];
    for (const file of Array.isArray(files) ? files : []) own.add(join(folder, String(file)));
  }
  const foreign = present.find((file) => !own.has(file));
  if (foreign !== undefined) {
    throw outputFault(folder, `holds ${foreign.slice(folder.length + 1)}, which joulesmith did not write`, elsewhere);
  }
}

/**
 * Fills a new folder beside `target` and moves it there when it is complete, so that nobody ever sees half of it.
 * An older folder of joulesmith at `target` is replaced; see `checkOutputFolder`.
 */
export async function writeFolder(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const final = resolve(target);
  checkOutputFolder(final);
  const partial = join(dirname(final), `.${basename(final)}.partial-${process.pid}`);
  const old = join(dirname(final), `.${basename(final)}.old-${process.pid}`);
  const firstMissing = missingParent(partial);
  const undo = () => {
    if (existsSync(old) && !existsSync(final)) renameSync(old, final);
    for (const leftover of [partial, firstMissing]) {
      if (leftover !== null && existsSync(leftover)) rmSync(leftover, { recursive: true });
    }
  };
  try {
    try {
      makeFolders(partial);
    } catch (error) {
      throw outputFault(target, `cannot be created (${systemCode(error)})`, elsewhere);
    }
    await leavingNothing(undo, async () => {
      await fill(partial);
      const files = filesBelow(partial)
        .map((file) => file.slice(partial.length + 1))
        .sort();
      writeFileSync(join(partial, marker), `${JSON.stringify({ writtenBy: 'joulesmith', files }, null, 2)}\n`);
      if (existsSync(final)) renameSync(final, old);
      renameSync(partial, final);
      rmSync(old, { recursive: true, force: true });
    });
  } catch (error) {
    undo();
    const isSystem = error instanceof Error && 'syscall' in error;
    throw isSystem ? outputFault(target, `cannot be written (${systemCode(error)})`, elsewhere) : error;
  }
}

/** Like mkdir -p. Node's own recursive mkdir never ends where the kernel answers ENOENT, as it does below /proc. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  mkdirSync(path);
}

/** The topmost folder on the way to `path` (without `path` itself) that does not exist yet. */
function missingParent(path: string): string | null {
  let missing: string | null = null;
  for (let at = dirname(path); !existsSync(at) && at !== dirname(at); at = dirname(at)) missing = at;
  return missing;
}

/** Writes one file inside a folder that is being filled, then listens: between two files Ctrl-C is heard. */
export async function writeInto(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const path = join(folder, name);
  makeFolders(dirname(path));
  writeFileSync(path, content);
  await new Promise((resolve) => setImmediate(resolve));
}

function fileFault(path: string, cause: string): Fault {
  return new Fault({ code: 'OUTPUT_FILE', place: path, cause, wayOut: 'choose another file' });
}

/** Throws unless writeMarked may write there; for asking before long work. Errors: OUTPUT_FILE. */
export function checkMarked(path: string, mark: string): void {
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory()) throw fileFault(path, 'is a folder');
  if (!readFileSync(path, 'utf8').includes(mark)) throw fileFault(path, 'exists, and joulesmith did not write it');
}

/**
 * Writes one file, which appears when it is complete. One that is there already is replaced only when it holds `mark`.
 * Errors: OUTPUT_FILE.
 */
export function writeMarked(path: string, content: string, mark: string): void {
  checkMarked(path, mark);
  const partial = join(dirname(path), `.${basename(path)}.partial-${process.pid}`);
  try {
    writeFileSync(partial, content);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw fileFault(path, `cannot be written (${systemCode(error)})`);
  }
}
