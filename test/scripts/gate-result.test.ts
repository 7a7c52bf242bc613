import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import { projectRoot } from '../../scripts/project.ts';
import { runCli } from '../support/cli.ts';
import { dataFolder, needData } from '../support/data.ts';
import { needLiberty } from '../support/liberty.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'joulesmith-gates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = 'gt2n/gt2_6t_w13_svt_tt_0p7v25c.lib';

const title =
  'a result of T2 says of the design what one of T1 says: area, flip-flops, memories, what-if; only joules and tools differ';

async function alike(libraries: string, data: string): Promise<void> {
  const known = JSON.parse(
    readFileSync(path.join(projectRoot, 'specs', 'designs', 'hello-world-stream-8.json'), 'utf8'),
  );
  const parameters = { ...known.parameters, device: 'ice40' };
  writeFileSync(path.join(folder, 'small.json'), JSON.stringify({ ...known, technology: 'gt2n', parameters }));
  const environment = { ...process.env, JOULESMITH_DATA: data };
  const result = async (...more: string[]) => {
    const argv = ['simulate', 'small.json', '--what-if', '--json', ...more];
    const { code, out, err } = await runCli(argv, { folder, environment });
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    const { energy, tools: _, ...rest } = JSON.parse(out);
    return { energy, rest };
  };
  const toggles = await result('--tier', 'T1');
  const gates = await result('--tier', 'T2', '--liberty', path.join(libraries, `${file}.gz`));
  expect([toggles.energy.tier, gates.energy.tier]).toEqual(['T1', 'T2']);
  expect(gates.energy.scope).toMatch(/[1-9]\d* of flip-flops/);
  expect(gates.rest).toEqual(toggles.rest);
  expect(gates.rest.hardware.activationMemoryBits).toBeGreaterThan(0);
}

const data = dataFolder();
if (data === null) needData(title, ['tflm_hello_world'], () => {});
else needLiberty(title, [file], (libraries) => alike(libraries, data), 300);
