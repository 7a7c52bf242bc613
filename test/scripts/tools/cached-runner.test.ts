import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheFolder } from '../../../scripts/cache-folder.ts';
import { cachedRunner, jobKey } from '../../../scripts/tools/cached-runner.ts';
import type { Job, JobRunner } from '../../../scripts/tools/job.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-cache-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function counting(tool = 'tool 1') {
  let runs = 0;
  const runner: JobRunner = {
    tool,
    run: async () => {
      runs += 1;
      return { printed: `run ${runs}`, files: { out: Uint8Array.of(0, 255, runs) }, cached: false };
    },
    close: async () => {},
  };
  return { runner, runs: () => runs };
}

const job: Job = { args: ['-a', 'b'], files: { x: 'one', y: Uint8Array.of(1, 2) }, outputs: ['out'] };
const limits = { seconds: 1 };

test('the same job runs once, whoever asks', async () => {
  const { runner, runs } = counting();
  const first = await cachedRunner(runner, folder).run(job, limits);
  const second = await cachedRunner(runner, folder).run(job, limits);
  expect(runs()).toBe(1);
  expect(second).toEqual({ ...first, cached: true });
  const again = counting();
  expect((await cachedRunner(again.runner, folder).run(job, limits)).files.out).toEqual(Uint8Array.of(0, 255, 1));
  expect(again.runs()).toBe(0);
});

test('everything that decides the answer is in the key', () => {
  const others: [string, Job][] = [
    ['tool 2', job],
    ['tool 1', { ...job, args: ['-ab', ''] }],
    ['tool 1', { ...job, args: ['-a'] }],
    ['tool 1', { ...job, files: { ...job.files, x: 'two' } }],
    ['tool 1', { ...job, files: { ...job.files, y: Uint8Array.of(1, 3) } }],
    ['tool 1', { ...job, files: { x: 'one' } }],
    ['tool 1', { ...job, files: { xo: 'ne', y: Uint8Array.of(1, 2) } }],
    ['tool 1', { ...job, outputs: ['out', 'more'] }],
  ];
  const keys = [jobKey('tool 1', job), ...others.map(([tool, other]) => jobKey(tool, other))];
  expect(new Set(keys).size).toBe(keys.length);
  const turned = { y: job.files.y!, x: job.files.x! };
  expect(jobKey('tool 1', { ...job, files: turned })).toBe(keys[0]);
});

test('an answer that cannot be read is made again; a failure is not kept', async () => {
  const own = join(folder, 'own');
  const { runner, runs } = counting();
  const cached = cachedRunner(runner, own);
  await cached.run(job, limits);
  const [file] = readdirSync(join(own, 'jobs'));
  writeFileSync(join(own, 'jobs', file!), 'half');
  expect((await cached.run(job, limits)).cached).toBe(false);
  expect((await cached.run(job, limits)).cached).toBe(true);
  expect(runs()).toBe(2);
  let failures = 0;
  const failing: JobRunner = {
    ...runner,
    run: () => {
      failures += 1;
      return Promise.reject(new Error('no'));
    },
  };
  for (const attempt of [1, 2]) {
    await expect(cachedRunner(failing, join(folder, 'empty')).run(job, limits)).rejects.toThrow('no');
    expect(failures).toBe(attempt);
  }
});

test('a cache that cannot be written is a fault with a way out', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(cachedRunner(counting().runner, file).run(job, limits)).rejects.toThrow(
    /cannot be written \(\w+\); set JOULESMITH_CACHE to a folder that can be written, or use --no-cache \[SYNTH_CACHE\]$/,
  );
});

test('the folder is the one named, or the system caches', () => {
  expect(cacheFolder({ JOULESMITH_CACHE: '/here' }, 'linux')).toBe('/here');
  expect(cacheFolder({ XDG_CACHE_HOME: '/caches' }, 'linux')).toBe(join('/caches', 'joulesmith'));
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux')).toMatch(/\.cache.joulesmith$/);
  expect(cacheFolder({}, 'darwin')).toMatch(/Library.Caches.joulesmith$/);
  expect(cacheFolder({ LOCALAPPDATA: 'local' }, 'win32')).toBe(join('local', 'joulesmith'));
});
