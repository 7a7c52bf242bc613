import type { FloatGraph, FloatLayer, FloatWeightedLayer } from '../float.ts';
import { runFloatGraph, runFloatLayer } from '../float-reference.ts';
import { inputsOf } from '../layer-ends.ts';
import { outputChannel, quantizeWeights } from '../quantize-weights.ts';
import { refuseEmpty, type Sample, sampleInputs } from './measure.ts';
import { type WeightBits, type WeightScales, weightWidths } from './options.ts';

export interface SensitivityOptions {
  /** Default 8, 4 and ternary. */
  readonly widths?: readonly WeightBits[];
  /** As in QuantizeOptions. */
  readonly weights?: WeightScales;
  readonly powerOfTwo?: boolean;
  /** The right class of each sample. */
  readonly labels?: ArrayLike<number>;
}

/** One layer's weights at one width, everything else in float. */
export interface SensitivityEntry {
  readonly layer: string;
  readonly weightBits: WeightBits;
  /**
   * Signal-to-quantisation-noise ratio in decibels over all samples at the network's first output, or before the softmax that
   * makes it; null where nothing changes.
   */
  readonly sqnr: number | null;
  /** Samples whose largest output is the label's; with labels. */
  readonly right?: number;
}

export interface Sensitivity {
  readonly samples: number;
  /** Of the float network; with labels. */
  readonly right?: number;
  /** By layer, in execution order, then by width. */
  readonly entries: readonly SensitivityEntry[];
}

/** The layer with the weights that its quantised ones stand for; the bias stays. */
function rounded(layer: FloatWeightedLayer, bits: WeightBits, options: SensitivityOptions): FloatWeightedLayer {
  const unit = { scale: 1, zeroPoint: 0 };
  const form = { scales: options.weights ?? 'perChannel', bits, powerOfTwo: options.powerOfTwo ?? false };
  // Without biases: only they ask for larger scales than the weights do.
  const bare = { ...layer, bias: new Float32Array(layer.bias.length) };
  const { weights, scales } = quantizeWeights(bare, unit, unit, form);
  const channel = outputChannel(layer);
  return { ...layer, weights: Float32Array.from(weights, (q, i) => q * scales[scales.length === 1 ? 0 : channel(i)]!) };
}

type Values = ReadonlyMap<number, Float32Array>;

/** The tensors that change when layer `at` is another; `base` has all others. */
function runFrom(graph: FloatGraph, at: number, layer: FloatLayer, base: Values): Values {
  const changed = new Map<number, Float32Array>();
  for (const next of [layer, ...graph.layers.slice(at + 1)]) {
    const ids = inputsOf(next);
    if (next !== layer && !ids.some((id) => changed.has(id))) continue;
    const from = ids.map((id) => graph.tensors.get(id)!);
    const xs = ids.map((id) => changed.get(id) ?? base.get(id) ?? graph.constants!.get(id)!);
    changed.set(next.output, runFloatLayer(next, from, graph.tensors.get(next.output)!, xs));
  }
  return changed;
}

function largest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/**
 * How much each layer suffers from narrow weights: one layer at a time, at each width, on every sample. Which layers to keep
 * wide follows from it. Faults: QUANTIZE_NO_CALIBRATION, QUANTIZE_INPUT_SIZE, QUANTIZE_NOT_FINITE.
 */
export function sensitivity(
  graph: FloatGraph,
  samples: readonly Sample[],
  options: SensitivityOptions = {},
): Sensitivity {
  refuseEmpty(graph, samples);
  const { labels } = options;
  const [output] = graph.outputs as [number];
  const last = graph.layers.find((layer) => layer.output === output);
  const signalAt = last?.kind === 'softmax' ? last.input : output;
  const variants = graph.layers.flatMap((layer, at) => {
    if (!('weights' in layer)) return [];
    return (options.widths ?? weightWidths).map((bits) => ({ at, bits, layer: rounded(layer, bits, options) }));
  });
  const sums = variants.map(() => ({ noise: 0, right: 0 }));
  let [signal, right] = [0, 0];
  for (const [index, sample] of samples.entries()) {
    const base = runFloatGraph(graph, sampleInputs(graph, sample, `sample ${index}`));
    const wanted = base.get(signalAt)!;
    for (const value of wanted) signal += value ** 2;
    if (labels && largest(base.get(output)!) === labels[index]) right += 1;
    for (const [i, { at, layer }] of variants.entries()) {
      const changed = runFrom(graph, at, layer, base);
      const found = changed.get(signalAt) ?? wanted;
      for (const [k, value] of found.entries()) sums[i]!.noise += (value - wanted[k]!) ** 2;
      if (labels && largest(changed.get(output) ?? base.get(output)!) === labels[index]) sums[i]!.right += 1;
    }
  }
  const entries = variants.map(({ layer, bits }, i): SensitivityEntry => {
    const { noise, right: of } = sums[i]!;
    const sqnr = noise === 0 ? null : 10 * Math.log10(Math.max(signal, 1e-300) / noise);
    return { layer: layer.name, weightBits: bits, sqnr, ...(labels ? { right: of } : {}) };
  });
  return { samples: samples.length, ...(labels ? { right } : {}), entries };
}
