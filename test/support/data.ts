import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'vitest';

/** Where the shared data lies: JOULESMITH_DATA, or `../shared/data` beside the project; null when neither exists. */
export function dataFolder(): string | null {
  const folder = process.env.JOULESMITH_DATA ?? path.resolve(import.meta.dirname, '../../../shared/data');
  return existsSync(folder) ? folder : null;
}

/** With JOULESMITH_REQUIRE_TOOLS=1 whatever is missing fails instead of being skipped. */
export function toolsAreRequired(): boolean {
  return process.env.JOULESMITH_REQUIRE_TOOLS === '1';
}

/**
 * A test on files of the shared data folder (paths relative to it). Missing files skip it, by name, or fail it when
 * JOULESMITH_REQUIRE_TOOLS=1.
 */
export function needData(
  title: string,
  files: readonly string[],
  body: (folder: string) => void | Promise<void>,
): void {
  const folder = dataFolder();
  const missing =
    folder === null ? 'the shared data folder' : files.find((file) => !existsSync(path.join(folder, file)));
  if (folder !== null && missing === undefined) {
    test(title, () => body(folder));
    return;
  }
  const reason = `needs ${missing} (set JOULESMITH_DATA to the data folder)`;
  if (toolsAreRequired()) {
    test(title, () => {
      throw new Error(`JOULESMITH_REQUIRE_TOOLS=1: this test ${reason}`);
    });
  } else {
    test.skip(`${title}: skipped, ${reason}`, () => {});
  }
}

export function readBytes(folder: string, file: string): Uint8Array {
  return readFileSync(path.join(folder, file));
}

export function readInt8s(folder: string, file: string): Int8Array {
  return Int8Array.from(readFileSync(path.join(folder, file)), (byte) => (byte << 24) >> 24);
}

export function readJson<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as T;
}

/** One JSON object per line. */
export function readJsonLines<T>(folder: string, file: string): T[] {
  const text = readFileSync(path.join(folder, file), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
