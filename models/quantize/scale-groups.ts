/** Which tensors share one scale and zero point, and where a rescaling must stand between two that do not. */
import type { FloatGraph, FloatLayer } from '../float.ts';
import { inputsOf } from '../layer-ends.ts';
import type { Quantization } from '../quantize-range.ts';
import { readersOf } from './fuse-activations.ts';

/** Layers that copy, compare or average values inside one tensor: their output stands for the same steps. */
const keepers: ReadonlySet<FloatLayer['kind']> = new Set([
  'averagePool2d',
  'maxPool2d',
  'reshape',
  'pad',
  'resizeNearest',
  'slice',
  'transpose',
]);

/** Outputs whose quantisation the kernels of TensorFlow Lite prescribe. */
export function prescribed(layer: FloatLayer): Quantization | null {
  if (layer.kind === 'softmax') return { scale: 1 / 256, zeroPoint: -128 };
  if (layer.kind !== 'activation') return null;
  if (layer.function === 'logistic') return { scale: 1 / 256, zeroPoint: -128 };
  return layer.function === 'tanh' ? { scale: 1 / 128, zeroPoint: 0 } : null;
}

/** A rescaling of tensor `from` in front of layer `before`. */
export interface Rescaling {
  readonly before: FloatLayer;
  readonly from: number;
}

export interface ScaleGroups {
  /** The same number for tensors of one group: the id of one of them. */
  readonly groupOf: (id: number) => number;
  /** Where a group's values come from: the tensors whose measured ranges decide its scale. */
  readonly sourcesOf: (id: number) => readonly number[];
  readonly rescalings: readonly Rescaling[];
}

/** Padding with a value that the padded tensor cannot hold. Max pools do not mind where it is below all others: the lowest int8 is, too. */
function padNeedsRange(graph: FloatGraph, layer: FloatLayer, outside: (id: number, value: number) => boolean): boolean {
  if (layer.kind !== 'pad' || !outside(layer.input, layer.value)) return false;
  const readers = graph.layers.filter((other) => inputsOf(other).includes(layer.output));
  return layer.value > 0 || readers.length === 0 || !readers.every(({ kind }) => kind === 'maxPool2d');
}

/**
 * Groups the tensors of a float graph. A concatenation takes its inputs into one group with its output where nobody else
 * reads them and no kernel prescribes their scale, so that no rounding is added; elsewhere a rescaling is asked for.
 * `outside` says whether a value lies outside of what was measured in a tensor.
 */
export function scaleGroups(graph: FloatGraph, outside: (id: number, value: number) => boolean): ScaleGroups {
  const parent = new Map<number, number>();
  const groupOf = (id: number): number => {
    let at = id;
    while (parent.has(at)) at = parent.get(at)!;
    return at;
  };
  const unite = (id: number, into: number): void => {
    const [from, to] = [groupOf(id), groupOf(into)];
    if (from !== to) parent.set(from, to);
  };
  const writer = new Map(graph.layers.map((layer) => [layer.output, layer]));
  const readers = readersOf(graph);
  const rescalings: Rescaling[] = [];
  const members = (id: number): number[] => [...graph.tensors.keys()].filter((other) => groupOf(other) === groupOf(id));
  const isFree = (id: number): boolean => {
    const layer = writer.get(id);
    return layer === undefined ? !graph.inputs.includes(id) : prescribed(layer) === null;
  };
  const fixedOf = (id: number): Quantization | undefined =>
    members(id)
      .flatMap((member) => writer.get(member) ?? [])
      .flatMap((layer) => prescribed(layer) ?? [])[0];
  /** One group, or two groups of the same prescribed scale. */
  const alike = (a: number, b: number): boolean => {
    if (groupOf(a) === groupOf(b)) return true;
    const [first, second] = [fixedOf(a), fixedOf(b)];
    return first !== undefined && first.scale === second?.scale && first.zeroPoint === second.zeroPoint;
  };
  /** Whether `group` is read by `layer` and by keepers inside the group only. */
  const readBy = (layer: FloatLayer, group: readonly number[]): boolean => {
    const inside = graph.layers.filter((other) => group.includes(other.output) || other === layer);
    const known = inside.flatMap((other) => inputsOf(other)).filter((id) => group.includes(id)).length;
    return known === group.reduce((sum, id) => sum + (readers.get(id) ?? 0), 0);
  };
  for (const layer of graph.layers) {
    if (keepers.has(layer.kind) && 'input' in layer) {
      if (padNeedsRange(graph, layer, outside)) rescalings.push({ before: layer, from: layer.input });
      else unite(layer.output, layer.input);
    }
    if (layer.kind !== 'concatenation') continue;
    const distinct = [...new Set(layer.inputs)];
    if (distinct.every((id) => alike(id, distinct[0]!))) {
      for (const id of [...distinct, layer.output]) unite(id, distinct[0]!);
      continue;
    }
    for (const id of distinct) {
      const group = members(id);
      if (group.every(isFree) && readBy(layer, group)) unite(id, layer.output);
      else if (groupOf(id) !== groupOf(layer.output)) rescalings.push({ before: layer, from: id });
    }
  }
  const sources = new Map<number, number[]>();
  for (const id of graph.tensors.keys()) {
    const layer = writer.get(id);
    const copies = layer && keepers.has(layer.kind) && groupOf(inputsOf(layer)[0]!) === groupOf(id);
    if (!copies) sources.set(groupOf(id), [...(sources.get(groupOf(id)) ?? []), id]);
  }
  return { groupOf, sourcesOf: (id) => sources.get(groupOf(id)) ?? [], rescalings };
}
