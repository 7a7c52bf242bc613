import { constants } from 'node:os';

// Not SIGHUP: a handler would undo `nohup`.
const signals = ['SIGINT', 'SIGTERM'] as const;

/** Ends the process as shells expect it after a signal, through the exit handlers, which a signal alone would skip. */
const end = (signal: NodeJS.Signals): never => process.exit(128 + constants.signals[signal]);

/** Does `work`; when the process is ended meanwhile, `leave` still runs (it must be synchronous). */
export async function leavingNothing<T>(leave: () => void, work: () => Promise<T>): Promise<T> {
  process.once('exit', leave);
  for (const signal of signals) process.on(signal, end);
  try {
    return await work();
  } finally {
    process.removeListener('exit', leave);
    for (const signal of signals) process.removeListener(signal, end);
  }
}
