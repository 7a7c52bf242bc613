import { checkGraph } from '../../models/check-graph.ts';
import { halfMultiplier } from '../../models/check-power-of-two.ts';
import type { Graph, Layer, Profile, Requantize } from '../../models/graph.ts';

/** Factors of about the same size that are powers of two; in profile power-of-two none shifts left. */
function shifted({ shift }: Requantize, most: number): Requantize {
  return { multiplier: new Int32Array(shift.length).fill(halfMultiplier), shift: shift.map((s) => Math.min(s, most)) };
}

function withPowers(layer: Layer, most: number): Layer {
  if (layer.kind === 'add' || layer.kind === 'sub') {
    const half = (shift: number) => ({ multiplier: halfMultiplier, shift });
    const operand = (shift: number) => half(Math.max(shift, 1 - layer.leftShift));
    return {
      ...layer,
      first: operand(layer.first.shift),
      second: operand(layer.second.shift),
      rescale: half(layer.rescale.shift),
    };
  }
  if (!('requantize' in layer)) return layer;
  return { ...layer, requantize: shifted(layer.requantize, most) };
}

/** The same network with powers of two for factors, in this profile. Checked. */
export function withPowersOfTwo(graph: Graph, profile: Exclude<Profile, 'onnx-qlinear'>): Graph {
  const most = profile === 'power-of-two' ? 1 : 30;
  const result = { ...graph, profile, layers: graph.layers.map((layer) => withPowers(layer, most)) };
  checkGraph(result);
  return result;
}
