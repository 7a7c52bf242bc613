import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeReport } from '../../../scripts/report/write.ts';
import { sampleBaselines, sampleResults } from '../../support/results.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'joulesmith-report-'));
});
afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test('writes page, texts and figures, and the same bytes again', async () => {
  const first = join(parent, 'first');
  const written = await writeReport(sampleResults(), sampleBaselines(), first);
  expect(written).toEqual(expect.arrayContaining(['index.html', 'report.md', 'results.json', 'results.csv']));
  expect(written.filter((name) => name.startsWith('figures/'))).toHaveLength(25);
  expect(files(first)).toEqual(expect.arrayContaining([...written].sort()));
  const second = join(parent, 'second');
  await writeReport(sampleResults(), sampleBaselines(), second);
  for (const name of files(first)) {
    expect(readFileSync(join(first, name)).equals(readFileSync(join(second, name))), name).toBe(true);
  }
});

test('replaces its own report and nothing else', async () => {
  const folder = join(parent, 'report');
  await writeReport(sampleResults(), [], folder);
  await writeReport(sampleResults().slice(0, 2), [], folder);
  expect(JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')).results).toHaveLength(2);

  const foreign = join(parent, 'thesis');
  mkdirSync(foreign);
  writeFileSync(join(foreign, 'chapter1.tex'), 'years of work');
  await expect(writeReport(sampleResults(), [], foreign)).rejects.toThrow(/chapter1\.tex.*another folder/);
  expect(files(foreign)).toEqual(['chapter1.tex']);
  expect(readdirSync(parent).sort()).toEqual(['report', 'thesis']);
});

test('leaves nothing behind when the folder cannot be made or there is nothing to report', async () => {
  writeFileSync(join(parent, 'file'), '');
  await expect(writeReport(sampleResults(), [], join(parent, 'file', 'report'))).rejects.toThrow(/OUTPUT_FOLDER/);
  await expect(writeReport([], [], join(parent, 'empty'))).rejects.toThrow(
    /0 results.*name at least one design.*REPORT_EMPTY/,
  );
  expect(existsSync(join(parent, 'empty'))).toBe(false);
  expect(readdirSync(parent)).toEqual(['file']);
});
