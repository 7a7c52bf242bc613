import type { FloatGraph } from './float.ts';
import { importKeras } from './import/tfjs/keras-model.ts';
import { weightLookup } from './import/tfjs/keras-reading.ts';
import { namedWeights } from './import/tfjs/weights.ts';

/** A Keras model as plain data, as TensorFlow.js holds it in memory. */
export interface KerasModel {
  /** The topology of its artefact: `{ class_name, config }`. */
  readonly topology: unknown;
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly values: Float32Array;
  }[];
}

/**
 * The float network of a model in memory, read by the importer of artefacts: batch normalisation is folded into the layer before
 * it, activations become part of their layer where they can, dropout vanishes. Layers that have no counterpart are refused by name.
 */
export function floatFromKeras(name: string, model: KerasModel): FloatGraph {
  const weights = model.weights.map(({ name: weight, shape, values }) =>
    namedWeights(weight, shape, false, () => values),
  );
  return importKeras(model.topology, weightLookup(weights), name);
}
