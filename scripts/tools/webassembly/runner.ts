import { Worker } from 'node:worker_threads';
import type { Job, JobDone, JobLimits } from '../job.ts';
import { jobCancelled, jobFailed, jobTimeout, outputMissing } from '../job-faults.ts';
import type { InstalledPackage } from './package.ts';
import { workerSource } from './worker-source.ts';

export interface WebAssemblyTool {
  readonly tool: string;
  readonly installed: InstalledPackage;
  /** Name of the command in the package. */
  readonly command: string;
}

/** A thread that keeps a tool loaded and compiled from job to job. */
export interface WebAssemblyWorker {
  /** Jobs wait for each other; a limit counts from the start of its own job. `starts` tells how often the tool was loaded. */
  run(command: string, job: Job, limits: JobLimits): Promise<JobDone>;
  close(): Promise<void>;
  readonly starts: number;
}

interface Answer {
  readonly id: number;
  readonly line?: string;
  readonly code?: number;
  readonly printed?: string;
  readonly files?: Readonly<Record<string, Uint8Array>>;
  readonly crash?: string;
}

/** Starts nothing until the first job. A job that is late or cancelled ends the thread; the next one starts another. */
export function webAssemblyWorker({ tool, installed, command: prepare }: WebAssemblyTool): WebAssemblyWorker {
  let worker: Worker | null = null;
  let starts = 0;
  let jobs = 0;
  let last: Promise<unknown> = Promise.resolve();

  const started = (): Worker => {
    if (worker !== null) return worker;
    starts += 1;
    const made = new Worker(workerSource, { eval: true, workerData: { module: installed.module, prepare } });
    made.once('exit', () => {
      if (worker === made) worker = null;
    });
    worker = made;
    return made;
  };
  const end = async (): Promise<void> => {
    const ending = worker;
    worker = null;
    await ending?.terminate();
  };

  const one = (command: string, job: Job, { seconds, signal, onLine }: JobLimits): Promise<JobDone> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(jobCancelled(tool));
        return;
      }
      const thread = started();
      thread.ref();
      const id = jobs++;
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        thread.off('message', onMessage);
        thread.off('error', onError);
        thread.off('exit', onExit);
        // An idle thread does not keep the process alive.
        thread.unref();
      };
      const giveUp = (fault: Error): void => {
        settle();
        void end().then(() => reject(fault));
      };
      const timer = setTimeout(() => giveUp(jobTimeout(tool, seconds)), 1000 * seconds);
      const onAbort = (): void => giveUp(jobCancelled(tool));
      const onError = (error: Error): void => giveUp(jobFailed(tool, 'a crash', String(error)));
      const onExit = (code: number): void => giveUp(jobFailed(tool, `the end of its thread (${code})`, ''));
      const onMessage = (answer: Answer): void => {
        if (answer.id !== id) return;
        if (answer.line !== undefined) {
          onLine?.(answer.line);
          return;
        }
        if (answer.crash !== undefined) {
          // Its memory may be in any state.
          giveUp(jobFailed(tool, 'a crash', `${answer.printed}\n${answer.crash}`));
          return;
        }
        settle();
        const { code = 0, printed = '', files = {} } = answer;
        const missing = job.outputs.find((name) => files[name] === undefined);
        if (code !== 0) reject(jobFailed(tool, `exit code ${code}`, printed));
        else if (missing !== undefined) reject(outputMissing(tool, missing));
        else resolve({ printed, files, cached: false });
      };
      signal?.addEventListener('abort', onAbort);
      thread.on('message', onMessage);
      thread.on('error', onError);
      thread.on('exit', onExit);
      thread.postMessage({ id, command, args: job.args, files: job.files, outputs: job.outputs });
    });

  return {
    get starts() {
      return starts;
    },
    run(command, job, limits) {
      const next = last.then(() => one(command, job, limits));
      last = next.catch(() => undefined);
      return next;
    },
    close: end,
  };
}
