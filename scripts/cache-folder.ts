import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './environment.ts';

/** Where the system keeps what can be made again. */
function systemFolder(environment: Environment, platform: NodeJS.Platform): string {
  if (platform === 'win32') return environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  // The specification of XDG: a relative path is to be ignored.
  const named = environment.XDG_CACHE_HOME;
  return named?.startsWith('/') ? named : join(homedir(), '.cache');
}

/** The folder of joulesmith's cache: JOULESMITH_CACHE, or `joulesmith` in the system's folder for caches. */
export function cacheFolder(environment: Environment, platform: NodeJS.Platform = process.platform): string {
  return environment.JOULESMITH_CACHE || join(systemFolder(environment, platform), 'joulesmith');
}
