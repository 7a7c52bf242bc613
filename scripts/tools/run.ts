import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Fault } from '../../specs/fault.ts';
import { leavingNothing } from '../interrupt.ts';
import { endWithUs } from './guard.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/**
 * Runs a program to its end and returns what it said, whatever its exit code.
 * After `seconds` it and its children are ended and a Fault of kind 'tool' is thrown. `signal` ends them, too; then the code is -1.
 * They do not outlive this process either, whatever ends it.
 */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly seconds: number; readonly folder?: string; readonly signal?: AbortSignal | undefined },
): Promise<Ran> {
  let group: number | undefined;
  const endGroup = () => {
    if (group === undefined) return;
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It ended in this very moment.
    }
  };
  const work = () =>
    new Promise<Ran>((resolve, reject) => {
      const start = performance.now();
      let late = false;
      // Before the program: starting it counts.
      const timer = setTimeout(() => {
        late = true;
        endGroup();
      }, options.seconds * 1000);
      // Its own process group, so that a compiler started by the tool ends with it.
      const child = spawn(program, args, { cwd: options.folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      group = child.pid;
      const release = group === undefined ? () => {} : endWithUs(-group);
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      options.signal?.addEventListener('abort', endGroup);
      const settle = () => {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', endGroup);
        release();
      };
      child.stdout.on('data', (part: Buffer) => stdout.push(part));
      child.stderr.on('data', (part: Buffer) => stderr.push(part));
      child.on('error', (error) => {
        settle();
        reject(
          new Fault({
            code: 'TOOL_FAILED',
            kind: 'tool',
            place: basename(program),
            cause: `cannot be started (${error.message})`,
            wayOut: 'check its installation with joulesmith doctor',
          }),
        );
      });
      // Not `exit`: what the program has started may live on in its group and hold its streams.
      child.on('close', (code) => {
        settle();
        if (late) {
          reject(
            new Fault({
              code: 'TOOL_TIMEOUT',
              kind: 'tool',
              place: basename(program),
              cause: `did not finish within ${options.seconds} s`,
              wayOut: 'verify fewer samples or a smaller design',
            }),
          );
          return;
        }
        resolve({
          code: code ?? -1,
          stdout: Buffer.concat(stdout).toString(),
          stderr: Buffer.concat(stderr).toString(),
          seconds: (performance.now() - start) / 1000,
        });
      });
    });
  return leavingNothing(endGroup, work);
}

/** Gives `use` a fresh folder and removes it afterwards, whatever happened. */
export async function withTemporaryFolder<T>(name: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `joulesmith-${name}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    return await leavingNothing(remove, () => use(folder));
  } finally {
    remove();
  }
}

/** A tool that ran and failed: the first line of its own words that speaks of an error. */
export function toolFailure(name: string, ran: Ran): Fault {
  const said = `${ran.stderr}\n${ran.stdout}`.split('\n').map((line) => line.trim());
  const line = said.find((text) => /error/i.test(text)) ?? said.find((text) => text !== '') ?? 'it said nothing';
  return new Fault({
    code: 'TOOL_FAILED',
    kind: 'tool',
    place: name,
    cause: `ended with code ${ran.code} and said: ${line.slice(0, 300)}`,
    wayOut: 'run joulesmith generate and try the commands in its README by hand',
  });
}
