import { checkGraph } from '../../models/check-graph.ts';
import type { Graph, Layer } from '../../models/graph.ts';
import { type Random, seededRandom } from './random.ts';

export type Narrow = 'ternary' | 'binary';

function narrowed(layer: Layer, kind: Narrow, random: Random): Layer {
  if (!('weights' in layer)) return layer;
  const zero = layer.kind === 'fullyConnected' ? Math.max(-127, Math.min(126, layer.weightZeroPoint)) : 0;
  const draw = () => (kind === 'ternary' ? random.integer(-1, 1) : 2 * random.integer(0, 1) - 1);
  const weights = layer.weights.map(() => zero + draw());
  // The sums are that much smaller: outputs still spread over the bytes.
  const shift = layer.requantize.shift.map((places) => (places < -6 ? places + 6 : places));
  const bias = layer.bias.map((value) => Math.trunc(value / 64));
  const same = { weights, bias, requantize: { ...layer.requantize, shift } };
  return layer.kind === 'fullyConnected' ? { ...layer, ...same, weightZeroPoint: zero } : { ...layer, ...same };
}

/** The network with every weight -1, 0 or 1 (ternary) or -1 or 1 (binary), zero points subtracted; some layers keep theirs. */
export function narrowWeights(graph: Graph, kinds: readonly Narrow[], seed: number): Graph {
  const random = seededRandom(seed);
  const layers = graph.layers.map((layer) => {
    const kind = kinds[random.integer(0, kinds.length)];
    return kind === undefined ? layer : narrowed(layer, kind, random);
  });
  const result = { ...graph, layers };
  checkGraph(result);
  return result;
}

/** The network with every weight of every layer narrow: nothing in it needs a multiplier. */
export function allNarrow(graph: Graph, kind: Narrow, seed: number): Graph {
  const random = seededRandom(seed);
  const result = { ...graph, layers: graph.layers.map((layer) => narrowed(layer, kind, random)) };
  checkGraph(result);
  return result;
}
