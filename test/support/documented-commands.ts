import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findTool } from '../../scripts/tools/locate.ts';
import { dataFolder, needData, toolsAreRequired } from './data.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Lines of the fenced `sh` blocks, without comments and prompts; a backslash at the end joins two lines. */
export function commandsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap((block) => block[1]!.replaceAll('\\\n', ' ').split('\n'))
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

export const readPage = (page: string): string => readFileSync(join(root, page), 'utf8');

/** The commands that run the tests or the like, or that have a test of their own. */
const elsewhere = /^(git clone\b|cd\b|npm (install|ci|start|test)\b|npm run (bench|lint|build|train:\w+)\b)/;

/** One test per command of a page (path from the project's root): it ends with exit code 0. To be called inside a describe. */
export async function testCommands(page: string): Promise<void> {
  let folder: string;
  beforeAll(() => {
    // The commands run where they write nothing into the project.
    folder = mkdtempSync(join(tmpdir(), 'joulesmith-documented-'));
    const parts = ['package.json', 'node_modules', 'scripts', 'specs', 'models', 'hdl-gen', 'sim', 'tsconfig.json'];
    for (const name of parts) symlinkSync(join(root, name), join(folder, name));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const verilator = (await findTool('verilator', process.env)) !== null;
  const icarus = (await findTool('iverilog', process.env)) !== null;
  const data = dataFolder();
  for (const command of new Set(commandsOf(readPage(page)).flatMap((line) => line.split(' && ')))) {
    if (elsewhere.test(command)) continue;
    const works = async () => {
      const environment = {
        ...process.env,
        npm_config_update_notifier: 'false',
        ...(data === null ? {} : { JOULESMITH_DATA: data }),
      };
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
}

/** Links of a page to files lead somewhere. */
export function testLinks(page: string): void {
  test(`every file that ${page} links to exists`, () => {
    const links = [...readPage(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((link) => link[1]!);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(existsSync(join(root, dirname(page), link)), link).toBe(true);
  });
}
