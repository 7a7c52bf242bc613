import type { WeightedLayer } from './accumulator.ts';
import type { FloatGraph, FloatLayer, FloatLayerKind, FloatWeightedLayer } from './float.ts';
import type { Graph, Layer, LayerKind, Requantize, Shape } from './graph.ts';
import { inputsOf } from './layer-ends.ts';
import { tensorElements } from './shape.ts';
import {
  type CommonWeightStatistics,
  floatWeightStatistics,
  rangeOf,
  type WeightStatistics,
  weightStatistics,
} from './weight-statistics.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

interface CommonLayerStatistics {
  readonly name: string;
  /** Of the first input. */
  readonly inputShape: Shape;
  /** Of every input, in the layer's order. */
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  /** Multiply-accumulates per inference, taps on padding included (the usual count). */
  readonly macs: number;
  /** Weights and biases. */
  readonly parameters: number;
}

export interface FloatLayerStatistics extends CommonLayerStatistics {
  readonly kind: FloatLayerKind;
  readonly weights: CommonWeightStatistics | null;
}

export interface LayerStatistics extends CommonLayerStatistics {
  readonly kind: LayerKind;
  /** Of the first input, like its zero point. */
  readonly inputScale: number;
  readonly inputZeroPoint: number;
  readonly outputScale: number;
  readonly outputZeroPoint: number;
  readonly weights: WeightStatistics | null;
  readonly multiplier: Range | null;
  readonly shift: Range | null;
}

function isWeighted(layer: Layer): layer is WeightedLayer;
function isWeighted(layer: FloatLayer): layer is FloatWeightedLayer;
function isWeighted(layer: Layer | FloatLayer): boolean {
  return 'weights' in layer;
}

function requantizeOf(layer: Layer): Requantize | null {
  return 'requantize' in layer ? layer.requantize : null;
}

/** Multiply-accumulates of one layer per inference; `input` is the shape of its first input. */
export function layerMacs(layer: Layer | FloatLayer, input: Shape, output: Shape): number {
  if (layer.kind === 'batchMatMul') return tensorElements(output) * input.at(layer.adjointFirst ? -2 : -1)!;
  return 'weights' in layer ? (tensorElements(output) / layer.bias.length) * layer.weights.length : 0;
}

function commonStatistics(graph: Graph | FloatGraph, layer: Layer | FloatLayer): CommonLayerStatistics {
  const inputShapes = inputsOf(layer).map((id) => graph.tensors.get(id)!.shape);
  const outputShape = graph.tensors.get(layer.output)!.shape;
  return {
    name: layer.name,
    inputShape: inputShapes[0]!,
    inputShapes,
    outputShape,
    macs: layerMacs(layer, inputShapes[0]!, outputShape),
    parameters: 'weights' in layer ? layer.weights.length + layer.bias.length : 0,
  };
}

/** Figures of every layer of a checked graph (see checkGraph), in execution order. */
export function layerStatistics(graph: Graph): LayerStatistics[] {
  return graph.layers.map((layer) => {
    const input = graph.tensors.get(inputsOf(layer)[0]!)!;
    const output = graph.tensors.get(layer.output)!;
    const requantize = requantizeOf(layer);
    return {
      ...commonStatistics(graph, layer),
      kind: layer.kind,
      inputScale: input.scale,
      inputZeroPoint: input.zeroPoint,
      outputScale: output.scale,
      outputZeroPoint: output.zeroPoint,
      weights: isWeighted(layer) ? weightStatistics(layer, input) : null,
      multiplier: requantize && rangeOf(requantize.multiplier),
      shift: requantize && rangeOf(requantize.shift),
    };
  });
}

/** The same of a float network. */
export function floatLayerStatistics(graph: FloatGraph): FloatLayerStatistics[] {
  return graph.layers.map((layer) => ({
    ...commonStatistics(graph, layer),
    kind: layer.kind,
    weights: isWeighted(layer) ? floatWeightStatistics(layer) : null,
  }));
}

/** Multiply-accumulates and parameters of the whole network, the figures for a heading. */
export function graphTotals(graph: Graph | FloatGraph): { macs: number; parameters: number } {
  let macs = 0;
  let parameters = 0;
  for (const layer of graph.layers) {
    const figures = commonStatistics(graph, layer);
    macs += figures.macs;
    parameters += figures.parameters;
  }
  return { macs, parameters };
}
