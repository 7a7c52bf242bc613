import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { Graph } from '../models/graph.ts';
import { importTflite } from '../models/import/tflite.ts';
import { graphFromJson } from '../models/serialize.ts';
import { loadZoo, zooNames } from '../models/zoo/zoo.ts';
import { Fault } from '../specs/fault.ts';
import { parseJson, readBytes } from './files.ts';
import { readManifest } from './manifest.ts';
import { namingFile } from './naming-file.ts';
import { expandPath, suggestion } from './project.ts';
import type { Samples } from './samples.ts';

export interface LoadedModel {
  readonly graph: Graph;
  /** Of the model's file. */
  readonly sha256: string;
  /** Path or zoo name, as a person would say it. */
  readonly source: string;
  /** What comes with the model, if anything. */
  readonly samples: Samples | null;
  /** Fraction right, as its card or manifest states it. */
  readonly accuracy: number | null;
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function fromFile(path: string): LoadedModel {
  const bytes = readBytes(path);
  const sha256 = sha256Of(bytes);
  const graph =
    extname(path) === '.json'
      ? graphFromJson(parseJson(new TextDecoder().decode(bytes), path), path)
      : importTflite(bytes, basename(path, extname(path)));
  const manifest = readManifest(path, sha256, graph);
  return {
    graph,
    sha256,
    source: path,
    samples: manifest?.samples ?? null,
    accuracy: manifest?.accuracy ?? null,
  };
}

function fromZoo(name: string): LoadedModel {
  const { graph, card, samples, labels } = loadZoo(name);
  const count = labels.length;
  return {
    graph,
    sha256: card.files.find((file) => file.name === `${name}.joulesmith.json`)!.sha256,
    source: `zoo network ${name}`,
    samples: {
      count,
      inputs: samples,
      expected: null,
      expectedLogits: null,
      origin: `${count} samples of the zoo network ${name}`,
    },
    accuracy: card.accuracy.int8,
  };
}

/**
 * A model as a person names it: a path (relative to `folder`, `$JOULESMITH_DATA/...` allowed) or a name from the zoo.
 * `place` says who names it. Errors: FILE_MISSING, MODEL_UNKNOWN, those of the importer with the file's name.
 */
export function loadModel(
  name: string,
  folder: string,
  place: string,
  environment: Readonly<Record<string, string | undefined>>,
): LoadedModel {
  if (zooNames.includes(name)) return fromZoo(name);
  const path = expandPath(name, folder, environment);
  if (existsSync(path)) return namingFile(path, () => fromFile(path));
  if (name.includes('/') || extname(name) !== '') readBytes(path);
  throw new Fault({
    code: 'MODEL_UNKNOWN',
    place,
    cause: `'${name}' is neither a file nor a network of the zoo`,
    wayOut: suggestion(name, zooNames),
  });
}
