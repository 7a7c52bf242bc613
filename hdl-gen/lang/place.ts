/** Folder of the language's own sources; stack frames inside it are not the author's. */
const languageFolder = new URL('.', import.meta.url).href;
const projectRoot = rootOf(languageFolder);

/** In a package installation the author's project is what holds `node_modules`; otherwise it is this repository. */
function rootOf(folder: string): string {
  const modules = folder.indexOf('/node_modules/');
  if (modules >= 0) return folder.slice(0, modules + 1);
  return new URL(folder.includes('/dist/') ? '../../../' : '../../', folder).href;
}

const frameLimit = 16;

/**
 * The line of the author's file that is running: `hdl-gen/arch/stream/engine.ts:41:9`, relative to the project root so
 * that output does not depend on the machine. Empty where the host gives no stack. `library` is the address of a source
 * whose frames are not the author's either.
 */
export function here(library?: string): string {
  const holder: { stack?: string } = {};
  const errorClass: ErrorConstructor & { stackTraceLimit?: number } = Error;
  if (errorClass.captureStackTrace === undefined) return '';
  const before = errorClass.stackTraceLimit;
  errorClass.stackTraceLimit = frameLimit;
  errorClass.captureStackTrace(holder, here);
  if (before !== undefined) errorClass.stackTraceLimit = before;
  for (const line of (holder.stack ?? '').split('\n').slice(1)) {
    const frame = /\(?((?:file:\/\/|https?:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):(\d+)\)?$/.exec(line);
    if (frame === null) continue;
    const url = asUrl(frame[1]!);
    if (url.startsWith(languageFolder) || url === library) continue;
    return `${relative(url)}:${frame[2]}:${frame[3]}`;
  }
  return '';
}

function asUrl(path: string): string {
  const plain = path.split('?')[0]!;
  if (/^(file|https?):/.test(plain)) return plain;
  return `file://${plain.startsWith('/') ? '' : '/'}${plain.replaceAll('\\', '/')}`;
}

function relative(url: string): string {
  if (url.startsWith(projectRoot)) return url.slice(projectRoot.length);
  return url.split('/').slice(-2).join('/');
}
