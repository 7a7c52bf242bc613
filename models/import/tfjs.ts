/** TensorFlow.js artefacts: `model.json` with its weight shards. */
import type { FloatGraph } from '../float.ts';
import { importGraphModel } from './tfjs/graph-model.ts';
import { objectAt, shown, tfjsFault } from './tfjs/json.ts';
import { importKeras } from './tfjs/keras-model.ts';
import { weightLookup } from './tfjs/keras-reading.ts';
import { readWeights, type WeightFiles } from './tfjs/weights.ts';

/**
 * Reads a LayersModel or a GraphModel. `modelJson` is the parsed model.json, `weightFiles` returns the bytes of a shard by the path that the
 * manifest names, `name` stands in every fault. Batch normalisation is folded.
 * Faults: `TFJS_*` and `KERAS_*` for the file, `GRAPH_*` and `FLOAT_*` for a network that makes no sense.
 */
export function importTfjs(modelJson: unknown, weightFiles: WeightFiles, name: string): FloatGraph {
  const artefact = objectAt(modelJson, name);
  const { modelTopology, format } = artefact;
  const topology = objectAt(modelTopology, `${name}: /modelTopology`);
  const weights = readWeights(artefact.weightsManifest, weightFiles, name);
  if ('class_name' in topology || 'model_config' in topology) {
    return importKeras(topology, weightLookup(weights.values()), name);
  }
  if ('node' in topology) return importGraphModel(artefact, topology, weights, name);
  throw tfjsFault(name, `format ${shown(format)}`, 'a layers-model or a graph-model is needed');
}
