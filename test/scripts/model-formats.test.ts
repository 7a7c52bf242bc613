import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphToJson } from '../../models/serialize.ts';
import { loadZoo } from '../../models/zoo/zoo.ts';
import { smallModel } from '../models/import/small-model.ts';
import { runCli } from '../support/cli.ts';
import { needData } from '../support/data.ts';
import { writeOnnx } from '../support/onnx-writer.ts';
import { encodeTflite, tensorType, writeTflite } from '../support/tflite-writer.ts';

let folder: string;
const at = (name: string) => join(folder, name);

const weights = [1, -2, 3, 0, 5, 0];
const shard = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);

/** A dense layer of 3 inputs and 2 outputs as TensorFlow.js saves it; `path` is where it says its weights are. */
function tfjsModel(path: string) {
  const config = { name: 'dense', units: 2, activation: 'linear', use_bias: true, batch_input_shape: [null, 3] };
  const layers = [{ class_name: 'Dense', config }];
  return {
    format: 'layers-model',
    modelTopology: { class_name: 'Sequential', config: { name: 'seq', layers } },
    weightsManifest: [
      {
        paths: [path],
        weights: [
          { name: 'dense/kernel', shape: [3, 2], dtype: 'float32' },
          { name: 'dense/bias', shape: [2], dtype: 'float32' },
        ],
      },
    ],
  };
}

/** One ADD of two float inputs. */
function floatTflite(): Uint8Array {
  const none = { scales: [], zeroPoints: [], axis: 0, data: null };
  const tensor = (name: string) => ({ shape: [1, 2], type: tensorType.float32, name, ...none });
  return encodeTflite({
    version: 3,
    tensors: [tensor('a'), tensor('b'), tensor('c')],
    operators: [{ code: 0, inputs: [0, 1], outputs: [2], optionsType: 11, options: {} }],
    inputs: [0, 1],
    outputs: [2],
    subgraphs: 1,
  });
}

const floatOnnx = (): Uint8Array =>
  writeOnnx({
    nodes: [{ operator: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    inputs: [{ name: 'x', type: 'float', shape: [1, 3] }],
    outputs: [{ name: 'y', type: 'float', shape: [1, 2] }],
    initializers: { w: { type: 'float', shape: [3, 2], values: weights } },
  });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulesmith-formats-'));
  mkdirSync(at('web'));
  writeFileSync(at('web/model.json'), JSON.stringify(tfjsModel('part.bin')));
  writeFileSync(at('web/part.bin'), shard([...weights, 7, 8]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function inspected(file: string) {
  const { code, out, err } = await runCli(['inspect', file, '--json'], { folder });
  expect(err).not.toContain('joulesmith:');
  expect(code).toBe(0);
  return JSON.parse(out);
}

describe('a model is known by its content, whatever it is called', () => {
  const cases: [string, () => Uint8Array | string, object][] = [
    ['int8 .tflite', () => writeTflite(smallModel()), { format: '.tflite', numbers: 'integer', model: 'file' }],
    ['float .tflite', floatTflite, { format: '.tflite', numbers: 'float', model: 'file' }],
    ['float ONNX', floatOnnx, { format: 'ONNX', numbers: 'float', model: 'file' }],
    [
      '.joulesmith.json',
      () => JSON.stringify(graphToJson(loadZoo('digits').graph)),
      { format: 'joulesmith', numbers: 'integer', model: 'digits' },
    ],
    [
      'model.json of TensorFlow.js',
      () => JSON.stringify(tfjsModel('web/part.bin')),
      { format: 'TensorFlow.js', numbers: 'float', model: 'file' },
    ],
  ];
  for (const [format, content, expected] of cases) {
    for (const name of ['file', 'file.bin', 'file.tflite', 'file.onnx']) {
      test(`${format} as ${name}`, async () => {
        writeFileSync(at(name), content());
        expect(await inspected(name)).toMatchObject(expected);
      });
    }
  }

  test.each(['web', 'web/model.json'])('TensorFlow.js: %s is called like its folder', async (path) => {
    const { model, totals, layers } = await inspected(path);
    expect(model).toBe('web');
    expect(totals).toEqual({ macs: 6, parameters: 8, weights: 6, zeroWeights: 2, zeroMacs: 2, deadChannels: 0 });
    expect(layers[0].weights.range).toEqual({ min: -2, max: 5 });
  });

  test('the hash of a TensorFlow.js model covers its weights', async () => {
    const { sha256 } = await inspected('web');
    writeFileSync(at('web/part.bin'), shard([...weights, 7, 9]));
    expect((await inspected('web')).sha256).not.toBe(sha256);
  });

  needData('integer ONNX', ['onnx_qdq/kws.onnx'], async (data) => {
    const document = await inspected(join(data, 'onnx_qdq/kws.onnx'));
    expect(document).toMatchObject({ format: 'ONNX', numbers: 'integer', profile: 'onnx-qlinear' });
    expect(document.totals.macs).toBe(2_656_768);
  });
});

describe('what cannot be read is said in one sentence', () => {
  const header = (text: string) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(64)]);
  test.each<[string, string | Uint8Array, RegExp]>([
    ['net.h5', header('\u0089HDF\r\n'), /net\.h5: is an HDF5 file \(Keras\); convert it: .*\[MODEL_FORMAT\]/],
    ['net.pt', header('PK\u0003\u0004'), /net\.pt: is a zip archive .*torch\.onnx\.export.*\[MODEL_FORMAT\]/],
    ['net.tflite.gz', header('\u001f\u008b'), /net\.tflite\.gz: is compressed with gzip; unpack it first/],
    ['page.tflite', '<!doctype html><title>404</title>', /33 bytes of no format that is known; give \.tflite, \.onnx/],
    ['empty.onnx', '', /empty\.onnx: .*\[ONNX_\w+\]/],
    ['text.json', 'weights', /text\.json:1:1: is not valid JSON/],
    ['out.json', JSON.stringify(tfjsModel('../secret')), /names the weight file '\.\.\/secret' outside its own folder/],
    ['root.json', JSON.stringify(tfjsModel('/etc/hosts')), /names the weight file '\/etc\/hosts' outside/],
    ['lost.json', JSON.stringify(tfjsModel('lost.bin')), /lost\.bin: there is no such file/],
  ])('%s', async (name, content, sentence) => {
    writeFileSync(at(name), content);
    const { code, out, err } = await runCli(['inspect', name], { folder });
    expect(err).toMatch(sentence);
    expect(err).toMatch(/^joulesmith: [^\n]+; [^\n]+ \[[A-Z_]+\]\n$/);
    expect([code, out]).toEqual([2, '']);
  });

  test('a float network where integers are needed', async () => {
    writeFileSync(at('net.onnx'), floatOnnx());
    const design = { name: 'own', model: 'net.onnx', architecture: 'stream', parameters: { multipliers: 16 } };
    writeFileSync(at('own.json'), JSON.stringify({ ...design, clock: '50 MHz', technology: 'asap7' }));
    const { code, err } = await runCli(['verify', 'own.json', '--levels', 'reference'], { folder });
    expect(err).toMatch(/net\.onnx: is a float network \(ONNX\), .*; quantise it first, .*joulesmith quantize/);
    expect(code).toBe(2);
  });
});
