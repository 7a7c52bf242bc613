import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTool } from '../../scripts/tools/locate.ts';
import { needData, toolsAreRequired } from '../support/data.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Lines of the fenced `sh` blocks, without comments and prompts; a backslash at the end joins two lines. */
function commandsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap((block) => block[1]!.replaceAll('\\\n', ' ').split('\n'))
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** The commands that this very test is part of, or that have a test of their own. */
const elsewhere = /^(git clone\b|cd\b|npm (install|ci|start|test)\b|npm run (bench|lint|build|train:\w+)\b)/;

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const commands = commandsOf(readme);

describe('the commands of the README', async () => {
  let folder: string;
  beforeAll(() => {
    // The commands run where they write nothing into the project.
    folder = mkdtempSync(join(tmpdir(), 'joulesmith-readme-'));
    for (const name of [
      'package.json',
      'node_modules',
      'scripts',
      'specs',
      'models',
      'hdl-gen',
      'sim',
      'tsconfig.json',
    ]) {
      symlinkSync(join(root, name), join(folder, name));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('there are some', () => {
    expect(commands.length).toBeGreaterThan(3);
    expect(commands.filter((command) => /^npm (install|start|test)\b/.test(command)).length).toBeGreaterThan(0);
  });

  const verilator = (await findTool('verilator', process.env)) !== null;
  const icarus = (await findTool('iverilog', process.env)) !== null;
  for (const command of new Set(commands.flatMap((line) => line.split(' && ')))) {
    if (elsewhere.test(command)) continue;
    const works = async () => {
      const environment = { ...process.env, npm_config_update_notifier: 'false' };
      await run('sh', ['-c', command], { cwd: folder, env: environment, maxBuffer: 1 << 26 });
    };
    const missing = (/\bverilator\b/.test(command) && !verilator) || (/\bicarus\b/.test(command) && !icarus);
    if (/JOULESMITH_DATA|\bkws-|\bad-|micro-speech|hello-world/.test(command)) {
      needData(command, ['mlperf_kws/kws_ref_model.tflite'], works);
    } else if (missing && !toolsAreRequired()) {
      test.skip(`${command}: skipped, its tool is not here`, works);
    } else {
      test(command, works);
    }
  }
});

test('every file that the README links to exists', () => {
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((link) => link[1]!);
  for (const link of links) expect(existsSync(join(root, link)), link).toBe(true);
});
