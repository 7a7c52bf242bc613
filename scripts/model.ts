import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { FloatGraph } from '../models/float.ts';
import type { Graph } from '../models/graph.ts';
import type { FileSample } from '../models/import/power-of-two.ts';
import { loadZoo, zooNames } from '../models/zoo/zoo.ts';
import { Fault } from '../specs/fault.ts';
import type { Environment } from './environment.ts';
import { readBytes } from './files.ts';
import type { Labels } from './labels.ts';
import { readManifest } from './manifest.ts';
import { modelPath, readModel } from './model-file.ts';
import { namingFile } from './naming-file.ts';
import { expandPath, suggestion } from './project.ts';
import type { Samples } from './samples.ts';

interface Loaded {
  /** Of the model's file. */
  readonly sha256: string;
  /** Path or zoo name, as a person would say it. */
  readonly source: string;
  /** In words: `.tflite`, `ONNX` ... */
  readonly format: string;
  /** Of ONNX: the axis of the file for every stored dimension of the first input. */
  readonly inputOrder?: readonly number[];
}

export interface LoadedModel extends Loaded {
  readonly graph: Graph;
  /** What comes with the model, if anything. */
  readonly samples: Samples | null;
  readonly labels: Labels | null;
  /** Fraction right, as its card or manifest states it. */
  readonly accuracy: number | null;
}

export interface LoadedFloatModel extends Loaded {
  readonly graph: FloatGraph;
}

export type LoadedNetwork =
  | { readonly kind: 'integer'; readonly model: LoadedModel }
  | { readonly kind: 'float'; readonly model: LoadedFloatModel };

/** The input and output that stand in the model file itself. */
function ownSample(sample: FileSample | undefined, path: string): Samples | null {
  if (sample === undefined) return null;
  const { input, output } = sample;
  const origin = `the sample of ${basename(path)}`;
  return { count: 1, inputs: input, expected: output, expectedLogits: null, origin };
}

function fromFile(path: string): LoadedNetwork {
  const { kind, graph, sample, ...parts } = { ...readModel(path), source: path };
  if (kind === 'float') return { kind, model: { ...parts, graph } };
  const manifest = readManifest(path, parts.sha256, graph);
  const { samples = ownSample(sample, path), labels = null, accuracy = null } = manifest ?? {};
  return { kind, model: { ...parts, graph, samples, labels, accuracy } };
}

function fromZoo(name: string): LoadedNetwork {
  const { graph, card, samples, labels } = loadZoo(name);
  const count = labels.length;
  const model: LoadedModel = {
    graph,
    sha256: card.files.find((file) => file.name === `${name}.joulesmith.json`)!.sha256,
    source: `zoo network ${name}`,
    format: 'zoo',
    samples: {
      count,
      inputs: samples,
      expected: null,
      expectedLogits: null,
      origin: `${count} samples of the zoo network ${name}`,
    },
    labels: { values: Float64Array.from(labels), real: false, classes: card.classes, origin: `zoo network ${name}` },
    accuracy: card.accuracy.int8,
  };
  return { kind: 'integer', model };
}

/**
 * A network as a person names it: a path (relative to `folder`, `$JOULESMITH_DATA/...` allowed) to a file of any format, a
 * folder that holds a model.json, or a name from the zoo. `place` says who names it.
 * Errors: FILE_MISSING, MODEL_UNKNOWN, those of readModel, all with the file's name.
 */
export function loadNetwork(name: string, folder: string, place: string, environment: Environment): LoadedNetwork {
  if (zooNames.includes(name)) return fromZoo(name);
  const path = modelPath(expandPath(name, folder, environment));
  if (existsSync(path)) return namingFile(path, () => fromFile(path));
  if (name.includes('/') || extname(name) !== '') readBytes(path);
  throw new Fault({
    code: 'MODEL_UNKNOWN',
    place,
    cause: `'${name}' is neither a file nor a network of the zoo`,
    wayOut: suggestion(name, zooNames),
  });
}

/** The same where only integers will do. Errors: also MODEL_FLOAT. */
export function loadModel(name: string, folder: string, place: string, environment: Environment): LoadedModel {
  const network = loadNetwork(name, folder, place, environment);
  if (network.kind === 'integer') return network.model;
  throw new Fault({
    code: 'MODEL_FLOAT',
    place: network.model.source,
    cause: `is a float network (${network.model.format}), and integers are needed here`,
    wayOut: "quantise it first, see 'joulesmith quantize --help'",
  });
}
