/** Keras models of TensorFlow.js as the files it would save, and what it predicts with them. */
import type { LayersModel, TensorFlow } from '../../models/tf.ts';
import { type Random, seededRandom } from './random.ts';

/** A saved model: the parsed model.json and its shards by path. */
export interface Artefact {
  json: {
    format: string;
    // Tests break the topology in many ways.
    modelTopology: Record<string, unknown>;
    weightsManifest: { paths: string[]; weights: WeightEntry[] }[];
  };
  files: Map<string, Uint8Array>;
}

export interface WeightEntry {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: { dtype: string; scale?: number; min?: number };
}

export const filesOf =
  ({ files }: Artefact) =>
  (path: string): Uint8Array => {
    const bytes = files.get(path);
    if (!bytes) throw new Error(`no shard ${path}`);
    return bytes;
  };

/** All weights drawn anew, so that batch normalisation has a mean, a variance and a shift worth folding. */
export function randomise({ core }: TensorFlow, model: LayersModel, random: Random): void {
  for (const layer of model.layers) {
    if ('layers' in layer) {
      randomise({ core } as TensorFlow, layer as unknown as LayersModel, random);
      continue;
    }
    const drawn = layer.weights.map((variable) => {
      const tensor = variable.read();
      const variance = variable.originalName.endsWith('moving_variance');
      const draw = (): number => (variance ? 0.1 + 2 * random.fraction() : random.fraction() - 0.5);
      return core.tensor(Float32Array.from({ length: tensor.size }, draw), tensor.shape);
    });
    layer.setWeights(drawn);
  }
}

/** Saves as the file system handler would, in shards of `shardBytes`. */
export async function saveArtefact(tf: TensorFlow, model: LayersModel, shardBytes = 1000): Promise<Artefact> {
  const files = new Map<string, Uint8Array>();
  let json: Artefact['json'] | undefined;
  const handler = tf.core.io.withSaveHandler(async (artifacts) => {
    const bytes = new Uint8Array(tf.core.io.concatenateArrayBuffers([artifacts.weightData as ArrayBuffer].flat()));
    for (let at = 0; at < bytes.length || at === 0; at += shardBytes) {
      files.set(`group1-shard${files.size}.bin`, bytes.slice(at, at + shardBytes));
    }
    const manifest = [{ paths: [...files.keys()], weights: artifacts.weightSpecs as WeightEntry[] }];
    // Through text, as a file would go.
    json = JSON.parse(
      JSON.stringify({ format: 'layers-model', modelTopology: artifacts.modelTopology, weightsManifest: manifest }),
    ) as Artefact['json'];
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(handler);
  return { json: json!, files };
}

/** Random inputs of a model, by input, and what TensorFlow.js predicts for them, by output. */
export function predictRandom(
  { core }: TensorFlow,
  model: LayersModel,
  seed: number,
): { inputs: Float32Array[]; outputs: { shape: number[]; values: Float32Array }[] } {
  const random = seededRandom(seed);
  const shapes = model.inputs.map((input) => [1, ...input.shape.slice(1)] as number[]);
  const inputs = shapes.map((shape) =>
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.fraction() * 4 - 2),
  );
  const predicted = model.predict(inputs.map((values, i) => core.tensor(values, shapes[i]!)));
  const outputs = [predicted].flat().map((tensor) => ({
    shape: tensor.shape,
    values: Float32Array.from(tensor.dataSync()),
  }));
  return { inputs, outputs };
}
