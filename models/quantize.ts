import { Fault } from '../specs/fault.ts';
import { activationRange, softmaxScaling } from './arithmetic.ts';
import { checkGraph } from './check-graph.ts';
import type { FloatGraph, FloatLayer, FloatWeightedLayer } from './float.ts';
import { runFloat } from './float-reference.ts';
import type { Graph, Layer, Tensor } from './graph.ts';
import { type Quantization, quantizeRange } from './quantize-range.ts';
import { quantizeWeights, type WeightScales } from './quantize-weights.ts';
import { tensorElements } from './shape.ts';
import type { Range } from './statistics.ts';

export interface QuantizeOptions {
  /** Default `perChannel`: one weight scale for each output channel of every layer with weights. */
  readonly weights?: WeightScales;
  /** Real range of the network's input when it is known (pixels: 0 to 1); measured on the calibration inputs otherwise. */
  readonly inputRange?: Range;
}

/**
 * Post-training quantisation to int8, profile A. The float network runs on every calibration input (flat, NHWC); the smallest
 * and largest value of each activation give its scale and zero point. Average pooling and reshape keep their input's.
 * Sources of the scheme: Jacob et al., CVPR 2018 (arXiv:1712.05877); the TensorFlow Lite 8-bit quantisation specification.
 */
export function quantizeGraph(
  graph: FloatGraph,
  calibration: readonly Float32Array[],
  options: QuantizeOptions = {},
): Graph {
  const known = graph.layers.filter(isQuantizable);
  refuseKinds(graph);
  for (const layer of known) refuseNonFiniteWeights(layer);
  const ranges = measureRanges(graph, calibration);
  const tensors = new Map<number, Tensor>();
  const add = (id: number, { scale, zeroPoint }: Quantization): void => {
    const { name, shape } = graph.tensors.get(id)!;
    tensors.set(id, { id, name, shape, scale, zeroPoint });
  };
  for (const id of graph.inputs) {
    add(id, quantizeRange(options.inputRange ?? ranges.get(id)!, `tensor ${graph.tensors.get(id)!.name}`));
  }
  const layers: Layer[] = [];
  for (const layer of known) {
    const input = tensors.get(layer.input)!;
    add(layer.output, outputQuantization(layer, input, ranges));
    layers.push(quantizeLayer(layer, input, tensors.get(layer.output)!, options.weights ?? 'perChannel'));
  }
  const { name, inputs, outputs } = graph;
  const quantized: Graph = { name, tensors, layers, inputs, outputs, profile: 'tflite-reference' };
  checkGraph(quantized);
  return quantized;
}

const quantizable = ['conv2d', 'depthwiseConv2d', 'fullyConnected', 'averagePool2d', 'reshape', 'softmax'] as const;
type Quantizable = Extract<FloatLayer, { kind: (typeof quantizable)[number] }>;

function isQuantizable(layer: FloatLayer): layer is Quantizable {
  return quantizable.some((kind) => kind === layer.kind);
}

function refuseKinds(graph: FloatGraph): void {
  const others = graph.layers.filter((layer) => !isQuantizable(layer));
  if (others.length === 0) return;
  throw new Fault({
    code: 'QUANTIZE_KIND',
    place: graph.name,
    cause: `it has ${others.map(({ name, kind }) => `${name} (${kind})`).join(', ')}`,
    wayOut: `layers of kind ${quantizable.join(', ')} can be quantised`,
  });
}

function outputQuantization(layer: FloatLayer, input: Tensor, ranges: ReadonlyMap<number, Range>): Quantization {
  switch (layer.kind) {
    case 'averagePool2d':
    case 'reshape':
      return input;
    case 'softmax':
      return { scale: 1 / 256, zeroPoint: -128 };
    default:
      return quantizeRange(ranges.get(layer.output)!, `output of layer ${layer.name}`);
  }
}

function quantizeLayer(layer: Quantizable, input: Tensor, output: Tensor, mode: WeightScales): Layer {
  const { name } = layer;
  const ends = { name, input: layer.input, output: layer.output };
  switch (layer.kind) {
    case 'conv2d': {
      const { kernel, stride, dilation, padding } = layer;
      const numbers = weighted(layer, input, output, mode);
      return { kind: 'conv2d', ...ends, kernel, stride, dilation, padding, groups: layer.groups, ...numbers };
    }
    case 'depthwiseConv2d': {
      const { kernel, stride, dilation, padding, depthMultiplier } = layer;
      const numbers = weighted(layer, input, output, mode);
      return { kind: 'depthwiseConv2d', ...ends, kernel, stride, dilation, padding, depthMultiplier, ...numbers };
    }
    case 'fullyConnected':
      return { kind: 'fullyConnected', ...ends, weightZeroPoint: 0, ...weighted(layer, input, output, mode) };
    case 'averagePool2d': {
      const { kernel, stride, padding } = layer;
      return { kind: 'averagePool2d', ...ends, kernel, stride, padding, clamp: { min: -128, max: 127 } };
    }
    case 'reshape':
      return { kind: 'reshape', ...ends };
    case 'softmax': {
      const table = softmaxScaling(layer.beta, input.scale);
      if (!table) {
        throw new Fault({
          code: 'QUANTIZE_SOFTMAX',
          place: `layer ${name}`,
          cause: `its input scale ${input.scale} times beta ${layer.beta} is too small for the fixed-point softmax`,
          wayOut: 'calibrate with inputs for which the logits differ, or leave softmax out of the network',
        });
      }
      return { kind: 'softmax', ...ends, beta: layer.beta, ...table };
    }
  }
}

function weighted(layer: FloatWeightedLayer, input: Tensor, output: Tensor, mode: WeightScales) {
  const { weights, bias, requantize } = quantizeWeights(layer, input, output, mode);
  return { weights, bias, requantize, clamp: activationRange(layer.activation, output.scale, output.zeroPoint) };
}

function measureRanges(graph: FloatGraph, calibration: readonly Float32Array[]): Map<number, Range> {
  if (calibration.length === 0) {
    throw new Fault({
      code: 'QUANTIZE_NO_CALIBRATION',
      place: graph.name,
      cause: 'quantisation was asked for with 0 calibration inputs',
      wayOut:
        'give at least one typical input (a hundred are usual): the ranges of the activations are measured on them',
    });
  }
  const ranges = new Map<number, Range>();
  for (const [index, input] of calibration.entries()) {
    const place = `calibration input ${index}`;
    refuseSize(graph, input, place);
    refuseNonFinite(input, place);
    for (const [id, values] of runFloat(graph, input)) {
      refuseNonFinite(values, `${place}, tensor ${graph.tensors.get(id)!.name}`);
      let { min, max } = ranges.get(id) ?? { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
      for (const value of values) {
        if (value < min) min = value;
        if (value > max) max = value;
      }
      ranges.set(id, { min, max });
    }
  }
  return ranges;
}

function refuseSize(graph: FloatGraph, input: Float32Array, place: string): void {
  const shape = graph.tensors.get(graph.inputs[0]!)!.shape;
  if (input.length === tensorElements(shape)) return;
  throw new Fault({
    code: 'QUANTIZE_INPUT_SIZE',
    place,
    cause: `it has ${input.length} values, and the network ${graph.name} takes ${tensorElements(shape)}`,
    wayOut: `give every input as ${tensorElements(shape)} values in the order of shape [${shape.join(', ')}]`,
  });
}

function refuseNonFiniteWeights(layer: FloatLayer): void {
  if (!('weights' in layer)) return;
  refuseNonFinite(layer.weights, `layer ${layer.name}, weights`);
  refuseNonFinite(layer.bias, `layer ${layer.name}, bias`);
}

function refuseNonFinite(values: Float32Array, place: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new Fault({
    code: 'QUANTIZE_NOT_FINITE',
    place,
    cause: `the value at index ${at} is ${values[at]}`,
    wayOut: 'quantisation needs finite numbers: look for a division by zero or a diverged training run',
  });
}
