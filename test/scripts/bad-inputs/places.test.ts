import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { refusingFolder } from '../../support/refusals.ts';

const { at, refused } = refusingFolder();

writeFileSync(at('file'), 'a file');
mkdirSync(at('mine'));
writeFileSync(at('mine/thesis.txt'), 'three years of work');

describe('a place that cannot be written', () => {
  test.each<[string, string[], RegExp]>([
    ['below a file', ['generate', 'good.json', '-o', 'file/out'], /file\/out: cannot be created/],
    ['a file', ['generate', 'good.json', '-o', 'file'], /file: is a file/],
    [
      'a folder of somebody else',
      ['generate', 'good.json', '-o', 'mine'],
      /holds thesis\.txt, which joulesmith did not write/,
    ],
    ['the same, for a report', ['compare', 'good.json', '-o', 'mine'], /holds thesis\.txt/],
    [
      'a kernel file system',
      ['generate', 'good.json', '-o', '/proc/joulesmith/out'],
      /\/proc\/joulesmith\/out: cannot be created/,
    ],
  ])('%s', async (_title, argv, sentence) => {
    await refused(argv, sentence);
    expect(readFileSync(at('mine/thesis.txt'), 'utf8')).toBe('three years of work');
    expect(readFileSync(at('file'), 'utf8')).toBe('a file');
  });
});
