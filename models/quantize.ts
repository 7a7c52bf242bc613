import { Fault } from '../specs/fault.ts';
import { nearest } from '../specs/nearest.ts';
import { checkFloatGraph } from './check-float.ts';
import { checkGraph } from './check-graph.ts';
import type { FloatGraph, FloatLayer } from './float.ts';
import type { Graph, Layer, Tensor, TensorData } from './graph.ts';
import { inputsOf } from './layer-ends.ts';
import { assignScales } from './quantize/assign-scales.ts';
import { correctBiases, meanInputs } from './quantize/correct-bias.ts';
import { equalize } from './quantize/equalize.ts';
import { fuseActivations } from './quantize/fuse-activations.ts';
import { integerLayer, rescaling } from './quantize/layers.ts';
import { measure, refuseNonFinite, type Sample, sampleInputs } from './quantize/measure.ts';
import type { QuantizeOptions } from './quantize/options.ts';
import type { Rescaling } from './quantize/scale-groups.ts';
import { quantizeValues } from './quantize-range.ts';
import { quantizeWeights, type WeightForm } from './quantize-weights.ts';

/**
 * Post-training quantisation to integers, profile A. The float network runs on every calibration sample; what each activation
 * holds gives its scale and zero point, the weights are symmetric. Layers that only move values keep their input's scale;
 * softmax, logistic and tanh have the scales that TensorFlow Lite prescribes; quantize layers are inserted where the tensors of
 * a concatenation must meet. Sources of the scheme: Jacob et al., CVPR 2018 (arXiv:1712.05877); the TensorFlow Lite 8-bit
 * quantisation specification. Faults: QUANTIZE_*, and GRAPH_* for a network that makes no sense or overflows 32 bits.
 */
export function quantizeGraph(graph: FloatGraph, calibration: readonly Sample[], options: QuantizeOptions = {}): Graph {
  refuse(graph, options);
  const float = prepareFloat(graph, options);
  const narrow = float.layers.some((layer) => 'weights' in layer && formOf(layer, options).bits !== 8);
  const means = (options.correctBias ?? narrow) ? meanInputs(float) : null;
  const histograms = measure(float, calibration, (values) => means?.visit(values));
  const { tensors, rescalings } = assignScales(float, histograms, options);
  const quantized = assemble(float, tensors, rescalings, options);
  checkGraph(quantized);
  if (means === null) return quantized;
  const samples = calibration.map((sample, i) => sampleInputs(graph, sample, `calibration input ${i}`));
  const scales = new Map<string, Float32Array>();
  for (const layer of float.layers) {
    if (!('weights' in layer)) continue;
    const [input, output] = [tensors.get(layer.input)!, tensors.get(layer.output)!];
    scales.set(layer.name, quantizeWeights(layer, input, output, formOf(layer, options)).scales);
  }
  const corrected = correctBiases(float, quantized, samples, means, scales);
  checkGraph(corrected);
  return corrected;
}

/**
 * The float network whose tensors those of the integer network stand for, layer by layer: activations fused and, with the
 * option, channels equalised. It computes the same as `graph`.
 */
export function prepareFloat(graph: FloatGraph, options: QuantizeOptions = {}): FloatGraph {
  const fused = fuseActivations(graph);
  return options.equalize ? equalize(fused) : fused;
}

function formOf({ name }: FloatLayer, options: QuantizeOptions): WeightForm {
  return {
    scales: options.weights ?? 'perChannel',
    bits: options.layers?.[name]?.weightBits ?? options.weightBits ?? 8,
    powerOfTwo: options.powerOfTwo ?? false,
  };
}

function assemble(
  float: FloatGraph,
  assigned: ReadonlyMap<number, Tensor>,
  rescalings: readonly Rescaling[],
  options: QuantizeOptions,
): Graph {
  const tensors = new Map(assigned);
  const layers: Layer[] = [];
  let nextId = Math.max(...float.tensors.keys()) + 1;
  for (const layer of float.layers) {
    const output = tensors.get(layer.output)!;
    // Where the layer reads a rescaled copy instead of the tensor itself.
    const copies = new Map<number, number>();
    for (const { from } of rescalings.filter(({ before }) => before === layer)) {
      const input = tensors.get(from)!;
      const copy: Tensor = { ...output, id: nextId, name: `${input.name}_rescaled_${nextId}`, shape: input.shape };
      tensors.set(nextId, copy);
      copies.set(from, nextId);
      layers.push(rescaling(uniqueName(float, `quantize_${nextId}`), input, copy));
      nextId += 1;
    }
    const inputs = inputsOf(layer).map((id) => tensors.get(copies.get(id) ?? id)!);
    const ids = inputs.map(({ id }) => id);
    const reading = 'inputs' in layer ? { ...layer, inputs: ids } : { ...layer, input: ids[0]! };
    layers.push(integerLayer(reading, inputs, output, formOf(layer, options)));
  }
  const constants = new Map<number, TensorData>();
  for (const [id, values] of float.constants ?? []) {
    const tensor = tensors.get(id);
    if (tensor) constants.set(id, quantizeValues(values, tensor));
  }
  const { name, inputs, outputs } = float;
  const held = constants.size > 0 ? { constants } : {};
  return { name, tensors, ...held, layers, inputs, outputs, profile: 'tflite-reference' };
}

function uniqueName(float: FloatGraph, wanted: string): string {
  const taken = new Set(float.layers.map(({ name }) => name));
  let name = wanted;
  while (taken.has(name)) name += '_';
  return name;
}

/** Options and weights that make no sense are told before anything runs. */
function refuse(graph: FloatGraph, { layers = {}, percentile }: QuantizeOptions): void {
  const weighted = graph.layers.filter((layer) => 'weights' in layer);
  for (const layer of weighted) {
    refuseNonFinite(layer.weights, `layer ${layer.name}, weights`);
    refuseNonFinite(layer.bias, `layer ${layer.name}, bias`);
  }
  checkFloatGraph(graph);
  const names = weighted.map(({ name }) => name);
  const unknown = Object.keys(layers).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, names);
    throw new Fault({
      code: 'QUANTIZE_LAYER',
      place: graph.name,
      cause: `options are given for layer '${unknown}', and no layer with weights has that name`,
      wayOut: `${near === null ? '' : `did you mean '${near}'? `}the layers with weights are ${names.join(', ') || 'none'}`,
    });
  }
  if (percentile !== undefined && !(percentile >= 50 && percentile <= 100)) {
    throw new Fault({
      code: 'QUANTIZE_PERCENTILE',
      place: graph.name,
      cause: `percentile ${percentile}`,
      wayOut: 'from 50 to 100 per cent of the values can be kept',
    });
  }
}
