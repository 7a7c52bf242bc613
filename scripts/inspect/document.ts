import type { Graph, Layer } from '../../models/graph.ts';
import { inputsOf } from '../../models/layer-ends.ts';
import {
  type FloatLayerStatistics,
  floatLayerStatistics,
  graphTotals,
  type LayerStatistics,
  layerStatistics,
} from '../../models/statistics.ts';
import { typeOf } from '../../models/tensor-type.ts';
import type { LoadedNetwork } from '../model.ts';

export interface PortDocument {
  readonly name: string;
  readonly shape: readonly number[];
  /** As a person gives or gets the values: int8, uint8, int16, float32. */
  readonly type: string;
  /** As stored here; null in float networks. */
  readonly scale: number | null;
  readonly zeroPoint: number | null;
}

interface Place {
  readonly position: number;
  /** Tensor numbers, in the layer's order. */
  readonly inputs: readonly number[];
  readonly output: number;
}

export interface IntegerLayerDocument extends Place, LayerStatistics {
  readonly type: 'int8' | 'int16';
  /** Per layer or per output channel; null where the layer rescales nothing. */
  readonly requantize: { readonly multiplier: readonly number[]; readonly shift: readonly number[] } | null;
  /** The scale of the weights, per layer or per output channel, as far as multiplier and shift keep it: 31 bits. */
  readonly weightScales: readonly number[] | null;
}

export type FloatLayerDocument = Place & FloatLayerStatistics;

interface Head {
  readonly model: string;
  readonly source: string;
  readonly format: string;
  readonly sha256: string;
  readonly inputs: readonly PortDocument[];
  readonly outputs: readonly PortDocument[];
  readonly totals: {
    readonly macs: number;
    readonly parameters: number;
    readonly weights: number;
    readonly zeroWeights: number;
    /** Multiply-accumulates of weights that stand for 0. */
    readonly zeroMacs: number;
    readonly deadChannels: number;
  };
}

export interface IntegerDocument extends Head {
  readonly numbers: 'integer';
  readonly profile: Graph['profile'];
  readonly layers: readonly IntegerLayerDocument[];
  readonly weights: {
    /** Canonical signed digits per weight other than 0; null without weights. */
    readonly csdDigitsPerWeight: number | null;
    readonly powersOfTwo: number;
    readonly accumulatorBits: number;
  };
}

export interface FloatDocument extends Head {
  readonly numbers: 'float';
  readonly layers: readonly FloatLayerDocument[];
}

/** Everything that `inspect` knows of a network; what --json prints. */
export type NetworkDocument = IntegerDocument | FloatDocument;

function requantizeOf(
  layer: Layer,
  statistics: LayerStatistics,
): Pick<IntegerLayerDocument, 'requantize' | 'weightScales'> {
  if (!('requantize' in layer)) return { requantize: null, weightScales: null };
  const multiplier = [...layer.requantize.multiplier];
  const shift = [...layer.requantize.shift];
  const { outputScale, inputScale, weights } = statistics;
  const scales = multiplier.map((factor, at) => (factor * 2 ** (shift[at]! - 31) * outputScale) / inputScale);
  return { requantize: { multiplier, shift }, weightScales: weights === null ? null : scales };
}

type Weights = { readonly count: number; readonly zeros: number; readonly deadChannels: number } | null;

interface Counted {
  readonly macs: number;
  readonly weights: Weights;
}

function totalsOf(totals: ReturnType<typeof graphTotals>, layers: readonly Counted[]): Head['totals'] {
  const sum = (of: (weights: NonNullable<Weights>, macs: number) => number) =>
    layers.reduce((total, { weights, macs }) => total + (weights === null ? 0 : of(weights, macs)), 0);
  return {
    ...totals,
    weights: sum(({ count }) => count),
    zeroWeights: sum(({ zeros }) => zeros),
    zeroMacs: sum(({ zeros, count }, macs) => (macs / count) * zeros),
    deadChannels: sum(({ deadChannels }) => deadChannels),
  };
}

export function networkDocument({ kind, model }: LoadedNetwork): NetworkDocument {
  const { source, format, sha256 } = model;
  const place = (layer: Parameters<typeof inputsOf>[0] & { readonly output: number }, position: number): Place => ({
    position,
    inputs: inputsOf(layer),
    output: layer.output,
  });
  if (kind === 'float') {
    const { graph } = model;
    const layers = floatLayerStatistics(graph).map((layer, at) => ({ ...place(graph.layers[at]!, at), ...layer }));
    const port = (id: number): PortDocument => {
      const { name, shape } = graph.tensors.get(id)!;
      return { name, shape, type: 'float32', scale: null, zeroPoint: null };
    };
    const ends = { inputs: graph.inputs.map(port), outputs: graph.outputs.map(port) };
    const totals = totalsOf(graphTotals(graph), layers);
    return { model: graph.name, source, format, sha256, numbers: 'float', ...ends, layers, totals };
  }
  const { graph } = model;
  const layers = layerStatistics(graph).map((statistics, at): IntegerLayerDocument => {
    const layer = graph.layers[at]!;
    const type = typeOf(graph.tensors.get(layer.output)!);
    return { ...place(layer, at), ...statistics, type, ...requantizeOf(layer, statistics) };
  });
  const port = (id: number): PortDocument => {
    const tensor = graph.tensors.get(id)!;
    const { name, shape, scale, zeroPoint } = tensor;
    return { name, shape, type: tensor.stored ?? typeOf(tensor), scale, zeroPoint };
  };
  const weighted = layers.flatMap(({ weights }) => (weights === null ? [] : [weights]));
  const sum = (of: (weights: (typeof weighted)[number]) => number) =>
    weighted.reduce((total, weights) => total + of(weights), 0);
  const nonzero = sum(({ count, zeros }) => count - zeros);
  return {
    model: graph.name,
    source,
    format,
    sha256,
    numbers: 'integer',
    profile: graph.profile,
    inputs: graph.inputs.map(port),
    outputs: graph.outputs.map(port),
    layers,
    totals: totalsOf(graphTotals(graph), layers),
    weights: {
      csdDigitsPerWeight: nonzero === 0 ? null : sum(({ csdDigits }) => csdDigits) / nonzero,
      powersOfTwo: sum(({ powersOfTwo }) => powersOfTwo),
      accumulatorBits: Math.max(0, ...weighted.map(({ accumulatorBits }) => accumulatorBits)),
    },
  };
}
