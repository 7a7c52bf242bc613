import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../specs/fault.ts';
import { type Area, areas } from './mutate/areas.ts';
import type { PlantedFault } from './mutate/fault.ts';
import { withoutPlace } from './mutate/places.ts';
import { run } from './tools/run.ts';

/**
 * Plants faults one at a time into a copy of the repository and runs tests until one fails. Every fault must be caught:
 * the exit code is 1 when one survives, 2 when the tests do not pass without a fault or a fault has no place any more.
 * An argument keeps only the faults whose file or title contains it.
 */

/** Differential runs of this many random designs come first: they catch most. */
const fuzzDesigns = 100;

const repository = fileURLToPath(new URL('..', import.meta.url));
const left = new Set(['node_modules', '.git', 'dist', 'out']);

function copyRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'joulesmith-mutate-'));
  cpSync(repository, folder, {
    recursive: true,
    filter: (path) => dirname(path) !== dirname(join(repository, 'x')) || !left.has(basename(path)),
  });
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Whether a program ends with exit code 0; one that does not end has failed. */
async function succeeds(folder: string, args: readonly string[]): Promise<boolean> {
  try {
    return (await run(process.execPath, args, { folder, seconds: 300 })).code === 0;
  } catch (error) {
    if (error instanceof Fault && error.kind === 'tool') return false;
    throw error;
  }
}

function fuzzAgrees(folder: string): Promise<boolean> {
  return succeeds(folder, ['--import', 'tsx', 'test/fuzz/check.ts', String(fuzzDesigns)]);
}

function testsPass(folder: string, tests: readonly string[]): Promise<boolean> {
  return succeeds(folder, ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1', ...tests]);
}

/** Which tests caught the fault; null when none did. */
async function caughtBy(folder: string, area: Area, fault: PlantedFault): Promise<string | null> {
  const path = join(folder, fault.file);
  const text = readFileSync(path, 'utf8');
  try {
    writeFileSync(
      path,
      text.replace(fault.from, () => fault.to),
    );
    if (area.inRandomDesigns !== false && !(await fuzzAgrees(folder))) return 'random designs';
    return (await testsPass(folder, area.further)) ? null : area.further.join(' ');
  } finally {
    writeFileSync(path, text);
  }
}

async function main(wanted: string): Promise<number> {
  const chosen = areas.map((area) => ({
    ...area,
    faults: area.faults.filter(({ file, title }) => file.includes(wanted) || title.includes(wanted)),
  }));
  const lost = withoutPlace(
    repository,
    chosen.flatMap((area) => area.faults),
  );
  for (const { file, title } of lost) console.log(`no single place for: ${title} (${file})`);
  if (lost.length > 0) return 2;
  const folder = copyRepository();
  try {
    if (!(await fuzzAgrees(folder))) {
      console.log('the tests fail without any fault');
      return 2;
    }
    let caught = 0;
    let survived = 0;
    for (const area of chosen) {
      for (const fault of area.faults) {
        const by = await caughtBy(folder, area, fault);
        console.log(
          `${by === null ? 'SURVIVED' : 'caught'}  ${area.name}: ${fault.title}${by === null ? '' : ` (${by})`}`,
        );
        if (by === null) survived += 1;
        else caught += 1;
      }
    }
    console.log(`${caught + survived} faults: ${caught} caught, ${survived} survived`);
    return survived === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv[2] ?? '');
