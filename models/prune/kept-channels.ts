/** Which channels of a network must stay so that its outputs are the same for every input. */
import type { WeightedLayer } from '../accumulator.ts';
import type { Graph } from '../graph.ts';
import { inputsOf } from '../layer-ends.ts';
import { linkLayer } from './links.ts';
import type { ChannelRanges } from './ranges.ts';
import { channelsOf, isDense, presence, type WeightedView, weightedView } from './weighted-view.ts';

/** 1 for every channel that stays, by tensor. */
export type KeptChannels = ReadonlyMap<number, Uint8Array>;

/** All channels of all tensors under one number each; `root` finds the one that stands for all that are tied to a channel. */
interface Numbering {
  readonly first: ReadonlyMap<number, number>;
  readonly count: number;
}

function numbering(graph: Graph): Numbering {
  const first = new Map<number, number>();
  let count = 0;
  for (const [id, tensor] of graph.tensors) {
    first.set(id, count);
    count += channelsOf(tensor.shape);
  }
  return { first, count };
}

interface Ties {
  readonly root: (node: number) => number;
  readonly unite: (a: number, b: number) => void;
}

function unionFind(count: number): Ties {
  const parent = Int32Array.from({ length: count }, (_, node) => node);
  const root = (node: number): number => {
    let at = node;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  const unite = (a: number, b: number): void => {
    parent[root(a)] = root(b);
  };
  return { root, unite };
}

/**
 * Whether output channel `o` of a dense layer needs input channel `c` itself. It does not where every weight on it is 0, or where the
 * channel is a constant whose share is the same on every output pixel: that share can go into the bias.
 */
function needs(
  layer: WeightedLayer,
  view: WeightedView,
  zeroPoint: number,
  range: ChannelRanges,
  o: number,
  c: number,
): boolean {
  const constant = range.low[c] === range.high[c];
  if (constant && range.low[c] === zeroPoint) return false;
  // A constant is missed only where a tap lies inside the image for some pixels and outside for others.
  const from = presence.sometimes;
  const to = constant ? presence.sometimes : presence.always;
  for (let tap = 0; tap < view.taps; tap += 1) {
    const inside = view.inside[tap]!;
    if (inside >= from && inside <= to && layer.weights[view.index(o, tap, c)] !== view.zero) return true;
  }
  return false;
}

/** Tensors that no layer touches, and those that enter and leave the network, stay as they are. */
function outer(graph: Graph): Set<number> {
  const touched = new Set(graph.layers.flatMap((layer) => [...inputsOf(layer), layer.output]));
  const untouched = [...graph.tensors.keys()].filter((id) => !touched.has(id));
  return new Set([...graph.inputs, ...graph.outputs, ...untouched]);
}

/**
 * From the outputs backward: what is read stays, with all that is tied to it, and the rows that compute it read in turn. The least
 * such set, and one channel of a tensor that would lose all.
 */
export function keptChannels(graph: Graph, ranges: ReadonlyMap<number, ChannelRanges>): KeptChannels {
  const { first, count } = numbering(graph);
  const { root, unite } = unionFind(count);
  const stays = new Set(outer(graph));
  for (const layer of graph.layers) {
    linkLayer(layer, graph, {
      tie: (tensor, channel, other, otherChannel) =>
        unite(first.get(tensor)! + channel, first.get(other)! + otherChannel),
      keep: (tensor) => stays.add(tensor),
    });
  }

  /** For every root: the outputs of dense layers that are tied to it. */
  const computed = new Map<number, [WeightedLayer, WeightedView, number][]>();
  for (const layer of graph.layers) {
    if (!('weights' in layer) || !isDense(layer)) continue;
    const view = weightedView(layer, graph);
    for (let o = 0; view !== null && o < view.outputs; o += 1) {
      const node = root(first.get(layer.output)! + o);
      computed.set(node, [...(computed.get(node) ?? []), [layer, view, o]]);
    }
  }

  const kept = new Uint8Array(count);
  const open: number[] = [];
  const keep = (tensor: number, channel: number): void => {
    const node = root(first.get(tensor)! + channel);
    if (kept[node] === 0) open.push(node);
    kept[node] = 1;
  };
  const settle = (): void => {
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const [layer, view, o] of computed.get(node) ?? []) {
        const { zeroPoint } = graph.tensors.get(layer.input)!;
        const range = ranges.get(layer.input)!;
        for (let c = 0; c < view.depth; c += 1) if (needs(layer, view, zeroPoint, range, o, c)) keep(layer.input, c);
      }
    }
  };

  const channels = [...graph.tensors].map(([id, { shape }]) => [id, channelsOf(shape)] as const);
  for (const [id, size] of channels) if (stays.has(id)) for (let c = 0; c < size; c += 1) keep(id, c);
  settle();
  // The last tensors first: what they are computed from is then kept already.
  const written = graph.layers.map(({ output }) => output);
  for (const id of [...written.reverse(), ...graph.tensors.keys()]) {
    const from = first.get(id)!;
    const nodes = Array.from({ length: channelsOf(graph.tensors.get(id)!.shape) }, (_, c) => root(from + c));
    if (nodes.some((node) => kept[node] === 1)) continue;
    keep(id, 0);
    settle();
  }
  return new Map(
    channels.map(([id, size]) => [id, Uint8Array.from({ length: size }, (_, c) => kept[root(first.get(id)! + c)]!)]),
  );
}
