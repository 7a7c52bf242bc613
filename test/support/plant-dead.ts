import { checkGraph } from '../../models/check-graph.ts';
import type { Graph, Layer } from '../../models/graph.ts';
import { weightedView } from '../../models/prune/weighted-view.ts';
import { type Random, seededRandom } from './random.ts';

const some = (random: Random, count: number, share: number): Set<number> =>
  new Set(Array.from({ length: count }, (_, at) => at).filter(() => random.fraction() < share));

/** Layers with weights get rows of zeros, columns of zeros, channels that are always the zero point, channels at the end of their clamp. */
function planted(layer: Layer, graph: Graph, random: Random): Layer {
  if (!('weights' in layer)) return layer;
  const view = weightedView(layer, graph);
  if (view === null) return layer;
  const weights = layer.weights.slice();
  const bias = layer.bias.slice();
  const dead = some(random, view.outputs, random.fraction());
  const unread = some(random, view.depth, random.fraction() / 2);
  for (let o = 0; o < view.outputs; o++) {
    for (let tap = 0; tap < view.taps; tap++) {
      for (let at = 0; at < view.depth; at++) {
        if (dead.has(o) || unread.has(at)) weights[view.index(o, tap, at)] = view.zero;
      }
    }
    if (dead.has(o) && random.fraction() < 0.5) bias[o] = 0;
    const shifted = Math.max(0, layer.requantize.shift[layer.requantize.shift.length === 1 ? 0 : o]!);
    if (!dead.has(o) && shifted === 0 && random.fraction() < 0.15)
      bias[o] = random.fraction() < 0.5 ? -1 << 30 : 1 << 30;
  }
  return { ...layer, weights, bias };
}

/** The network with channels that are dead, constant or read by nobody, drawn from the seed. */
export function plantDead(graph: Graph, seed: number): Graph {
  const random = seededRandom(seed);
  const result = { ...graph, layers: graph.layers.map((layer) => planted(layer, graph, random)) };
  checkGraph(result);
  return result;
}
