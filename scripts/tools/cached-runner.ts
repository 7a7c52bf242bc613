import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Static, Type } from 'typebox';
import { check } from '../../specs/check.ts';
import { Fault } from '../../specs/fault.ts';
import { keep } from '../zoo/keep.ts';
import type { Job, JobRunner } from './job.ts';

/** What a job left behind; binary content as base64. */
const Kept = Type.Object({ printed: Type.String(), files: Type.Record(Type.String(), Type.String()) });
type Kept = Static<typeof Kept>;

/** Hash over the tool's version, its arguments, every file it reads and the names of those it writes. */
export function jobKey(tool: string, { args, files, outputs }: Job): string {
  const hash = createHash('sha256');
  const add = (part: string | Uint8Array): void => {
    // With its length, so that no two lists of parts are the same bytes.
    hash.update(`${Buffer.byteLength(part)}:`).update(part);
  };
  add(tool);
  for (const list of [args, outputs]) {
    add(String(list.length));
    for (const part of list) add(part);
  }
  for (const name of Object.keys(files).sort()) {
    add(name);
    add(files[name]!);
  }
  return hash.digest('hex');
}

/** The kept answer, or null when there is none that can be read: it is then made again. */
function recall(path: string): Kept | null {
  if (!existsSync(path)) return null;
  try {
    return check(Kept, JSON.parse(gunzipSync(readFileSync(path)).toString()), path);
  } catch {
    return null;
  }
}

function remember(path: string, kept: Kept): void {
  try {
    keep(path, gzipSync(JSON.stringify(kept), { level: 1 }));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault({
      code: 'SYNTH_CACHE',
      place: path,
      cause: error.reason,
      wayOut: 'set JOULESMITH_CACHE to a folder that can be written, or use --no-cache',
    });
  }
}

/** Answers of the runner, kept in `folder` under the hash of everything that decides them. Errors: SYNTH_CACHE and the runner's. */
export function cachedRunner(runner: JobRunner, folder: string): JobRunner {
  return {
    tool: runner.tool,
    close: () => runner.close(),
    async run(job, limits) {
      const path = join(folder, 'jobs', `${jobKey(runner.tool, job)}.json.gz`);
      const known = recall(path);
      if (known !== null) {
        const files = Object.entries(known.files).map(
          ([name, text]) => [name, new Uint8Array(Buffer.from(text, 'base64'))] as const,
        );
        return { printed: known.printed, files: Object.fromEntries(files), cached: true };
      }
      const done = await runner.run(job, limits);
      const files = Object.entries(done.files).map(
        ([name, bytes]) => [name, Buffer.from(bytes).toString('base64')] as const,
      );
      remember(path, { printed: done.printed, files: Object.fromEntries(files) });
      return done;
    },
  };
}
