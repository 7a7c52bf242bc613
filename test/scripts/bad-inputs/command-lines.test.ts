import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../support/cli.ts';
import { refusingFolder } from '../../support/refusals.ts';

const { folder, at, refused } = refusingFolder();

writeFileSync(at('file'), 'a file');

describe('a wrong command line', () => {
  test.each<[string, string[], RegExp]>([
    ['no verb', [], /a verb is missing/],
    ['an unknown verb', ['fabricate', 'good.json'], /there is no verb 'fabricate'; known are inspect/],
    ['a misspelt verb', ['simulat', 'good.json'], /did you mean 'simulate'/],
    ['an unknown flag', ['simulate', 'good.json', '--fast'], /fast/],
    ['a flag without its value', ['verify', 'good.json', '--inputs'], /inputs/],
    ['a missing design', ['simulate'], /the name of what to work on is missing/],
    ['a design too many', ['simulate', 'good.json', 'good.json'], /command line/],
    ['no output folder', ['generate', 'good.json'], /command line: .*o/],
    [
      'an unknown level',
      ['verify', 'good.json', '--levels', 'reference,rlt'],
      /--levels: 'rlt' is not a level; did you mean 'rtl'/,
    ],
    [
      'an option twice',
      ['verify', 'good.json', '--samples', '1', '--samples', '2'],
      /'samples' is given more than once/,
    ],
    [
      'a design twice',
      ['compare', 'good.json', 'digits-stream-8', './good.json', '-o', 'out'],
      /good\.json: is named twice, and a design beside itself says nothing; name every design once/,
    ],
    ['an empty level', ['verify', 'good.json', '--levels', 'rtl,,icarus'], /--levels: '' is not a level/],
  ])('%s', async (_title, argv, sentence) => {
    await refused(argv, sentence);
  });
});

test('with --json the fault is one document as well', async () => {
  const { code, out, err } = await runCli(['simulate', 'nothing.json', '--json'], { folder });
  expect(code).toBe(2);
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'FILE_MISSING', wayOut: 'check the path' } });
  expect(err).toMatch(/^joulesmith: [^\n]+\n$/);
});

test('a tool that is asked for and missing is exit 3', async () => {
  const environment = { ...process.env, PATH: folder };
  for (const level of ['verilator', 'icarus']) {
    const { code, err } = await runCli(['verify', 'good.json', '--levels', level, '--samples', '1'], {
      folder,
      environment,
    });
    expect(code).toBe(3);
    expect(err).toMatch(/^joulesmith: \w+: is not on PATH; install [^\n]+ \[TOOL_MISSING\]\n$/);
  }
});

describe('as a process', () => {
  const run = promisify(execFile);
  const root = resolve(import.meta.dirname, '../../..');
  const tsx = join(root, 'node_modules/.bin/tsx');
  test.each<[string, string[], RegExp]>([
    ['a missing file', ['inspect', 'none.tflite'], /none\.tflite: there is no such file/],
    ['an unknown verb', ['fabricate'], /fabricate/],
    ['a folder below a file', ['generate', 'good.json', '-o', 'file/out'], /cannot be created/],
  ])('%s: exit 2 and one sentence', async (_title, argv, sentence) => {
    const failed = await run(tsx, [join(root, 'scripts/cli.ts'), ...argv], { cwd: folder }).then(
      () => null,
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect(failed).toMatchObject({ code: 2, stdout: '' });
    const lines = failed!.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('npm '));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(sentence);
    expect(existsSync(at('out'))).toBe(false);
  });
});
