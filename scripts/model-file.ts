import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, normalize } from 'node:path';
import type { FloatGraph } from '../models/float.ts';
import type { Graph } from '../models/graph.ts';
import { importOnnx } from '../models/import/onnx.ts';
import { type FileSample, importPowerOfTwo, isPowerOfTwo } from '../models/import/power-of-two.ts';
import { importTfjs } from '../models/import/tfjs.ts';
import { importTflite } from '../models/import/tflite.ts';
import { tfliteActivations } from '../models/import/tflite-activations.ts';
import { importFloatTflite } from '../models/import/tflite-float.ts';
import { graphFromJson } from '../models/serialize.ts';
import { Fault } from '../specs/fault.ts';
import { parseJson, readBytes } from './files.ts';

/** A network from a file, integer or float. */
export type FileNetwork = (
  | { readonly kind: 'integer'; readonly graph: Graph }
  | { readonly kind: 'float'; readonly graph: FloatGraph }
) & {
  /** Of the file; of a TensorFlow.js model: of model.json and its shards, one after the other. */
  readonly sha256: string;
  /** In words: `.tflite`, `ONNX` ... */
  readonly format: string;
  /** Of ONNX: the axis of the file for every stored dimension of the first input. */
  readonly inputOrder?: readonly number[];
  /** An input and its output that stand in the file itself. */
  readonly sample?: FileSample;
};

const text = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));

/** Files that people try and that hold a network in a form which is not read, by their first bytes. */
const foreign: readonly { readonly mark: string; readonly what: string; readonly wayOut: string }[] = [
  {
    mark: '\u0089HDF',
    what: 'an HDF5 file (Keras)',
    wayOut: 'convert it: tf.lite.TFLiteConverter.from_keras_model, tensorflowjs_converter or tf2onnx',
  },
  {
    mark: 'PK\u0003\u0004',
    what: 'a zip archive (PyTorch, Keras 3 or a packed model)',
    wayOut: 'export it (torch.onnx.export, tf.lite.TFLiteConverter) or unpack it first',
  },
  { mark: '\u001f\u008b', what: 'compressed with gzip', wayOut: 'unpack it first' },
];

function startsAsJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return first === 0x7b;
}

/** An ONNX file begins with field 1, the version, as a small number. */
function startsAsOnnx(bytes: Uint8Array): boolean {
  return bytes[0] === 0x08 && bytes[1] !== undefined && bytes[1] < 0x80;
}

/** A shard of a TensorFlow.js model lies beside it or below; a model from elsewhere must not reach for other files. */
function readShard(folder: string, path: string, hash: (bytes: Uint8Array) => void): Uint8Array {
  if (isAbsolute(path) || normalize(path).startsWith('..')) {
    throw new Fault({
      code: 'TFJS_SHARD',
      place: join(folder, 'model.json'),
      cause: `it names the weight file '${path}' outside its own folder`,
      wayOut: 'put the weight files beside model.json',
    });
  }
  const bytes = readBytes(join(folder, path));
  hash(bytes);
  return bytes;
}

function fromJson(bytes: Uint8Array, path: string): FileNetwork {
  const document = parseJson(new TextDecoder().decode(bytes), path);
  const sha = createHash('sha256').update(bytes);
  const isTfjs = typeof document === 'object' && document !== null && 'modelTopology' in document;
  if (!isTfjs && isPowerOfTwo(document)) {
    const { graph, sample } = importPowerOfTwo(document, basename(path, extname(path)));
    const network = { kind: 'integer', graph, sha256: sha.digest('hex'), format: 'power-of-two JSON' } as const;
    return sample === null ? network : { ...network, sample };
  }
  if (!isTfjs) {
    const graph = graphFromJson(document, path);
    return { kind: 'integer', graph, sha256: sha.digest('hex'), format: 'joulesmith' };
  }
  const file = basename(path, extname(path));
  const folder = dirname(path);
  const name = file === 'model' ? basename(folder) : file;
  const graph = importTfjs(document, (shard) => readShard(folder, shard, (part) => sha.update(part)), name);
  return { kind: 'float', graph, sha256: sha.digest('hex'), format: 'TensorFlow.js' };
}

/** A folder stands for the model.json in it. */
export function modelPath(path: string): string {
  const inside = join(path, 'model.json');
  return existsSync(path) && statSync(path).isDirectory() && existsSync(inside) ? inside : path;
}

/**
 * Reads a model file by its content, whatever it is called: .tflite, ONNX, TensorFlow.js model.json, .joulesmith.json, power-of-two JSON.
 * Errors: `MODEL_FORMAT`, `TFJS_SHARD`, those of readBytes and of the importers.
 */
export function readModel(path: string): FileNetwork {
  const bytes = readBytes(path);
  const extension = extname(path).toLowerCase();
  const name = basename(path, extname(path));
  if (startsAsJson(bytes) || extension === '.json') return fromJson(bytes, path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (text(bytes, 4, 8) === 'TFL3') {
    const format = '.tflite';
    return tfliteActivations(bytes, name) === 'float'
      ? { kind: 'float', graph: importFloatTflite(bytes, name), sha256, format }
      : { kind: 'integer', graph: importTflite(bytes, name), sha256, format };
  }
  const known = foreign.find(({ mark }) => text(bytes, 0, mark.length) === mark);
  if (known === undefined && (startsAsOnnx(bytes) || extension === '.onnx')) {
    const { inputs, outputs: _, ...network } = importOnnx(bytes, name);
    return { ...network, sha256, format: 'ONNX', inputOrder: inputs[0]!.order };
  }
  throw new Fault({
    code: 'MODEL_FORMAT',
    place: path,
    cause: known === undefined ? `${bytes.length} bytes of no format that is known` : `is ${known.what}`,
    wayOut: known?.wayOut ?? 'give .tflite, .onnx, a TensorFlow.js model.json or .joulesmith.json',
  });
}
