/** Which layer of a float network an integer layer came from. */
import { Fault } from '../specs/fault.ts';
import type { FloatGraph, FloatLayer } from './float.ts';
import type { Graph, Layer } from './graph.ts';

export interface TensorPair {
  /** Names of the two layers. */
  readonly layer: string;
  readonly floatLayer: string;
  readonly kind: Layer['kind'];
  /** The tensors that they write, by id. */
  readonly integer: number;
  readonly float: number;
}

/** Work is the product of the two lengths. */
const lengthLimit = 4000;

/** Integer networks write activation functions as tables, or as a rescaling with a clamp. */
function floatKinds(layer: Layer): readonly FloatLayer['kind'][] {
  if (layer.kind === 'lookup' || layer.kind === 'quantize') return ['activation'];
  return layer.kind === 'averagePool2d' || layer.kind === 'mean' ? ['averagePool2d', 'mean'] : [layer.kind];
}

function corresponds(graph: Graph, float: FloatGraph, layer: Layer, other: FloatLayer): boolean {
  if (!floatKinds(layer).includes(other.kind)) return false;
  const shape = graph.tensors.get(layer.output)!.shape;
  return shape.join() === float.tensors.get(other.output)!.shape.join();
}

function pairOf(layer: Layer, other: FloatLayer): TensorPair {
  return { layer: layer.name, floatLayer: other.name, kind: layer.kind, integer: layer.output, float: other.output };
}

/**
 * Pairs layers of the same kind and output shape. Where every integer layer has a namesake that fits (a network quantised from
 * this float network), names decide; else the longest common subsequence of both execution orders does, which steps over layers
 * that only one of the networks has (a rescaling here, an activation there). Error: `CROSSCHECK_LENGTH`.
 */
export function matchLayers(graph: Graph, float: FloatGraph): TensorPair[] {
  const byName = new Map(float.layers.map((layer) => [layer.name, layer]));
  const namesakes = graph.layers.map((layer) => byName.get(layer.name));
  if (namesakes.every((other, i) => other !== undefined && corresponds(graph, float, graph.layers[i]!, other))) {
    return graph.layers.map((layer, i) => pairOf(layer, namesakes[i]!));
  }
  return longestCommon(graph, float);
}

function longestCommon(graph: Graph, float: FloatGraph): TensorPair[] {
  const [rows, columns] = [graph.layers.length, float.layers.length];
  if (rows > lengthLimit || columns > lengthLimit) {
    throw new Fault({
      code: 'CROSSCHECK_LENGTH',
      place: `${graph.name} and ${float.name}`,
      cause: `networks of ${rows} and ${columns} layers with different names`,
      wayOut: `at most ${lengthLimit} layers are matched by their order; give the pairs`,
    });
  }
  /** Entry (i, j): the most pairs among layers from i and from j on. */
  const most = new Uint16Array((rows + 1) * (columns + 1));
  const at = (i: number, j: number): number => i * (columns + 1) + j;
  const fits = (i: number, j: number): boolean => corresponds(graph, float, graph.layers[i]!, float.layers[j]!);
  for (let i = rows - 1; i >= 0; i -= 1) {
    for (let j = columns - 1; j >= 0; j -= 1) {
      const skipped = Math.max(most[at(i + 1, j)]!, most[at(i, j + 1)]!);
      most[at(i, j)] = fits(i, j) ? Math.max(skipped, most[at(i + 1, j + 1)]! + 1) : skipped;
    }
  }
  const pairs: TensorPair[] = [];
  let [i, j] = [0, 0];
  while (i < rows && j < columns) {
    if (fits(i, j) && most[at(i, j)] === most[at(i + 1, j + 1)]! + 1) {
      pairs.push(pairOf(graph.layers[i]!, float.layers[j]!));
      i += 1;
      j += 1;
    } else if (most[at(i + 1, j)] === most[at(i, j)]) i += 1;
    else j += 1;
  }
  return pairs;
}
