import { keptCharacters } from '../job.ts';

/**
 * What runs in the worker process, as text: Node cannot be given TypeScript, and from text it starts in the same way
 * in the sources, in the built package and under a test runner. Its arguments are the package's address and the command
 * to make ready. The package is loaded and compiled once.
 *
 * Messages in: `{ id, command, args, files, outputs }`; out: `{ id, line }` while it runs, then
 * `{ id, code, printed, files, seconds }` (processor time since the last answer), or `{ id, crash }` when the tool broke down.
 */
export const workerSource = `
const [address, prepare] = process.argv.slice(1);
const loaded = import(address);
const prepared = loaded.then(({ commands }) => commands[prepare](null)).catch(() => undefined);
const usedBy = ({ user, system }) => (user + system) / 1e6;
let used = 0;
const say = (message) => process.connected && process.send(message);

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
    say({ id, line: last });
  };
  let tree = {};
  let code = 0;
  try {
    tree = await commands[command](args, files, { stdout: keep, stderr: keep, decodeASCII: false });
  } catch (error) {
    if (typeof error.code !== 'number') {
      say({ id, crash: String(error), printed });
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
  const before = used;
  used = usedBy(process.cpuUsage());
  say({ id, code, printed, files: left, seconds: used - before });
}

let last = Promise.resolve();
process.on('message', (job) => {
  last = last.then(() => work(job)).catch((error) => say({ id: job.id, crash: String(error), printed: '' }));
});
`;
