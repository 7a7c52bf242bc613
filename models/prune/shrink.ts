/** Layers and constants without the channels that were found to be superfluous. */
import type { WeightedLayer } from '../accumulator.ts';
import type { Graph, Layer, Requantize, TensorData } from '../graph.ts';
import type { KeptChannels } from './kept-channels.ts';
import type { ChannelRanges } from './ranges.ts';
import { isDense, presence, type WeightedView, weightedView } from './weighted-view.ts';

const indices = (kept: Uint8Array): number[] => [...kept.keys()].filter((channel) => kept[channel] === 1);

/** The elements of the kept channels, which are the last dimension. */
export function keptElements<Data extends TensorData>(data: Data, kept: Uint8Array): Data {
  return data.filter((_, at) => kept[at % kept.length] === 1) as Data;
}

function requantized({ multiplier, shift }: Requantize, kept: Uint8Array): Requantize {
  if (multiplier.length === 1) return { multiplier, shift };
  return { multiplier: multiplier.filter((_, o) => kept[o] === 1), shift: shift.filter((_, o) => kept[o] === 1) };
}

/** What the constant input channels that go add to the sums of output `o`, on every output pixel alike. */
function share(
  layer: WeightedLayer,
  view: WeightedView,
  values: Int32Array,
  gone: readonly number[],
  zeroPoint: number,
  o: number,
): number {
  let sum = 0;
  for (const channel of gone) {
    for (let tap = 0; tap < view.taps; tap += 1) {
      if (view.inside[tap] !== presence.always) continue;
      sum += (layer.weights[view.index(o, tap, channel)]! - view.zero) * (values[channel]! - zeroPoint);
    }
  }
  return sum;
}

function shrinkWeighted(
  layer: WeightedLayer,
  graph: Graph,
  kept: KeptChannels,
  ranges: ReadonlyMap<number, ChannelRanges>,
): WeightedLayer {
  const view = weightedView(layer, graph);
  const ins = kept.get(layer.input)!;
  const outs = kept.get(layer.output)!;
  if (view === null || !(ins.includes(0) || outs.includes(0))) return layer;
  const outputs = indices(outs);
  const dense = isDense(layer);
  // Layers that tie their channels lose a whole group or nothing of it.
  const inputs = dense ? indices(ins) : Array.from({ length: view.depth }, (_, at) => at);
  const weights = new Int8Array(outputs.length * view.taps * inputs.length);
  for (const [to, o] of outputs.entries()) {
    for (let tap = 0; tap < view.taps; tap += 1) {
      for (const [at, input] of inputs.entries()) {
        const place =
          layer.kind === 'depthwiseConv2d' ? tap * outputs.length + to : (to * view.taps + tap) * inputs.length + at;
        weights[place] = layer.weights[view.index(o, tap, input)]!;
      }
    }
  }
  const bias = layer.bias.slice();
  const { low, high } = ranges.get(layer.input)!;
  // What goes without being a constant has no weight other than 0.
  const gone = dense ? [...ins.keys()].filter((c) => ins[c] === 0 && low[c] === high[c]) : [];
  const { zeroPoint } = graph.tensors.get(layer.input)!;
  for (const o of outputs) bias[o]! += share(layer, view, low, gone, zeroPoint, o);
  const shrunk = {
    weights,
    bias: bias.filter((_, o) => outs[o] === 1),
    requantize: requantized(layer.requantize, outs),
  };
  if (layer.kind !== 'conv2d') return { ...layer, ...shrunk };
  return { ...layer, ...shrunk, groups: dense ? 1 : (layer.groups * outputs.length) / outs.length };
}

/** The graph with only the kept channels; the shares of constants that go are in the biases. */
export function shrink(graph: Graph, kept: KeptChannels, ranges: ReadonlyMap<number, ChannelRanges>): Graph {
  const tensors = new Map(
    [...graph.tensors].map(([id, tensor]) => {
      const channels = indices(kept.get(id)!).length;
      return [
        id,
        { ...tensor, shape: tensor.shape.map((size, axis) => (axis === tensor.shape.length - 1 ? channels : size)) },
      ];
    }),
  );
  const constants = new Map([...(graph.constants ?? [])].map(([id, data]) => [id, keptElements(data, kept.get(id)!)]));
  const layers = graph.layers.map(
    (layer): Layer => ('weights' in layer ? shrinkWeighted(layer, graph, kept, ranges) : layer),
  );
  return { ...graph, tensors, layers, ...(graph.constants === undefined ? {} : { constants }) };
}
