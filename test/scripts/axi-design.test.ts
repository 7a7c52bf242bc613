import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acceleratorRegisters } from '../../hdl-gen/arch/wrap/axi-registers.ts';
import { registerTable } from '../../hdl-gen/library/axi/register-text.ts';
import { run } from '../../scripts/tools/run.ts';
import { runCli } from '../support/cli.ts';
import { needTool } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'joulesmith-axi-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kinds = {
  'plain-ce': { clockEnable: true },
  'axi-block': { interface: 'axi' },
  'axi-block-ce': { interface: 'axi', clockEnable: true },
};
const text = (name: string, file: string) => readFileSync(join(folder, name, file), 'utf8');

beforeAll(async () => {
  for (const [name, parameters] of Object.entries(kinds)) {
    const request = {
      name,
      model: 'vibration',
      architecture: 'stream',
      parameters: { multipliers: 16, ...parameters },
      clock: '50 MHz',
      technology: 'sky130hd',
    };
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(request));
    const { code, err } = await runCli(['generate', `${name}.json`, '-o', name, '--samples', '2'], { folder });
    expect(code, err).toBe(0);
  }
});

test('an AXI block: the accelerator inside, its registers as a C header and a page', () => {
  const files = readdirSync(join(folder, 'axi-block'));
  expect(files).toEqual(
    expect.arrayContaining(['axi_block.v', 'axi_block_core.v', 'axi_block_registers.v', 'registers.h', 'registers.md']),
  );
  expect(text('axi-block', 'registers.md')).toContain(
    registerTable(acceleratorRegisters({ inputBytes: 1, outputBytes: 1, modelSha256: null })),
  );
  expect(text('axi-block', 'registers.h')).toContain('#define AXI_BLOCK_CONTROL 0x008u');
  const [, sha] = /SHA-256 of its file ([0-9a-f]{64})/.exec(text('axi-block', 'README.md'))!;
  for (let word = 0; word < 8; word++) {
    const digits = sha!.slice(8 * word, 8 * word + 8).toUpperCase();
    expect(text('axi-block', 'registers.h')).toContain(`#define AXI_BLOCK_MODEL_HASH_${word}_VALUE 0x${digits}u`);
  }
  expect(text('axi-block', 'README.md')).toContain(
    '| `m_axis_tlast` | output | 1 | unsigned | the last byte of an output frame |',
  );
  expect(text('axi-block', 'axi_block.v')).not.toContain('input wire ce');
  expect(text('axi-block-ce', 'axi_block_ce.v')).toContain('input wire ce,');
});

test('simulate and verify speak of the accelerator inside', async () => {
  const { code, out } = await runCli(['verify', 'axi-block-ce.json', '--levels', 'rtl', '--samples', '2', '--json'], {
    folder,
  });
  expect(code).toBe(0);
  expect(JSON.parse(out).verdict).toBe('equal');
  const cycles = async (name: string) =>
    JSON.parse((await runCli(['simulate', `${name}.json`, '--json'], { folder })).out).cycles as unknown;
  expect(await cycles('axi-block-ce')).toEqual(await cycles('plain-ce'));
});

for (const name of Object.keys(kinds)) {
  await needTool('verilator', `${name}: make lint says nothing`, async () => {
    const { code, stdout, stderr } = await run('make', ['-s', 'lint'], { folder: join(folder, name), seconds: 120 });
    expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: '' });
  });
  await needTool(
    'iverilog',
    `${name}: make icarus streams the vectors through the outer ports without a mismatch`,
    async () => {
      const { code, stdout } = await run('make', ['-s', 'icarus'], { folder: join(folder, name), seconds: 300 });
      expect(code, stdout).toBe(0);
      expect(stdout).toMatch(/^done frames 2 mismatches 0 clocks \d+$/m);
    },
  );
}
