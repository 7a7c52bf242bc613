import { spawnSync } from 'node:child_process';
import { test } from 'vitest';

/** Whether a program that the project does not use itself, only checks text with, starts here. */
export function hasProgram(program: string, ...probe: readonly string[]): boolean {
  const ran = spawnSync(program, probe, { encoding: 'utf8', input: '' });
  return ran.error === undefined && ran.status === 0;
}

/** A test with such a program; skipped, with a word, where it is not. */
export function withProgram(
  program: string,
  probe: readonly string[],
  title: string,
  body: () => void | Promise<void>,
): void {
  if (hasProgram(program, ...probe)) test(title, body);
  else test.skip(`${title}: skipped, ${[program, ...probe].join(' ')} does not work here`, () => {});
}

export interface Said {
  readonly code: number | null;
  readonly text: string;
}

/** Runs a program in a folder and returns its exit code and everything it said. */
export function said(program: string, args: readonly string[], folder: string, input = ''): Said {
  const ran = spawnSync(program, args, { cwd: folder, encoding: 'utf8', input, timeout: 200_000 });
  if (ran.error !== undefined) throw ran.error;
  return { code: ran.status, text: ran.stdout + ran.stderr };
}
