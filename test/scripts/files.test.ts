import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseJson, readBytes, writeFolder, writeText } from '../../scripts/files.ts';

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
  const fill = (text: string) => (partial: string) => writeText(partial, 'deep/a.txt', text);

  test('writes, then replaces what it wrote itself', async () => {
    const target = join(folder, 'new', 'out');
    await writeFolder(target, fill('one'));
    await writeFolder(target, fill('two'));
    expect(readFileSync(join(target, 'deep/a.txt'), 'utf8')).toBe('two');
    expect(readdirSync(join(folder, 'new'))).toEqual(['out']);
  });

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
    const half = (partial: string) => {
      writeText(partial, 'half.txt', 'half');
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
