import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Static, Type } from 'typebox';
import type { Graph, TensorData } from '../models/graph.ts';
import { tensorElements } from '../models/shape.ts';
import { typeOf } from '../models/tensor-type.ts';
import { logitsOf, tensorOf } from '../sim/verify/parts.ts';
import { check } from '../specs/check.ts';
import { Fault } from '../specs/fault.ts';
import { readBytes, readJson } from './files.ts';
import type { Labels } from './labels.ts';
import { readElements } from './npy.ts';
import { counted } from './report/format.ts';
import type { Samples } from './samples.ts';

const Golden = Type.Union([
  Type.String(),
  Type.Object({ file: Type.String(), logitsFile: Type.Optional(Type.String()) }),
]);

/** The fields of a model folder's manifest.json that are used here; it may hold more. */
const Manifest = Type.Object({
  model: Type.String(),
  modelSha256: Type.String(),
  inputsFile: Type.String(),
  goldens: Type.Optional(Type.Object({ tflm: Golden })),
  labelsFile: Type.Optional(Type.String()),
  classes: Type.Optional(Type.Array(Type.String())),
  accuracy: Type.Optional(Type.Object({ tflmAll: Type.Optional(Type.Number()) })),
});
type Manifest = Static<typeof Manifest>;

export interface ManifestData {
  readonly samples: Samples;
  readonly labels: Labels | null;
  /** Fraction right, as the manifest states it. */
  readonly accuracy: number | null;
}

function wholeSamples(path: string, graph: Graph, id: number): TensorData {
  const tensor = tensorOf(graph, id);
  const type = typeOf(tensor);
  const data = readElements(readBytes(path), path, type);
  const size = tensorElements(tensor.shape);
  if (data.length > 0 && data.length % size === 0) return data;
  throw new Fault({
    code: 'SAMPLES_SIZE',
    place: path,
    cause: `holds ${data.length} ${type === 'int8' ? 'bytes' : `elements of ${type}`}, which is not a multiple of ${size}`,
    wayOut: 'give files of your own with --inputs and --expect',
  });
}

function labelsOf({ labelsFile, classes = [] }: Manifest, folder: string): Labels | null {
  if (labelsFile === undefined) return null;
  const values = Float64Array.from(readBytes(join(folder, labelsFile)));
  return { values, real: false, classes, origin: labelsFile };
}

/** Samples and goldens beside a model file; null when there is no manifest or it speaks of another model. */
export function readManifest(modelFile: string, sha256: string, graph: Graph): ManifestData | null {
  const folder = dirname(modelFile);
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) return null;
  const document = readJson(path);
  // Many tools write a manifest.json of their own.
  if (!(typeof document === 'object' && document !== null && 'model' in document)) return null;
  if (document.model !== basename(modelFile)) return null;
  const manifest: Manifest = check(Manifest, document, path);
  if (manifest.modelSha256 !== sha256) return null;
  const golden = manifest.goldens?.tflm;
  const files = typeof golden === 'string' ? { file: golden } : golden;
  const logits = logitsOf(graph);
  const inputs = wholeSamples(join(folder, manifest.inputsFile), graph, graph.inputs[0]!);
  const count = inputs.length / tensorElements(tensorOf(graph, graph.inputs[0]!).shape);
  return {
    samples: {
      count,
      inputs,
      expected: files === undefined ? null : wholeSamples(join(folder, files.file), graph, graph.outputs[0]!),
      expectedLogits:
        files !== undefined && 'logitsFile' in files && files.logitsFile !== undefined && logits !== null
          ? wholeSamples(join(folder, files.logitsFile), graph, logits)
          : null,
      origin: `${counted(count, 'input')}${files === undefined ? '' : ' and goldens'} of ${basename(folder)}/manifest.json`,
    },
    labels: labelsOf(manifest, folder),
    accuracy: manifest.accuracy?.tflmAll ?? null,
  };
}
