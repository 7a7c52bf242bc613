import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Terminal } from '../terminal.ts';

/** One verb of the command line; `run` returns the exit code. */
export interface Verb<T> {
  /** As yargs reads it: `inspect <MODEL>`. */
  readonly command: string;
  readonly describe: string;
  readonly builder: (parser: Argv<{ json: boolean }>) => Argv<T>;
  readonly run: (args: ArgumentsCamelCase<T>, terminal: Terminal) => Promise<number>;
}

/** The type of a verb's arguments comes from its builder. */
export function verb<T>(parts: Verb<T>): Verb<T> {
  return parts;
}

/** With --json the document is the answer and the text goes to the people's stream; otherwise the text is the answer. */
export function answer(terminal: Terminal, json: boolean, document: unknown, text: string): void {
  if (json) terminal.out(`${JSON.stringify(document, null, 2)}\n`);
  if (json) terminal.err(text);
  else terminal.out(text);
}
