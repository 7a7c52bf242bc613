import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseJson, readBytes, writeFolder, writeInto } from '../../scripts/files.ts';
import { callersFolder } from '../../scripts/terminal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('parseJson', () => {
  test.each([
    ['{"a": 1,\n "b" 2}', 'd.json:2:6: is not valid JSON'],
    ['{"a": [1, 2}', 'd.json:1:12: is not valid JSON'],
    ['{"a": 1', 'd.json:1:8: is not valid JSON'],
    ['', 'd.json:1:1: is not valid JSON'],
  ])('%j is refused with line and column', (text, message) => {
    expect(() => parseJson(text, 'd.json')).toThrow(message);
  });
});

describe('readBytes', () => {
  test('names what is missing or no file', () => {
    expect(() => readBytes(join(folder, 'none'))).toThrow(/none: there is no such file/);
    expect(() => readBytes(folder)).toThrow(/is a folder/);
  });
});

describe('writeFolder', () => {
  const fill = (text: string) => (partial: string) => writeInto(partial, 'deep/a.txt', text);

  test('writes, then replaces what it wrote itself', async () => {
    const target = join(folder, 'new', 'out');
    await writeFolder(target, fill('one'));
    await writeFolder(target, fill('two'));
    expect(readFileSync(join(target, 'deep/a.txt'), 'utf8')).toBe('two');
    expect(readdirSync(join(folder, 'new'))).toEqual(['out']);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s in the middle leaves the old folder and nothing else',
    async (signal) => {
      const target = join(folder, 'out');
      await writeFolder(target, fill('one'));
      const files = pathToFileURL(join(import.meta.dirname, '../../scripts/files.ts')).href;
      const program = `import { writeFolder, writeInto } from '${files}';
      await writeFolder(${JSON.stringify(target)}, async (partial) => {
        await writeInto(partial, 'deep/a.txt', 'two');
        console.log('half');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      expect(readdirSync(folder)).toHaveLength(2);
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([signal === 'SIGINT' ? 130 : 143, null]);
      expect(readdirSync(folder)).toEqual(['out']);
      expect(readFileSync(join(target, 'deep/a.txt'), 'utf8')).toBe('one');
    },
  );

  test('an empty folder may be filled', async () => {
    await writeFolder(folder, fill('one'));
    expect(existsSync(join(folder, 'deep/a.txt'))).toBe(true);
  });

  test('a folder with one file that is not ours stays as it is', async () => {
    const target = join(folder, 'out');
    await writeFolder(target, fill('one'));
    writeFileSync(join(target, 'mine.txt'), 'mine');
    await expect(writeFolder(target, fill('two'))).rejects.toThrow(/holds mine\.txt, which joulesmith did not write/);
    expect(readFileSync(join(target, 'deep/a.txt'), 'utf8')).toBe('one');
    expect(readFileSync(join(target, 'mine.txt'), 'utf8')).toBe('mine');
  });

  test('a folder of somebody else is never replaced', async () => {
    const target = join(folder, 'out');
    mkdirSync(target);
    writeFileSync(join(target, 'mine.txt'), 'mine');
    await expect(writeFolder(target, fill('two'))).rejects.toThrow(/did not write/);
    expect(readdirSync(folder)).toEqual(['out']);
  });

  test('a failure in the middle leaves nothing, or what was there before', async () => {
    const target = join(folder, 'sub', 'out');
    const half = async (partial: string) => {
      await writeInto(partial, 'half.txt', 'half');
      throw new Error('power cut');
    };
    await expect(writeFolder(target, half)).rejects.toThrow('power cut');
    expect(readdirSync(folder)).toEqual([]);
    await writeFolder(target, fill('one'));
    await expect(writeFolder(target, half)).rejects.toThrow('power cut');
    expect(readFileSync(join(target, 'deep/a.txt'), 'utf8')).toBe('one');
    expect(readdirSync(join(folder, 'sub'))).toEqual(['out']);
  });

  test('a folder below a file cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(writeFolder(join(folder, 'file', 'out'), fill('one'))).rejects.toThrow(/cannot be created/);
    await expect(writeFolder(join(folder, 'file'), fill('one'))).rejects.toThrow(/is a file/);
  });
});

describe('callersFolder', () => {
  test('is where npm run joulesmith was called, not where npm moved to', () => {
    expect(callersFolder({ npm_lifecycle_event: 'joulesmith', INIT_CWD: '/home/me' }, '/project')).toBe('/home/me');
    expect(callersFolder({ npm_lifecycle_event: 'test', INIT_CWD: '/home/me' }, '/project')).toBe('/project');
    expect(callersFolder({ INIT_CWD: '/home/me' }, '/project')).toBe('/project');
    expect(callersFolder({ npm_lifecycle_event: 'joulesmith' }, '/project')).toBe('/project');
  });
});
