import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphToJson } from '../../models/serialize.ts';
import { loadZoo } from '../../models/zoo/zoo.ts';
import { runCli } from '../support/cli.ts';
import { needData, readInt8s, readJson } from '../support/data.ts';
import { npy } from '../support/npy.ts';
import { writeOnnx } from '../support/onnx-writer.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const { graph, samples, labels, samplesRight } = loadZoo('digits');
const input = graph.tensors.get(graph.inputs[0]!)!;

async function measured(...argv: string[]) {
  const { code, out, err } = await runCli(['accuracy', ...argv, '--json'], { folder });
  expect(err).not.toContain('joulesmith:');
  return { code, document: JSON.parse(out), text: err };
}

const bytesOf = (values: Float32Array | Float64Array | Int16Array) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-accuracy-'));
  // Without the zoo's samples, so that only files can be used.
  writeFileSync(at('net.json'), JSON.stringify(graphToJson(graph)));
  writeFileSync(at('labels.bin'), labels);
  writeFileSync(at('int8.bin'), samples);
  writeFileSync(
    at('uint8.bin'),
    Uint8Array.from(samples, (q) => q + 128),
  );
  const reals = Float32Array.from(samples, (q) => (q - input.zeroPoint) * input.scale);
  writeFileSync(at('float32.bin'), bytesOf(reals));
  const shape = `(${labels.length}, 16, 16, 1)`;
  const header = (descr: string, dims: string) => `{'descr': '${descr}', 'fortran_order': False, 'shape': ${dims}, }`;
  writeFileSync(at('float32.npy'), npy(header('<f4', shape), [...bytesOf(reals)]));
  writeFileSync(at('float64.npy'), npy(header('<f8', shape), [...bytesOf(Float64Array.from(reals))]));
  writeFileSync(
    at('uint8.npy'),
    npy(
      header('|u1', shape),
      [...samples].map((q) => q + 128),
    ),
  );
  writeFileSync(at('int16.npy'), npy(header('<i2', shape), [...bytesOf(Int16Array.from(samples))]));
  const wide = [...labels].flatMap((label) => [label, 0, 0, 0, 0, 0, 0, 0]);
  writeFileSync(at('labels.npy'), npy(header('<i8', `(${labels.length},)`), wide));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('classification', () => {
  test('with the samples of the zoo, as its card counts them', async () => {
    const { code, document, text } = await measured('digits');
    expect(code).toBe(0);
    expect(document).toMatchObject({ task: 'classification', samples: labels.length, right: samplesRight });
    expect(document.accuracy).toBe(samplesRight / labels.length);
    expect(document.engine).toBe('integer reference, tflite-reference');
    const missed = document.confusions.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
    expect(missed).toBe(labels.length - samplesRight);
    expect(text).toContain(`digits: ${samplesRight} of ${labels.length} right`);
    expect(text).toMatch(/class +samples +right +share +taken for/);
  });

  test.each([
    ['int8.bin'],
    ['uint8.bin', '--dtype', 'uint8'],
    ['float32.bin', '--dtype', 'float32'],
    ['uint8.npy'],
    ['float32.npy'],
    ['float64.npy'],
  ])('the same from %s', async (file, ...options) => {
    const given = ['--inputs', file, '--labels', file.endsWith('npy') ? 'labels.npy' : 'labels.bin', ...options];
    const { document } = await measured('net.json', ...given);
    expect(document).toMatchObject({ samples: labels.length, right: samplesRight, golden: null });
  });

  test('of the first samples only', async () => {
    const { document } = await measured('digits', '--samples', '7');
    expect(document.samples).toBe(7);
    expect(document.classes.reduce((sum: number, one: { samples: number }) => sum + one.samples, 0)).toBe(7);
  });
});

describe('the public samples, against what the golden outputs give', () => {
  const sets = [
    ['mlperf_kws', 200],
    ['mlperf_ic', 60],
    ['mlperf_vww', 40],
  ] as const;
  for (const [set, count] of sets) {
    const files = [`${set}/manifest.json`, `${set}/golden_tflm_i8.bin`];
    needData(`${set}: ${count} samples`, files, async (data) => {
      const { model, classes } = readJson<{ model: string; classes: string[] }>(data, `${set}/manifest.json`);
      const golden = readInt8s(data, `${set}/golden_tflm_i8.bin`);
      const expected = readInt8s(data, `${set}/labels_u8.bin`);
      let right = 0;
      for (const [sample, label] of expected.entries()) {
        const outputs = golden.subarray(sample * classes.length, (sample + 1) * classes.length);
        if (outputs.indexOf(Math.max(...outputs)) === label) right += 1;
      }
      const { code, document } = await measured(join(data, set, model));
      expect(code).toBe(0);
      expect(document).toMatchObject({ samples: count, right, golden: { samples: count, equal: count } });
      expect(document.accuracy).toBe(right / count);
    });
  }

  needData('mlperf_ad: the error of the golden outputs', ['mlperf_ad/manifest.json'], async (data) => {
    type Port = { scale: number; zeroPoint: number };
    type Manifest = { model: string; input: Port; output: Port };
    const manifest = readJson<Manifest>(data, 'mlperf_ad/manifest.json');
    const real = (file: string, { scale, zeroPoint }: Port) =>
      Array.from(readInt8s(data, `mlperf_ad/${file}`), (q) => Math.fround((q - zeroPoint) * scale));
    const golden = real('golden_tflm_windows_i8.bin', manifest.output);
    const inputs = real('inputs_i8.bin', manifest.input);
    const error = golden.reduce((sum, value, i) => sum + (value - inputs[i]!) ** 2, 0) / golden.length;
    const { document } = await measured(join(data, 'mlperf_ad', manifest.model));
    expect(document).toMatchObject({ task: 'reconstruction', samples: 32, samplesPerLabel: 4, areaUnderCurve: null });
    expect(document.meanSquaredError).toBeCloseTo(error, 9);
    expect(document.golden).toEqual({ samples: 32, equal: 32 });
  });

  needData('a golden output that differs is exit 1', ['mlperf_kws/manifest.json'], async (data) => {
    const manifest = readJson<Record<string, unknown>>(data, 'mlperf_kws/manifest.json');
    const name = String(manifest.model);
    for (const file of [name, 'inputs_i8.bin', 'labels_u8.bin']) copyFileSync(join(data, 'mlperf_kws', file), at(file));
    const golden = readInt8s(data, 'mlperf_kws/golden_tflm_i8.bin');
    golden[5]! ^= 1;
    writeFileSync(at('golden_tflm_i8.bin'), golden);
    writeFileSync(at('manifest.json'), JSON.stringify({ ...manifest, goldens: { tflm: 'golden_tflm_i8.bin' } }));
    const { code, document } = await measured(name, '--samples', '3');
    rmSync(at('manifest.json'));
    expect(document.golden).toEqual({ samples: 3, equal: 2 });
    expect(code).toBe(1);
  });
});

describe('float networks and other tasks', () => {
  const values = (...numbers: number[]) => bytesOf(Float32Array.from(numbers));
  /** y = x W for images of two pixels of two channels, channels first in the file; W picks channel 1 of pixel 0 first. */
  const image = () =>
    writeOnnx({
      nodes: [{ operator: 'Conv', inputs: ['x', 'w'], outputs: ['y'] }],
      inputs: [{ name: 'x', type: 'float', shape: [1, 2, 1, 2] }],
      outputs: [{ name: 'y', type: 'float', shape: [1, 2, 1, 1] }],
      initializers: { w: { type: 'float', shape: [2, 2, 1, 2], values: [0, 0, 1, 0, 0, 0, 0, 1] } },
    });

  test('a float network, images channels first as its file has them', async () => {
    writeFileSync(at('image.onnx'), image());
    // Channel 1 is [1, 9] and [9, 1]: outputs [1, 9] and [9, 1].
    writeFileSync(at('images.bin'), values(0, 0, 1, 9, 0, 0, 9, 1));
    writeFileSync(at('two.bin'), Uint8Array.of(1, 0));
    const given = ['image.onnx', '--inputs', 'images.bin', '--labels', 'two.bin'];
    const { document } = await measured(...given);
    expect(document).toMatchObject({ numbers: 'float', right: 2, samples: 2 });
    expect(document.inputs).toContain('channels first');
    expect(document.engine).toMatch(/^TensorFlow\.js \d/);
    // Read channels last, channel 1 is [0, 9] and [0, 1].
    const other = await measured(...given, '--layout', 'nhwc');
    expect(other.document.right).toBe(1);
  });

  const double = () =>
    writeOnnx({
      nodes: [{ operator: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
      inputs: [{ name: 'x', type: 'float', shape: [1, 2] }],
      outputs: [{ name: 'y', type: 'float', shape: [1, 2] }],
      initializers: { w: { type: 'float', shape: [2, 2], values: [2, 0, 0, 2] } },
    });

  test('values to estimate', async () => {
    writeFileSync(at('double.onnx'), double());
    writeFileSync(at('x.bin'), values(1, 2, 3, 4));
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }";
    writeFileSync(at('y.npy'), npy(header, [...values(2, 4, 6, 9)]));
    const { document, text } = await measured('double.onnx', '--inputs', 'x.bin', '--labels', 'y.npy');
    expect(document).toMatchObject({ task: 'regression', meanSquaredError: 0.25, meanAbsoluteError: 0.25 });
    expect(text).toContain('mean squared error 0.2500, mean absolute error 0.2500 over 2 samples');
  });

  test('an output that should repeat its input', async () => {
    writeFileSync(at('double.onnx'), double());
    writeFileSync(at('x4.bin'), values(1, 1, 3, 3, 2, 2, 2, 2));
    writeFileSync(at('anomaly.bin'), Uint8Array.of(0, 1, 1, 0));
    const given = ['double.onnx', '--inputs', 'x4.bin', '--labels', 'anomaly.bin'];
    const { document } = await measured(...given);
    // Errors 1, 9, 4, 4: of the four pairs three are in order and one is a tie.
    expect(document).toMatchObject({ task: 'reconstruction', meanSquaredError: 18 / 4, areaUnderCurve: 3.5 / 4 });
    writeFileSync(at('pairs.bin'), Uint8Array.of(0, 1));
    const grouped = await measured(...given.slice(0, -1), 'pairs.bin');
    expect(grouped.document).toMatchObject({ areaUnderCurve: 0, samplesPerLabel: 2 });
    const classes = await measured(...given, '--task', 'classification');
    expect(classes.document).toMatchObject({ task: 'classification', right: 2 });
  });
});

describe('against the float network', () => {
  const files = ['mlperf_kws/manifest.json', 'mlperf_kws/kws_ref_model_float32.tflite'];
  needData('layer by layer', files, async (data) => {
    const model = join(data, 'mlperf_kws/kws_ref_model.tflite');
    const float = join(data, 'mlperf_kws/kws_ref_model_float32.tflite');
    const { document, text } = await measured(model, '--float', float, '--samples', '10');
    const { layers, topOne, engine, unmatched } = document.crossCheck;
    expect(layers).toHaveLength(13);
    expect(unmatched).toEqual([]);
    expect(topOne).toBeGreaterThanOrEqual(9);
    expect(engine).toMatch(/^TensorFlow\.js/);
    for (const { sqnr } of layers) expect(sqnr).toBeGreaterThan(15);
    expect(text).toMatch(/top-1 agrees on \d+ of 10/);
    expect(text).toMatch(/softmax_12 +softmax_12 +\d/);
    // The two the wrong way round.
    const wrong = await runCli(['accuracy', float, '--float', model], { folder });
    expect(wrong.err).toMatch(/is an integer network, and --float takes a float one; .*\[COMMAND_LINE\]/);
  });
});

describe('what is wrong is said in one sentence', () => {
  const net = ['net.json', '--inputs', 'int8.bin'];
  test.each<[string, string[], RegExp]>([
    ['no samples', ['net.json'], /net\.json: no samples came with this model; give them with --inputs.*INPUTS_MISSING/],
    ['no labels', net, /nothing says what is right.*--labels F.*LABELS_MISSING/],
    [
      'too few labels',
      [...net, '--labels', 'few.bin'],
      /few\.bin: 3 labels for 200 samples; give 200; .*--dtype.*LABELS/,
    ],
    ['a label that is no class', [...net, '--labels', 'high.bin'], /label 10 of sample 199; the classes are 0 to 9/],
    ['an unknown type', [...net, '--dtype', 'int9'], /--dtype: there is no element type 'int9'; did you mean/],
    [
      'a type that does not fit',
      ['net.json', '--inputs', 'int16.npy'],
      /holds int16 where the network takes int8; give int8/,
    ],
    ['bytes of half a sample', ['net.json', '--inputs', 'few.bin'], /holds 3 values of int8 .* multiple of 256/],
    ['half a float', ['net.json', '--inputs', 'few.bin', '--dtype', 'float32'], /holds 3 bytes of float32/],
    ['another layout', [...net, '--layout', 'chwn'], /--layout: found 'chwn'; it is 'nhwc' or 'nchw'/],
    ['another task', [...net, '--task', 'ranking'], /there is no task 'ranking'; .*classification/],
    ['no labels to estimate', ['digits', '--task', 'regression'], /labels for 200 samples of 10 values; give 2000/],
    ['an integer float network', ['digits', '--float', 'net.json'], /net\.json: is an integer network, and --float/],
    ['no samples at all', ['digits', '--samples', '0'], /--samples: found 0/],
  ])('%s', async (_title, argv, sentence) => {
    writeFileSync(at('few.bin'), Uint8Array.of(1, 2, 3));
    writeFileSync(
      at('high.bin'),
      Uint8Array.from(labels, (label, i) => (i === labels.length - 1 ? 10 : label)),
    );
    const { code, out, err } = await runCli(['accuracy', ...argv], { folder });
    expect(err).toMatch(sentence);
    expect(err).toMatch(/^joulesmith: [^\n]+; [^\n]+ \[[A-Z_]+\]\n$/);
    expect([code, out]).toEqual([2, '']);
  });
});
