import { Fault } from '../specs/fault.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault({
    code: 'DEFECT',
    kind: 'internal',
    place: 'joulesmith',
    cause: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    wayOut: 'this is a defect of joulesmith: set JOULESMITH_TRACE=1 and report what it prints',
  });
}

/**
 * One sentence on the people's stream; with --json also the parts of the fault as the one document.
 * Returns the exit code.
 */
export function reportFailure(error: unknown, json: boolean, terminal: Terminal): number {
  const { code, place, reason, wayOut, kind, message } = asFault(error);
  terminal.err(`joulesmith: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
  if (terminal.environment.JOULESMITH_TRACE && error instanceof Error) terminal.err(`${error.stack}\n`);
  if (json) terminal.out(`${JSON.stringify({ error: { code, place, cause: reason, wayOut } }, null, 2)}\n`);
  return exitCodes[kind];
}
