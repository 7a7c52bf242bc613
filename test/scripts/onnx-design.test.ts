import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { runCli } from '../support/cli.ts';
import { needData } from '../support/data.ts';

const folder = mkdtempSync(join(tmpdir(), 'joulesmith-onnx-design-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const design = {
  name: 'kws-onnx',
  model: '$JOULESMITH_DATA/onnx_qdq/kws.onnx',
  architecture: 'stream',
  parameters: { multipliers: 256, softmax: 'hardware' },
  clock: '100 MHz',
  technology: 'asap7',
};

function file(name: string, content: object): string {
  writeFileSync(join(folder, name), JSON.stringify(content));
  return name;
}

describe('a design of an ONNX network', () => {
  needData('in the arithmetic it came with is refused, and the way out is said', ['onnx_qdq/kws.onnx'], async () => {
    const { code, err } = await runCli(['simulate', file('own.json', design)], { folder });
    expect(code).toBe(2);
    expect(err).toContain(
      'own.json: model kws: its arithmetic is the profile onnx-qlinear; say "profile": "tflite-reference" in the design: the network is converted to what the stream architecture computes [STREAM_PROFILE]',
    );
  });

  needData('converted, the hardware equals the reference, softmax included', ['onnx_qdq/kws.onnx'], async () => {
    const name = file('converted.json', { ...design, profile: 'tflite-reference' });
    const { code, out } = await runCli(['verify', name, '--levels', 'reference,rtl', '--samples', '2', '--json'], {
      folder,
    });
    const { verdict, levels } = JSON.parse(out);
    expect({ code, verdict, matched: levels.rtl.matched, tool: levels.reference.tool }).toEqual({
      code: 0,
      verdict: 'equal',
      matched: 2,
      tool: 'integer reference, tflite-reference',
    });
  });
});
