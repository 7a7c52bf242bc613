import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dequantize } from '../../models/crosscheck.ts';
import { quantizeGraph } from '../../models/quantize.ts';
import { graphFromJson, graphToJson } from '../../models/serialize.ts';
import { loadZoo } from '../../models/zoo/zoo.ts';
import { runCli } from '../support/cli.ts';
import { needData, readBytes, readInt8s, readJson } from '../support/data.ts';
import { npy } from '../support/npy.ts';
import { writeOnnx } from '../support/onnx-writer.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const { graph, float, samples, labels, inputBytes } = loadZoo('digits');
const port = graph.tensors.get(graph.inputs[0]!)!;
const count = 20;
const inputs = Array.from({ length: count }, (_, i) =>
  dequantize(samples.subarray(i * inputBytes, (i + 1) * inputBytes), port),
);

const run = (...argv: string[]) => runCli(['quantize', ...argv], { folder });
const graphAt = (name: string) => graphFromJson(JSON.parse(readFileSync(at(name), 'utf8')), name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-quantize-'));
  const reals = Float32Array.from(inputs.flatMap((input) => [...input]));
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${count}, 16, 16, 1), }`;
  writeFileSync(at('inputs.npy'), npy(header, [...new Uint8Array(reals.buffer)]));
  writeFileSync(at('inputs.bin'), new Uint8Array(reals.buffer));
  writeFileSync(at('labels.bin'), labels.subarray(0, count));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('quantize writes the network that the quantiser makes', () => {
  test('of a zoo network and a .npy file, and says how good it is', async () => {
    const argv = [
      'digits',
      '--calibration',
      'inputs.npy',
      '--labels',
      'labels.bin',
      '-o',
      'a.joulesmith.json',
      '--json',
    ];
    const { code, out, err } = await run(...argv);
    expect(code).toBe(0);
    const expected = quantizeGraph(float, inputs, { weights: 'perChannel', weightBits: 8 });
    expect(graphToJson(graphAt('a.joulesmith.json'))).toEqual(graphToJson(expected));
    const document = JSON.parse(out);
    expect(document).toMatchObject({ model: 'digits', calibration: { samples: count }, sensitivity: null });
    expect(document.accuracy.float.samples).toBe(count);
    expect(document.accuracy.integer.right).toBeGreaterThan(count * 0.8);
    expect(document.layers.map(({ layer }: { layer: string }) => layer)).toEqual(float.layers.map(({ name }) => name));
    expect(err).toContain('written: ');
    const again = await runCli(['inspect', 'a.joulesmith.json', '--json'], { folder });
    expect(JSON.parse(again.out).sha256).toBe(document.output.sha256);
  });

  test('with every option, from a raw file', async () => {
    const argv = ['--weights', '4', '--layers', 'conv2d_0=8, fully_connected_9=ternary', '--calibrator', 'percentile'];
    const more = ['--percentile', '99.9', '--power-of-two', '--equalize', '--per-tensor', '--bias-correction', 'off'];
    const { code } = await run('digits', '--calibration', 'inputs.bin', ...argv, ...more, '-o', 'b.joulesmith.json');
    expect(code).toBe(0);
    const expected = quantizeGraph(float, inputs, {
      weights: 'perTensor',
      weightBits: 4,
      layers: { conv2d_0: { weightBits: 8 }, fully_connected_9: { weightBits: 2 } },
      calibrator: 'percentile',
      percentile: 99.9,
      powerOfTwo: true,
      equalize: true,
      correctBias: false,
    });
    expect(graphToJson(graphAt('b.joulesmith.json'))).toEqual(graphToJson(expected));
  });

  test('with the table of sensitivities, on some of the zoo samples, over an older file of its own', async () => {
    for (const weights of ['8', 'ternary']) {
      const argv = ['--samples', '5', '--weights', weights, '--sensitivity', '-o', 'c.joulesmith.json', '--json'];
      const { code, out, err } = await run('vibration', ...argv);
      expect(code).toBe(0);
      const { sensitivity, calibration } = JSON.parse(out);
      expect(calibration.samples).toBe(5);
      const weighted = loadZoo('vibration').float.layers.filter((layer) => 'weights' in layer);
      expect(sensitivity.entries).toHaveLength(3 * weighted.length);
      expect(err).toContain('ternary [dB]');
    }
    expect(graphAt('c.joulesmith.json').layers.some((layer) => 'weightBits' in layer && layer.weightBits === 4)).toBe(
      true,
    );
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe('quantize refuses', () => {
  const out = ['-o', 'x.joulesmith.json'];
  test('labels of a network with two outputs, which would judge nothing', async () => {
    const ends = ['y', 'z'].map((name) => ({ name, type: 'float' as const, shape: [1, 2] }));
    const model = writeOnnx({
      nodes: ends.map(({ name }) => ({ operator: 'MatMul', inputs: ['x', 'w'], outputs: [name] })),
      inputs: [{ name: 'x', type: 'float', shape: [1, 2] }],
      outputs: ends,
      initializers: { w: { type: 'float', shape: [2, 2], values: [2, 0, 0, 2] } },
    });
    writeFileSync(at('two.onnx'), model);
    writeFileSync(at('x.bin'), new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer));
    const argv = ['two.onnx', '--calibration', 'x.bin', ...out];
    const labelled = await run(...argv, '--labels', 'labels.bin');
    expect([labelled.code, labelled.err]).toEqual([
      2,
      expect.stringContaining(
        '--labels: the network two has 2 outputs, and labels judge one; leave it out [ACCURACY_PORTS]',
      ),
    ]);
    expect((await run(...argv)).code).toBe(0);
    rmSync(at('x.joulesmith.json'));
  });

  test.each<[string, string[], string]>([
    [
      'no output',
      ['digits'],
      'joulesmith: command line: the file to write is missing; add -o NAME.joulesmith.json [COMMAND_LINE]',
    ],
    [
      'a width',
      ['digits', '--weights', '5', ...out],
      "--weights: found '5'; choose one of: 4, 8, ternary [COMMAND_LINE]",
    ],
    [
      'a layer',
      ['digits', '--layers', 'conv2d_1=4', ...out],
      "--layers: no layer with weights is called 'conv2d_1'; did you mean",
    ],
    [
      'a layer without width',
      ['digits', '--layers', 'conv2d_0', ...out],
      "--layers: found 'conv2d_0'; write NAME=WIDTH",
    ],
    ['a calibrator', ['digits', '--calibrator', 'max', ...out], "--calibrator: found 'max'; "],
    [
      'a stray percentile',
      ['digits', '--percentile', '99', ...out],
      '--percentile: calibrator min-max takes none; add --calibrator percentile [COMMAND_LINE]',
    ],
    [
      'a fraction',
      ['digits', '--calibrator', 'percentile', '--percentile', '0.99', ...out],
      'digits: percentile 0.99; from 50 to 100 per cent of the values can be kept [QUANTIZE_PERCENTILE]',
    ],
    [
      'a torn file',
      ['digits', '--calibration', 'labels.bin', ...out],
      'labels.bin: holds 5 values of float32 where inputs of shape [1, 16, 16, 1] need a multiple of 256',
    ],
    [
      'a missing folder',
      ['digits', '--samples', '1', '-o', 'nowhere/x.json'],
      'nowhere/x.json: cannot be written (ENOENT); choose another file [OUTPUT_FILE]',
    ],
    [
      'a foreign file',
      ['digits', '-o', 'inputs.bin'],
      'inputs.bin: exists, and joulesmith did not write it; choose another file [OUTPUT_FILE]',
    ],
    ['a folder', ['digits', '-o', '.'], 'is a folder; choose another file [OUTPUT_FILE]'],
    [
      'integers',
      ['a.joulesmith.json', ...out],
      'a.joulesmith.json: is an integer network already, and floats are quantised; give the float network that it was made from [MODEL_INTEGER]',
    ],
  ])('%s', async (_, argv, message) => {
    const { code, err } = await run(...argv);
    expect(err).toContain(message);
    expect(code).toBe(2);
    expect(readdirSync(folder)).not.toContain('x.joulesmith.json');
  });
});

interface Manifest {
  readonly input: { readonly scale: number; readonly zeroPoint: number };
}

/** The inputs of a model folder as a float file, and so many labels. */
function prepare(data: string, model: string, samples: number, size: number): void {
  const { input } = readJson<Manifest>(data, `${model}/manifest.json`);
  const bytes = readInt8s(data, `${model}/inputs_i8.bin`).subarray(0, samples * size);
  const reals = Float32Array.from(bytes, (q) => (q - input.zeroPoint) * input.scale);
  writeFileSync(at(`${model}.bin`), new Uint8Array(reals.buffer));
  writeFileSync(at(`${model}_labels.bin`), readBytes(data, `${model}/labels_u8.bin`).subarray(0, samples));
}

describe('float .tflite networks of MLPerf Tiny, quantised here, lose half a point or one sample', () => {
  for (const [model, file, samples, size] of [
    ['mlperf_kws', 'kws_ref_model_float32.tflite', 60, 490],
    ['mlperf_ic', 'pretrainedResnet.tflite', 20, 3072],
  ] as const) {
    const files = [file, 'inputs_i8.bin', 'labels_u8.bin', 'manifest.json'].map((name) => `${model}/${name}`);
    needData(model, files, async (data) => {
      prepare(data, model, samples, size);
      const argv = ['--calibration', `${model}.bin`, '--labels', `${model}_labels.bin`, '--json'];
      const { code, out } = await run(join(data, model, file), ...argv, '-o', `${model}.joulesmith.json`);
      expect(code).toBe(0);
      const { accuracy } = JSON.parse(out);
      expect(accuracy.float.right).toBeGreaterThan(samples * 0.7);
      expect(accuracy.float.right - accuracy.integer.right).toBeLessThanOrEqual(Math.max(1, samples / 200));
    });
  }
});
