import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A tool that came as an npm package. */
export interface InstalledPackage {
  readonly version: string;
  /** Address for `import`. */
  readonly module: string;
}

/** The package as Node finds it from `from` (a file), or null. */
export function installedPackage(name: string, from: string = import.meta.url): InstalledPackage | null {
  const require = createRequire(from);
  let path: string;
  try {
    path = require.resolve(name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
  // The package's own description is not among what it exports.
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const described = describedIn(folder);
    if (described?.name === name) return { version: described.version, module: pathToFileURL(path).href };
    if (folder === dirname(folder)) return null;
  }
}

function describedIn(folder: string): { readonly name: string; readonly version: string } | null {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      readonly name?: string;
      readonly version?: string;
    };
    return name === undefined ? null : { name, version: version ?? 'of unknown version' };
  } catch {
    return null;
  }
}
