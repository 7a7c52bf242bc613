import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runGraph } from '../../models/reference.ts';
import { graphToJson } from '../../models/serialize.ts';
import { run } from '../../scripts/tools/run.ts';
import { runCli } from '../support/cli.ts';
import { npy } from '../support/npy.ts';
import { randomElements, seededRandom } from '../support/random.ts';
import { finished, Sketch } from '../support/random-network.ts';
import { needTool } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'joulesmith-wide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two branches of int16 behind an int16 input; the result is int8 where `narrow`. */
function network(narrow: boolean) {
  const sketch = new Sketch(seededRandom(5));
  sketch.type = 'int16';
  const input = sketch.tensor([1, 4, 3, 2]);
  const trunk = sketch.convolution(input, 'conv2d', true, 4);
  const branch = sketch.convolution(trunk, 'depthwiseConv2d', true, 0);
  const met = sketch.pool(sketch.elementwise(trunk, branch), 'maxPool2d');
  if (!narrow) return finished(sketch, 'wide', input, met);
  sketch.type = 'int8';
  return finished(sketch, 'narrow', input, sketch.quantize(met));
}

const graph = network(false);
const input = graph.tensors.get(graph.inputs[0]!)!;
const count = 3;
const inputs = randomElements(seededRandom(6), input, 24 * count) as Int16Array;
const outputs = Array.from({ length: count }, (_, at) => {
  const given = new Map([[input.id, inputs.subarray(24 * at, 24 * (at + 1))]]);
  return [...runGraph(graph, given).get(graph.outputs[0]!)!];
}).flat();

const littleEndian = (values: Iterable<number>) => [...values].flatMap((value) => [value & 255, (value >> 8) & 255]);
const header = (descr: string, length: number) =>
  `{'descr': '${descr}', 'fortran_order': False, 'shape': (${length},), }`;

for (const narrow of [false, true]) {
  const name = narrow ? 'narrow' : 'wide';
  writeFileSync(join(folder, `${name}-net.json`), JSON.stringify(graphToJson(network(narrow))));
  for (const port of ['stream', 'axi'] as const) {
    const request = {
      name: `${name}-${port}`,
      model: `${name}-net.json`,
      architecture: 'stream',
      parameters: { multipliers: 8, interface: port },
      clock: '50 MHz',
      technology: 'sky130hd',
    };
    writeFileSync(join(folder, `${name}-${port}.json`), JSON.stringify(request));
  }
}
writeFileSync(join(folder, 'inputs.bin'), Uint8Array.from(littleEndian(inputs)));
writeFileSync(join(folder, 'odd.bin'), new Uint8Array(49));
writeFileSync(join(folder, 'short.bin'), new Uint8Array(40));
writeFileSync(join(folder, 'outputs.npy'), npy(header('<i2', outputs.length), littleEndian(outputs)));
writeFileSync(join(folder, 'bytes.npy'), npy(header('|i1', 24), [...new Uint8Array(24)]));

const verify = (...options: string[]) => runCli(['verify', 'wide-stream.json', '--json', ...options], { folder });

describe('int16 samples', () => {
  test('raw inputs and outputs as .npy, and what is wrong in them is found', async () => {
    const given = ['--levels', 'reference,rtl', '--inputs', 'inputs.bin', '--expect'];
    const { code, out } = await verify(...given, 'outputs.npy');
    expect({ code, verdict: JSON.parse(out).verdict }).toEqual({ code: 0, verdict: 'equal' });
    expect(JSON.parse(out).levels.rtl).toMatchObject({ samples: count, matched: count });

    const at = outputs.findIndex((value) => value > 255 && value < 32767);
    const spoilt = outputs.map((value, index) => (index === at ? value + 256 : value));
    writeFileSync(join(folder, 'spoilt.npy'), npy(header('<i2', spoilt.length), littleEndian(spoilt)));
    const wrong = await verify(...given, 'spoilt.npy');
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.out).firstMismatch).toMatchObject({ expected: outputs[at]! + 256, found: outputs[at] });
  });

  test.each([
    [
      'odd.bin',
      /odd\.bin: holds 49 bytes, which is no whole number of int16; give two bytes per element, the low one first/,
    ],
    [
      'bytes.npy',
      /holds elements of type '\|i1' where int16 \('<i2'\) is needed; save it with .*astype\(numpy\.int16\)/,
    ],
    [
      'short.bin',
      /holds 20 elements of int16 where inputs of shape \[1, 4, 3, 2\] need a multiple of 24; give raw int16/,
    ],
  ])('%s is refused', async (file, message) => {
    const { code, err } = await verify('--levels', 'reference', '--inputs', file);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

test('simulate counts 16 x 8-bit multiplications between the entries for 8 and for 16 bits, and says so', async () => {
  const { code, out, err } = await runCli(['simulate', 'wide-stream.json', '--json'], { folder });
  expect(code, err).toBe(0);
  const { energy, area } = JSON.parse(out);
  expect(energy.scope).toContain('16 x 8-bit multiplications estimated between the 8 x 8 and the 16 x 16-bit entries');
  const used = new Set([...energy.origins, ...area.origins].map(({ entry }: { entry: string }) => entry));
  for (const entry of ['mac.int8.uniform', 'mac.int16.uniform', 'mac.int8.area', 'mac.int16.area']) {
    expect(used).toContain(entry);
  }
});

for (const tool of ['iverilog', 'verilator'] as const) {
  const level = tool === 'iverilog' ? 'icarus' : tool;
  await needTool(tool, `verify in ${level}: int16 at both ports, and int8 at one`, async () => {
    for (const name of ['wide', 'narrow']) {
      const { code, out, err } = await runCli(
        ['verify', `${name}-stream.json`, '--json', '--levels', `rtl,${level}`, '--samples', '2'],
        { folder },
      );
      expect(code, err).toBe(0);
      expect(JSON.parse(out).levels[level]).toMatchObject({ samples: 2, matched: 2 });
    }
  });
}

for (const name of ['wide-stream', 'narrow-stream', 'wide-axi', 'narrow-axi']) {
  const block = join(folder, `${name}-block`);
  await needTool('verilator', `${name}: lint says nothing, the generated benches see no difference`, async () => {
    const { code, err } = await runCli(['generate', `${name}.json`, '-o', block, '--samples', '2'], { folder });
    expect(code, err).toBe(0);
    const make = (target: string) => run('make', ['-s', target], { folder: block, seconds: 200 });
    const lint = await make('lint');
    expect({ code: lint.code, said: lint.stdout + lint.stderr }).toEqual({ code: 0, said: '' });
    const targets = name.endsWith('axi') ? ['icarus'] : ['icarus', 'verilator-cpp'];
    for (const target of targets) {
      const { code, stdout, stderr } = await make(target);
      expect({ target, code, stderr }).toMatchObject({ target, code: 0 });
      expect(stdout).toMatch(/done frames 2 mismatches 0/);
    }
    const readme = readFileSync(join(block, 'README.md'), 'utf8');
    expect(readme).toContain('24 input elements of 16 bits: shape [1, 4, 3, 2]');
    expect(readme).toMatch(/`(in_data|s_axis_tdata)` \| input \| 16 \| \w+ \| the input element, int16 \|/);
    if (name.endsWith('axi')) {
      expect(readFileSync(join(block, 'registers.h'), 'utf8')).toMatch(/INPUT_BYTES_VALUE (48|0x0*30)u/);
    }
  });
}
