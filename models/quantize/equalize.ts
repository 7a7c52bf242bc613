import type { FloatGraph, FloatLayer, FloatWeightedLayer } from '../float.ts';
import { inputsOf } from '../layer-ends.ts';
import { outputChannel } from '../quantize-weights.ts';
import { readersOf } from './fuse-activations.ts';

/** A layer with weights, and the next one that alone reads what comes of it. */
interface Pair {
  readonly first: string;
  readonly second: string;
  readonly channels: number;
}

/** Whether factor * f(x) = f(factor * x) for factors above 0, channel by channel, with the channels left in place. */
function passes(layer: FloatLayer): boolean {
  switch (layer.kind) {
    case 'averagePool2d':
    case 'maxPool2d':
    case 'reshape':
    case 'resizeNearest':
      return true;
    case 'pad':
      return layer.value === 0;
    case 'activation':
      return layer.function === 'relu' || layer.function === 'leakyRelu';
    default:
      return false;
  }
}

/** The input channel that a weight multiplies, of `depth` channels; rows of a fully connected layer may hold several pixels. */
export function inputChannel(layer: FloatWeightedLayer, depth: number): (weight: number) => number {
  if (layer.kind === 'fullyConnected') return (weight) => weight % depth;
  if (layer.kind === 'depthwiseConv2d') {
    return (weight) => Math.floor((weight % layer.bias.length) / layer.depthMultiplier);
  }
  const perGroup = depth / layer.groups;
  const output = outputChannel(layer);
  return (weight) => Math.floor((output(weight) * layer.groups) / layer.bias.length) * perGroup + (weight % perGroup);
}

function readsChannels(graph: FloatGraph, layer: FloatWeightedLayer, channels: number): boolean {
  if (layer.kind !== 'fullyConnected') return graph.tensors.get(layer.input)!.shape[3] === channels;
  return (layer.weights.length / layer.bias.length) % channels === 0;
}

function pairsOf(graph: FloatGraph): Pair[] {
  const readers = readersOf(graph);
  const pairs: Pair[] = [];
  for (const layer of graph.layers) {
    if (!('weights' in layer) || !(layer.activation === 'none' || layer.activation === 'relu')) continue;
    let at: FloatLayer | undefined = layer;
    do {
      const { output }: FloatLayer = at;
      at = readers.get(output) === 1 ? graph.layers.find((other) => inputsOf(other).includes(output)) : undefined;
    } while (at !== undefined && passes(at));
    const channels = layer.bias.length;
    if (at === undefined || !('weights' in at) || !readsChannels(graph, at, channels)) continue;
    pairs.push({ first: layer.name, second: at.name, channels });
  }
  return pairs;
}

function largestBy(layer: FloatWeightedLayer, channel: (weight: number) => number, channels: number): Float64Array {
  const largest = new Float64Array(channels);
  for (const [i, weight] of layer.weights.entries()) {
    const c = channel(i);
    largest[c] = Math.max(largest[c]!, Math.abs(weight));
  }
  return largest;
}

const rounds = 20;
/** Factors nearer to 1 than this change nothing that quantisation would notice. */
const settled = 1e-3;

/**
 * Cross-layer equalisation: for every layer with weights whose output only another one reads (through pools, reshapes, relu,
 * leaky relu), output channel c of the first is divided by s_c and what the second makes of it multiplied by s_c, with s_c such
 * that both largest weights become equal. The network computes the same in exact arithmetic; its channels then spread less.
 * relu6 and relu_n1_to_1 clamp at fixed values and end a chain.
 * Source: Nagel, van Baalen, Blankevoort and Welling, ICCV 2019 (arXiv:1906.04721), section 4.1, equation 11.
 */
export function equalize(graph: FloatGraph): FloatGraph {
  const pairs = pairsOf(graph);
  const layers = new Map(graph.layers.map((layer) => [layer.name, layer]));
  for (let round = 0; round < rounds; round++) {
    let furthest = 0;
    for (const { first, second, channels } of pairs) {
      const before = layers.get(first) as FloatWeightedLayer;
      const after = layers.get(second) as FloatWeightedLayer;
      const outputOf = outputChannel(before);
      const inputOf = inputChannel(after, channels);
      const sent = largestBy(before, outputOf, channels);
      const taken = largestBy(after, inputOf, channels);
      const factors = sent.map((size, c) => (size > 0 && taken[c]! > 0 ? Math.sqrt(size / taken[c]!) : 1));
      furthest = Math.max(furthest, ...factors.map((factor) => Math.abs(Math.log(factor))));
      layers.set(first, {
        ...before,
        weights: before.weights.map((weight, i) => weight / factors[outputOf(i)]!),
        bias: before.bias.map((bias, c) => bias / factors[c]!),
      });
      layers.set(second, { ...after, weights: after.weights.map((weight, i) => weight * factors[inputOf(i)]!) });
    }
    if (furthest < settled) break;
  }
  return { ...graph, layers: graph.layers.map(({ name }) => layers.get(name)!) };
}
