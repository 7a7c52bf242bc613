import { keptCharacters } from '../job.ts';

/**
 * What runs in the worker thread, as text: a thread cannot be given TypeScript, and from text it starts in the same way
 * in the sources, in the built package and under a test runner. The package is loaded and compiled once.
 *
 * Messages in: `{ id, command, args, files, outputs }`; out: `{ id, line }` while it runs, then
 * `{ id, code, printed, files }`, or `{ id, crash }` when the tool broke down.
 */
export const workerSource = `
const { parentPort, workerData } = require('node:worker_threads');
const loaded = import(workerData.module);
const prepared = loaded.then(({ commands }) => commands[workerData.prepare](null)).catch(() => undefined);

function found(tree, path) {
  return path.split('/').reduce((at, name) => (at === undefined ? undefined : at[name]), tree);
}

async function work({ id, command, args, files, outputs }) {
  const { commands } = await loaded;
  await prepared;
  const decoder = new TextDecoder();
  let printed = '';
  let line = '';
  const keep = (bytes) => {
    if (bytes === null) return;
    const text = decoder.decode(bytes, { stream: true });
    printed = (printed + text).slice(-${keptCharacters});
    line += text;
    const end = line.lastIndexOf('\\n');
    if (end < 0) return;
    const last = line.slice(0, end).split('\\n').at(-1);
    line = line.slice(end + 1);
    parentPort.postMessage({ id, line: last });
  };
  let tree = {};
  let code = 0;
  try {
    tree = await commands[command](args, files, { stdout: keep, stderr: keep, decodeASCII: false });
  } catch (error) {
    if (typeof error.code !== 'number') {
      parentPort.postMessage({ id, crash: String(error), printed });
      return;
    }
    code = error.code;
    tree = error.files ?? {};
  }
  const encoder = new TextEncoder();
  const left = {};
  for (const name of outputs) {
    const content = found(tree, name);
    if (content !== undefined) left[name] = typeof content === 'string' ? encoder.encode(content) : content;
  }
  parentPort.postMessage({ id, code, printed, files: left });
}

let last = Promise.resolve();
parentPort.on('message', (job) => {
  last = last.then(() => work(job)).catch((error) => parentPort.postMessage({ id: job.id, crash: String(error), printed: '' }));
});
`;
