import { quantizeMultiplier } from '../../models/arithmetic.ts';
import { checkGraph } from '../../models/check-graph.ts';
import type { Graph, Layer, Requantize } from '../../models/graph.ts';
import { weightScale } from '../../models/quantize/weight-scale.ts';

/** -1, 0 and 1, or -1 and 1 alone. */
export const narrowForms = ['ternary', 'binary'] as const;
export type NarrowForm = (typeof narrowForms)[number];

type Weighted = Extract<Layer, { readonly weights: Int8Array }>;

/** With the least squared error: binary weights stand for the mean of the magnitudes (Rastegari et al., arXiv:1603.05279, equation 6). */
function scaleOf(weights: Float64Array, form: NarrowForm): number {
  const sum = weights.reduce((all, weight) => all + Math.abs(weight), 0);
  if (sum === 0) return 1;
  return form === 'ternary' ? weightScale(weights, 2, false) : sum / weights.length;
}

function narrowWeight(weight: number, scale: number, form: NarrowForm): number {
  if (form === 'binary') return weight < 0 ? -1 : 1;
  return Math.max(-1, Math.min(1, Math.sign(weight) * Math.round(Math.abs(weight) / scale)));
}

/** The factors with the scales of the weights in them. */
function scaled({ multiplier, shift }: Requantize, scales: readonly number[]): Requantize {
  const factors = scales.map((scale, at) => quantizeMultiplier(scale * multiplier[at]! * 2 ** (shift[at]! - 31)));
  return {
    multiplier: Int32Array.from(factors, (factor) => factor.multiplier),
    shift: Int32Array.from(factors, (factor) => factor.shift),
  };
}

function narrowed(layer: Weighted, form: NarrowForm): Layer {
  const zero = 'weightZeroPoint' in layer ? layer.weightZeroPoint : 0;
  const channels = layer.requantize.multiplier.length;
  const outputs = layer.bias.length;
  const perOutput = layer.weights.length / outputs;
  const outputOf = (at: number): number =>
    layer.kind === 'depthwiseConv2d' ? at % outputs : Math.floor(at / perOutput);
  const channelOf = (at: number): number => (channels === 1 ? 0 : outputOf(at));
  const groups: number[][] = Array.from({ length: channels }, () => []);
  layer.weights.forEach((weight, at) => {
    groups[channelOf(at)]!.push(weight - zero);
  });
  const scales = groups.map((group) => scaleOf(Float64Array.from(group), form));
  const weights = layer.weights.map((weight, at) => narrowWeight(weight - zero, scales[channelOf(at)]!, form));
  const bias = layer.bias.map((value, channel) => Math.round(value / scales[channels === 1 ? 0 : channel]!));
  const same = { weights, bias, requantize: scaled(layer.requantize, scales) };
  return layer.kind === 'fullyConnected' ? { ...layer, ...same, weightZeroPoint: 0 } : { ...layer, ...same };
}

/**
 * The network with the nearest weights of -1, 0 and 1, or of -1 and 1, their scales in the factors behind the sums: these become so
 * large that requantizers shift left. For lanes that do not multiply, on data like the network's own; nothing is said of accuracy.
 */
export function narrowCopy(graph: Graph, form: NarrowForm): Graph {
  const layers = graph.layers.map((layer) => ('weights' in layer ? narrowed(layer, form) : layer));
  const copy = { ...graph, layers };
  checkGraph(copy);
  return copy;
}
