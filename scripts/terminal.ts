import type { Environment } from './environment.ts';
/** The world as a command sees it; tests pass their own. */
export interface Terminal {
  /** The answer: people's tables, or the one JSON document of --json. */
  out(text: string): void;
  /** Everything else: progress, notes, the sentence of an error. */
  err(text: string): void;
  /** Somebody watches the error stream, so a progress bar makes sense. */
  readonly watched: boolean;
  /** The answer goes to a terminal that shows colour. */
  readonly colour: boolean;
  /** Characters per line of the answer's terminal; absent where nobody counts them. */
  readonly columns?: number | undefined;
  readonly folder: string;
  readonly environment: Environment;
}

/** Where the person stands: `npm run joulesmith` moves to the project's folder and says in INIT_CWD where it was called. */
export function callersFolder(environment: Environment, current: string): string {
  const { npm_lifecycle_event: script, INIT_CWD: called } = environment;
  return script === 'joulesmith' && called !== undefined ? called : current;
}

/** The terminal of this process. Colour respects https://no-color.org. */
export function processTerminal(): Terminal {
  const plain = Boolean(process.env.NO_COLOR) || process.env.TERM === 'dumb';
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    watched: Boolean(process.stderr.isTTY),
    colour: Boolean(process.stdout.isTTY) && !plain,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    folder: callersFolder(process.env, process.cwd()),
    environment: process.env,
  };
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;
export type Colour = keyof typeof codes;

export function paint(terminal: Terminal, colour: Colour, text: string): string {
  return terminal.colour ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
}
