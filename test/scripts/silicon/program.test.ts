import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectRoot } from '../../../scripts/project.ts';

const run = promisify(execFile);

test('one JSON document on stdout, the same in the folder beside the figure', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'joulesmith-silicon-'));
  try {
    const program = ['--import', 'tsx', 'scripts/silicon.ts', '--json', '-o', folder];
    const { stdout } = await run(process.execPath, program, { cwd: projectRoot, maxBuffer: 1 << 26 });
    expect(readFileSync(join(folder, 'silicon.json'), 'utf8')).toBe(stdout);
    const { activity, comparison } = JSON.parse(stdout) as {
      activity: { name: string; hashes: number }[];
      comparison: { core: string; tier: string; natives: { origins: { entry: string; source: string }[] }[] }[];
    };
    expect(activity.map(({ name }) => name)).toEqual(['sha256d_serial_1', 'sha256d_pipelined', 'sha256d_miner']);
    expect(comparison.map(({ tier }) => tier)).toEqual(['T0', 'T0', 'T0', 'T2']);
    for (const { natives } of comparison)
      for (const { origins } of natives) for (const { source } of origins) expect(source.length).toBeGreaterThan(10);
    // Width and height in the header: twice the logical size.
    const png = readFileSync(join(folder, 'silicon.png'));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1920, 1520]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
