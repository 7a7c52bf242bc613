import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'joulesmith-power-of-two-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const network = {
  name: 'net',
  input_shape: [1, 2, 2, 1],
  layers: [
    { op: 'conv', w: [[[[3]]], [[[-5]]]], b: [1, 0], relu: false, shift: 1, pad: 'SAME' },
    { op: 'maxpool', k: 2 },
    {
      op: 'dense',
      w: [
        [1, 2],
        [-4, 100],
      ],
      b: [0, -7],
      relu: true,
      shift: 2,
    },
  ],
  x: [
    [
      [[2], [-3]],
      [[0], [7]],
    ],
  ],
  y: [[7, 127]],
  macs: [8, 4],
};

const design = {
  name: 'net-stream',
  model: 'net.json',
  architecture: 'stream',
  parameters: { multipliers: 4 },
  clock: '100 MHz',
  technology: 'asap7',
};

function file(name: string, content: object): string {
  writeFileSync(join(folder, name), JSON.stringify(content));
  return name;
}

file('net.json', network);

describe('a design of a power-of-two JSON network', () => {
  test('verify takes the sample of the file, inspect names profile and format, simulate and generate work', async () => {
    const own = file('own.json', design);
    const verified = await runCli(['verify', own, '--levels', 'reference,rtl', '--json'], { folder });
    const { verdict, levels } = JSON.parse(verified.out);
    expect(verified.code).toBe(0);
    expect(verdict).toBe('equal');
    expect(levels.reference).toMatchObject({ samples: 1, matched: 1, tool: 'integer reference, power-of-two' });
    expect(levels.rtl).toMatchObject({ samples: 1, matched: 1 });
    const inspected = await runCli(['inspect', 'net.json'], { folder });
    expect(inspected.out + inspected.err).toContain('power-of-two JSON, integer network, arithmetic power-of-two');
    expect((await runCli(['simulate', own, '--json'], { folder })).code).toBe(0);
    expect((await runCli(['generate', own, '-o', join(folder, 'out')], { folder })).code).toBe(0);
  });

  test('a file whose own output is wrong is told', async () => {
    file('wrong.json', { ...network, y: [[7, 126]] });
    const name = file('wrong-design.json', { ...design, model: 'wrong.json' });
    const { code, out } = await runCli(['verify', name, '--levels', 'reference,rtl', '--json'], { folder });
    expect(code).toBe(1);
    expect(JSON.parse(out).verdict).toBe('different');
  });

  test('converted to the arithmetic of TensorFlow Lite, its output is no golden any more', async () => {
    const name = file('converted.json', { ...design, profile: 'tflite-reference' });
    const { code, out } = await runCli(['verify', name, '--levels', 'reference,rtl', '--json'], { folder });
    const { verdict, levels } = JSON.parse(out);
    expect({ code, verdict, tool: levels.reference.tool }).toEqual({
      code: 0,
      verdict: 'equal',
      tool: 'integer reference, tflite-reference',
    });
  });

  test('a damaged file is named with the place in it', async () => {
    file('damaged.json', { ...network, layers: [{ ...network.layers[0], shift: -1 }] });
    const { code, err } = await runCli(['inspect', 'damaged.json'], { folder });
    expect(code).toBe(2);
    expect(err).toContain(
      'damaged.json: /layers/0/shift: found -1; a whole number from 0 to 32 is needed [POWER_OF_TWO_MALFORMED]',
    );
  });
});
