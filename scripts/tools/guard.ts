import { spawn } from 'node:child_process';

/**
 * Ends a process (a group, where the number is negative) as soon as this one is gone, however it went: what is killed outright runs no
 * exit handlers, and tsx kills outright what does not answer a signal within 30 ms. Returns what takes the guard away again, to be
 * called once the process has ended.
 */
export function endWithUs(target: number): () => void {
  // Its input ends when the last holder of the other end does, and that is us.
  const guard = spawn('/bin/sh', ['-c', `read -r _; kill -s KILL -- ${target}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // No Ctrl-C of the terminal reaches it.
    detached: true,
  });
  // Where there is no shell, exit handlers have to do.
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  (guard.stdin as typeof guard.stdin & { unref?: () => void }).unref?.();
  return () => void guard.kill('SIGKILL');
}
