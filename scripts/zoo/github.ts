import { Fault } from '../../specs/fault.ts';
import { parseJson } from '../files.ts';
import { download } from './download.ts';

/** A state of a public GitHub repository. */
export interface Origin {
  readonly repository: string;
  readonly commit: string;
}

const listLimit = 32 * 1024 * 1024;

/** Where GitHub serves a file's bytes. */
export const rawAddress = ({ repository, commit }: Origin, path: string): string =>
  `https://raw.githubusercontent.com/${repository}/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;

/** Where GitHub lists all files of a commit; https://docs.github.com/en/rest/git/trees. */
export const treeAddress = ({ repository, commit }: Origin): string =>
  `https://api.github.com/repos/${repository}/git/trees/${commit}?recursive=1`;

/** Path of every file of a commit by git's id of its content. Errors: those of `download`, ZOO_TREE. */
export async function pathsByContent(origin: Origin): Promise<ReadonlyMap<string, string>> {
  const address = treeAddress(origin);
  const listed = parseJson(new TextDecoder().decode(await download(address, listLimit)), address);
  const tree = typeof listed === 'object' && listed !== null && 'tree' in listed ? listed.tree : undefined;
  if (!Array.isArray(tree)) {
    throw new Fault({
      code: 'ZOO_TREE',
      kind: 'tool',
      place: address,
      cause: 'the answer is not a list of files (no array `tree`)',
      wayOut: 'something between here and GitHub answers instead of it: check the connection',
    });
  }
  const paths = new Map<string, string>();
  for (const entry of tree as readonly { type?: unknown; sha?: unknown; path?: unknown }[]) {
    if (entry.type === 'blob') paths.set(String(entry.sha), String(entry.path));
  }
  return paths;
}
