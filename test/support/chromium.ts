import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A browser on the search path, or null. */
export function findChromium(): string | null {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here; the next folder may have it.
      }
    }
  }
  return null;
}

export interface Opened {
  /** The document after its scripts have run. */
  readonly dom: string;
  /** Everything the page wrote to the console, errors of scripts included. */
  readonly console: readonly string[];
}

/** Opens a file in a browser of its own, without a network. */
export function openPage(browser: string, file: string, width = 1300): Opened {
  const profile = mkdtempSync(join(tmpdir(), 'joulesmith-chromium-'));
  try {
    const ran = spawnSync(
      browser,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--host-resolver-rules=MAP * ~NOTFOUND',
        `--user-data-dir=${profile}`,
        `--window-size=${width},1200`,
        '--enable-logging=stderr',
        '--virtual-time-budget=8000',
        '--dump-dom',
        pathToFileURL(file).href,
      ],
      { encoding: 'utf8', timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
    );
    if (ran.status !== 0) throw new Error(`the browser ended with ${ran.status ?? ran.signal}: ${ran.stderr}`);
    return { dom: ran.stdout, console: ran.stderr.split('\n').filter((line) => /:CONSOLE[:(]/.test(line)) };
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}
