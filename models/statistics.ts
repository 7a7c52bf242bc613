import { type AccumulatorRange, accumulatorRanges, signedBits, type WeightedLayer } from './accumulator.ts';
import type { Graph, Layer, LayerKind, Requantize, Shape, Tensor } from './graph.ts';
import { inputsOf } from './layer-ends.ts';
import { tensorElements } from './shape.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Figures of a layer that has weights. */
export interface WeightStatistics {
  readonly count: number;
  readonly range: Range;
  /** How many weights equal their zero point: products that are always 0. */
  readonly zeros: number;
  /** Worst case over all inputs and channels, bias included. */
  readonly accumulator: AccumulatorRange;
  /** Two's complement bits that hold it. */
  readonly accumulatorBits: number;
}

export interface LayerStatistics {
  readonly name: string;
  readonly kind: LayerKind;
  /** Of the first input, like its scale and zero point. */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly inputScale: number;
  readonly inputZeroPoint: number;
  readonly outputScale: number;
  readonly outputZeroPoint: number;
  /** Multiply-accumulates per inference, taps on padding included (the usual count). */
  readonly macs: number;
  /** Weights and biases. */
  readonly parameters: number;
  readonly weights: WeightStatistics | null;
  readonly multiplier: Range | null;
  readonly shift: Range | null;
}

function rangeOf(values: Int8Array | Int32Array): Range {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

function isWeighted(layer: Layer): layer is WeightedLayer {
  return layer.kind === 'conv2d' || layer.kind === 'depthwiseConv2d' || layer.kind === 'fullyConnected';
}

function requantizeOf(layer: Layer): Requantize | null {
  return 'requantize' in layer ? layer.requantize : null;
}

function weightStatistics(layer: WeightedLayer, input: Tensor): WeightStatistics {
  const zero = layer.kind === 'fullyConnected' ? layer.weightZeroPoint : 0;
  let zeros = 0;
  for (const weight of layer.weights) if (weight === zero) zeros += 1;
  const accumulator = accumulatorRanges(layer, input).reduce((a, b) => ({
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  }));
  return {
    count: layer.weights.length,
    range: rangeOf(layer.weights),
    zeros,
    accumulator,
    accumulatorBits: signedBits(accumulator),
  };
}

/** Multiply-accumulates of one layer per inference. */
export function layerMacs(layer: Layer, input: Tensor, output: Tensor): number {
  if (layer.kind === 'batchMatMul') {
    return tensorElements(output.shape) * input.shape.at(layer.adjointFirst ? -2 : -1)!;
  }
  if (!isWeighted(layer)) return 0;
  return (tensorElements(output.shape) / layer.bias.length) * layer.weights.length;
}

/** Figures of every layer of a checked graph (see checkGraph), in execution order. */
export function layerStatistics(graph: Graph): LayerStatistics[] {
  return graph.layers.map((layer) => {
    const input = graph.tensors.get(inputsOf(layer)[0]!)!;
    const output = graph.tensors.get(layer.output)!;
    const requantize = requantizeOf(layer);
    return {
      name: layer.name,
      kind: layer.kind,
      inputShape: input.shape,
      outputShape: output.shape,
      inputScale: input.scale,
      inputZeroPoint: input.zeroPoint,
      outputScale: output.scale,
      outputZeroPoint: output.zeroPoint,
      macs: layerMacs(layer, input, output),
      parameters: isWeighted(layer) ? layer.weights.length + layer.bias.length : 0,
      weights: isWeighted(layer) ? weightStatistics(layer, input) : null,
      multiplier: requantize && rangeOf(requantize.multiplier),
      shift: requantize && rangeOf(requantize.shift),
    };
  });
}

/** Multiply-accumulates and parameters of the whole network, the figures for a heading. */
export function graphTotals(graph: Graph): { macs: number; parameters: number } {
  const layers = layerStatistics(graph);
  return {
    macs: layers.reduce((sum, layer) => sum + layer.macs, 0),
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
  };
}
