import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { graphFormat } from '../models/serialize-schema.ts';
import { Fault } from '../specs/fault.ts';
import { readBytes } from './files.ts';
import { leavingNothing } from './interrupt.ts';

function fault(path: string, cause: string): Fault {
  return new Fault({ code: 'OUTPUT_FILE', place: path, cause, wayOut: 'name another file with -o' });
}

function holdsNetwork(path: string): boolean {
  try {
    const document: unknown = JSON.parse(new TextDecoder().decode(readBytes(path)));
    return typeof document === 'object' && document !== null && 'format' in document && document.format === graphFormat;
  } catch {
    return false;
  }
}

/** Throws unless a network may be written there: nothing but an older network of joulesmith is ever replaced. */
export function checkOutputFile(path: string): void {
  const folder = dirname(resolve(path));
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw fault(path, 'lies in a folder that does not exist');
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory()) throw fault(path, 'is a folder');
  if (!holdsNetwork(path)) throw fault(path, 'holds something that is no network of joulesmith');
}

/** Writes a network's file so that nobody ever sees half of it; see checkOutputFile. */
export async function writeNetworkFile(path: string, text: string): Promise<void> {
  checkOutputFile(path);
  const final = resolve(path);
  const partial = join(dirname(final), `.${basename(final)}.partial-${process.pid}`);
  const undo = () => rmSync(partial, { force: true });
  try {
    await leavingNothing(undo, async () => {
      writeFileSync(partial, text);
      renameSync(partial, final);
    });
  } catch (error) {
    undo();
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw fault(path, `cannot be written (${code})`);
  }
}
