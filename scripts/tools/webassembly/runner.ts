import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { endWithUs } from '../guard.ts';
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

/** A process that keeps a tool loaded and compiled from job to job. */
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
  readonly seconds?: number;
  readonly crash?: string;
}

/**
 * Starts nothing until the first job. A job that is late or cancelled ends the process; the next one starts another. A process,
 * because ending a thread while it compiles WebAssembly brings Node 20 down as a whole.
 */
export function webAssemblyWorker({ tool, installed, command: prepare }: WebAssemblyTool): WebAssemblyWorker {
  let worker: ChildProcess | null = null;
  let starts = 0;
  let jobs = 0;
  let last: Promise<unknown> = Promise.resolve();

  const started = (): ChildProcess => {
    if (worker !== null) return worker;
    starts += 1;
    const made = spawn(process.execPath, ['-e', workerSource, installed.module, prepare], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    const kill = () => void made.kill('SIGKILL');
    process.once('exit', kill);
    // In the midst of a job it would not see that we are gone.
    const release = made.pid === undefined ? () => {} : endWithUs(made.pid);
    made.once('exit', () => {
      process.removeListener('exit', kill);
      release();
      if (worker === made) worker = null;
    });
    worker = made;
    return made;
  };
  const end = async (): Promise<void> => {
    const ending = worker;
    worker = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.ref();
    ending.kill('SIGKILL');
    await ended;
  };

  const one = (command: string, job: Job, { seconds, signal, onLine }: JobLimits): Promise<JobDone> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(jobCancelled(tool));
        return;
      }
      const child = started();
      child.ref();
      child.channel?.ref();
      const id = jobs++;
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        child.off('message', onMessage);
        child.off('error', onError);
        child.off('exit', onExit);
        // An idle process does not keep this one alive.
        child.unref();
        child.channel?.unref();
      };
      const giveUp = (fault: Error): void => {
        settle();
        void end().then(() => reject(fault));
      };
      const timer = setTimeout(() => giveUp(jobTimeout(tool, seconds)), 1000 * seconds);
      const onAbort = (): void => giveUp(jobCancelled(tool));
      const onError = (error: Error): void => giveUp(jobFailed(tool, 'a crash', String(error)));
      const onExit = (code: number | null): void =>
        giveUp(jobFailed(tool, `the end of its process (${code ?? 'a signal'})`, ''));
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
        const { code = 0, printed = '', files = {}, seconds: processorSeconds = 0 } = answer;
        const missing = job.outputs.find((name) => files[name] === undefined);
        if (code !== 0) reject(jobFailed(tool, `exit code ${code}`, printed));
        else if (missing !== undefined) reject(outputMissing(tool, missing));
        else resolve({ printed, files, cached: false, processorSeconds });
      };
      signal?.addEventListener('abort', onAbort);
      child.on('message', onMessage);
      child.on('error', onError);
      child.on('exit', onExit);
      child.send({ id, command, args: job.args, files: job.files, outputs: job.outputs });
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
