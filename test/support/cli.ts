import { tmpdir } from 'node:os';
import { main } from '../../scripts/cli.ts';
import type { Environment } from '../../scripts/environment.ts';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

/** One command line in this process, with its streams captured. */
export async function runCli(
  argv: readonly string[],
  options: { readonly folder?: string; readonly environment?: Environment } = {},
): Promise<CliRun> {
  const text = { out: '', err: '' };
  const start = performance.now();
  const code = await main(argv, {
    out: (part) => {
      text.out += part;
    },
    err: (part) => {
      text.err += part;
    },
    watched: false,
    colour: false,
    folder: options.folder ?? tmpdir(),
    environment: options.environment ?? process.env,
  });
  return { code, ...text, seconds: (performance.now() - start) / 1000 };
}
