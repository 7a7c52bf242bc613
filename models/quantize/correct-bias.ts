import { accumulatorRanges, signedBits, type WeightedLayer } from '../accumulator.ts';
import type { FloatGraph, FloatWeightedLayer } from '../float.ts';
import type { Graph, Layer, Tensor, TensorData } from '../graph.ts';
import { inputsOf } from '../layer-ends.ts';
import { quantizeValues } from '../quantize-range.ts';
import { runLayer } from '../reference.ts';
import { addPatch, emptyPatch, meanSums, type PatchSum } from './patch-mean.ts';

/** Gathers, pass by pass, what each layer with weights of the float network sees on average. */
export interface MeanInputs {
  readonly patches: ReadonlyMap<string, PatchSum>;
  readonly visit: (values: ReadonlyMap<number, Float32Array>) => void;
}

export function meanInputs(graph: FloatGraph): MeanInputs {
  const layers = graph.layers.filter((layer): layer is FloatWeightedLayer => 'weights' in layer);
  const shapeOf = (id: number) => graph.tensors.get(id)!.shape;
  const patches = new Map(layers.map((layer) => [layer.name, emptyPatch(layer, shapeOf(layer.input))]));
  const visit = (values: ReadonlyMap<number, Float32Array>): void => {
    for (const layer of layers) {
      const x = values.get(layer.input) ?? graph.constants!.get(layer.input)!;
      addPatch(patches.get(layer.name)!, layer, shapeOf(layer.input), shapeOf(layer.output), x, 0);
    }
  };
  return { patches, visit };
}

/**
 * The graph with biases such that on the calibration inputs the mean of every channel's sum, before activation and rounding,
 * equals that of the float network: the mean error, of the weights and of everything before the layer, is taken out. Layer by
 * layer: each sees the corrected ones before it. Source: Nagel, van Baalen, Blankevoort and Welling, ICCV 2019
 * (arXiv:1906.04721), section 4.2, in its empirical form (appendix D).
 */
export function correctBiases(
  float: FloatGraph,
  graph: Graph,
  samples: readonly ReadonlyMap<number, Float32Array>[],
  means: MeanInputs,
  /** Weight scales by layer name. */
  scales: ReadonlyMap<string, Float32Array>,
): Graph {
  const runs = samples.map((inputs) => {
    const held = new Map<number, TensorData>(graph.constants ?? []);
    for (const id of graph.inputs) held.set(id, quantizeValues(inputs.get(id)!, graph.tensors.get(id)!));
    return held;
  });
  const lastReader = new Map<number, Layer>();
  for (const layer of graph.layers) for (const id of inputsOf(layer)) lastReader.set(id, layer);
  const floats = new Map(float.layers.map((layer) => [layer.name, layer]));
  const layers = graph.layers.map((layer) => {
    const tensors = inputsOf(layer).map((id) => graph.tensors.get(id)!);
    const output = graph.tensors.get(layer.output)!;
    const original = floats.get(layer.name);
    const corrected =
      'weights' in layer && original !== undefined && 'weights' in original
        ? correct(layer, original, tensors[0]!, output, runs, means.patches.get(layer.name)!, scales.get(layer.name)!)
        : layer;
    for (const held of runs) {
      const operands = tensors.map((tensor) => ({ tensor, data: held.get(tensor.id)! }));
      held.set(layer.output, runLayer(corrected, operands, output, graph.profile));
      for (const { id } of tensors) if (lastReader.get(id) === layer) held.delete(id);
    }
    return corrected;
  });
  return { ...graph, layers };
}

function correct(
  layer: WeightedLayer,
  original: FloatWeightedLayer,
  input: Tensor,
  output: Tensor,
  runs: readonly ReadonlyMap<number, TensorData>[],
  floatPatch: PatchSum,
  scales: Float32Array,
): WeightedLayer {
  const patch = emptyPatch(layer, input.shape);
  for (const held of runs) addPatch(patch, layer, input.shape, output.shape, held.get(input.id)!, input.zeroPoint);
  const wanted = meanSums(original, floatPatch);
  const found = meanSums(layer, patch);
  const bias = Int32Array.from(layer.bias, (_, c) => {
    const scale = input.scale * scales[scales.length === 1 ? 0 : c]!;
    const value = Math.round((wanted[c]! + original.bias[c]!) / scale - found[c]!);
    return Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), value));
  });
  return withinWord({ ...layer, bias }, layer, input);
}

/** Channels whose accumulator would no longer fit keep the bias they had. */
function withinWord(corrected: WeightedLayer, before: WeightedLayer, input: Tensor): WeightedLayer {
  const { shift } = corrected.requantize;
  const fits = accumulatorRanges(corrected, input).map((range, c) => {
    return signedBits(range) + Math.max(0, shift[shift.length === 1 ? 0 : c]!) <= 32;
  });
  return { ...corrected, bias: Int32Array.from(corrected.bias, (b, c) => (fits[c] ? b : before.bias[c]!)) };
}
