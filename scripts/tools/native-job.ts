import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../../specs/fault.ts';
import { type JobRunner, keptCharacters } from './job.ts';
import { jobCancelled, jobFailed, jobTimeout, outputMissing } from './job-faults.ts';
import type { Tool } from './locate.ts';
import { run, withTemporaryFolder } from './run.ts';

/** Jobs of a program of this machine, each in a folder of its own. */
export function nativeRunner({ name, path, version }: Tool): JobRunner {
  return {
    tool: version,
    close: async () => {},
    run: ({ args, files, outputs }, { seconds, signal }) =>
      withTemporaryFolder(name, async (folder) => {
        for (const [file, content] of Object.entries(files)) {
          mkdirSync(dirname(join(folder, file)), { recursive: true });
          writeFileSync(join(folder, file), content);
        }
        if (signal?.aborted) throw jobCancelled(version);
        const { code, stdout, stderr } = await run(path, args, { seconds, folder, signal }).catch((error: unknown) => {
          if (error instanceof Fault && error.code === 'TOOL_TIMEOUT') throw jobTimeout(version, seconds);
          throw error;
        });
        if (signal?.aborted) throw jobCancelled(version);
        const printed = `${stdout}${stderr}`.slice(-keptCharacters);
        if (code !== 0) throw jobFailed(version, `exit code ${code}`, printed);
        const left = outputs.map((file) => {
          try {
            return [file, new Uint8Array(readFileSync(join(folder, file)))] as const;
          } catch {
            throw outputMissing(version, file);
          }
        });
        return { printed, files: Object.fromEntries(left), cached: false };
      }),
  };
}
