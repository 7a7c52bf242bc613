import { signedBits } from '../accumulator.ts';
import type { FloatGraph, FloatLayer } from '../float.ts';
import type { Tensor } from '../graph.ts';
import { inputsOf } from '../layer-ends.ts';
import { powerOfTwoFrom, type Quantization, quantizeRange, zeroPointOf } from '../quantize-range.ts';
import type { Range } from '../statistics.ts';
import { chooseRange } from './choose-range.ts';
import type { Histogram } from './histogram.ts';
import type { QuantizeOptions } from './options.ts';
import { prescribed, type Rescaling, type ScaleGroups, scaleGroups } from './scale-groups.ts';

export interface Assignment {
  /** One per tensor of the float graph, by id. */
  readonly tensors: ReadonlyMap<number, Tensor>;
  readonly rescalings: readonly Rescaling[];
}

/** In words, for faults. */
function placeOf(graph: FloatGraph, id: number): string {
  const layer = graph.layers.find(({ output }) => output === id);
  if (layer) return `output of layer ${layer.name}`;
  const kind = graph.constants?.has(id) ? 'constant' : 'tensor';
  return `${kind} ${graph.tensors.get(id)!.name}`;
}

/**
 * The smallest output scale with which the layer's factors stay what 32 bits allow (see checkSums, checkAddends); 0 for layers
 * whose factors do not depend on it, or on the weights, too. A result so far below its operands is rounding noise of float32.
 */
function leastScale(layer: FloatLayer, inputs: readonly { shape: readonly number[]; scale: number }[]): number {
  const [first, second] = inputs;
  const productBits = (count: number): number => signedBits({ min: -255 * 255 * count, max: 255 * 255 * count });
  switch (layer.kind) {
    case 'add':
    case 'sub':
      return Math.max(first!.scale, second!.scale) * 2 ** -18;
    case 'mul':
      return first!.scale * second!.scale * 2 ** (productBits(1) - 31);
    case 'batchMatMul': {
      const inner = first!.shape.at(layer.adjointFirst ? -2 : -1)!;
      return first!.scale * second!.scale * 2 ** (productBits(inner) - 31);
    }
    case 'mean': {
      const count = layer.axes.reduce((product, axis) => product * first!.shape[axis]!, 1);
      return first!.scale * 2 ** (signedBits({ min: -255 * count, max: 255 * count }) - 31);
    }
    case 'activation':
      return first!.scale * Math.max(1, Math.abs(layer.alpha ?? 1)) * 2 ** -21;
    default:
      return 0;
  }
}

function union(ranges: readonly Range[]): Range {
  return { min: Math.min(...ranges.map(({ min }) => min)), max: Math.max(...ranges.map(({ max }) => max)) };
}

/** Scale and zero point of every tensor, from what was measured and what the layers ask for. Fault: QUANTIZE_RANGE. */
export function assignScales(
  graph: FloatGraph,
  histograms: ReadonlyMap<number, Histogram>,
  options: QuantizeOptions,
): Assignment {
  const powerOfTwo = options.powerOfTwo ?? false;
  const measured = new Map<number, Range>();
  const rangeOf = (id: number): Range => {
    const histogram = histograms.get(id)!;
    let range = measured.get(id);
    if (graph.inputs.includes(id)) range ??= options.inputRange;
    // A constant is known to the last value: nothing is gained by cutting it.
    if (graph.constants?.has(id)) range ??= { min: histogram.min, max: histogram.max };
    range ??= chooseRange(histogram, options, placeOf(graph, id));
    measured.set(id, range);
    return range;
  };
  const used = new Set([...graph.inputs, ...graph.layers.flatMap((layer) => [...inputsOf(layer), layer.output])]);
  const outside = (id: number, value: number): boolean => {
    const { min, max } = histograms.get(id)!;
    return value < Math.min(0, min) || value > Math.max(0, max);
  };
  const groups = scaleGroups(graph, outside);
  const chosen = new Map<number, Quantization>();
  for (const id of used) {
    const group = groups.groupOf(id);
    if (!chosen.has(group)) chosen.set(group, ofGroup(graph, groups, id, rangeOf, powerOfTwo));
  }
  raise(graph, groups, chosen, powerOfTwo);
  const tensors = new Map<number, Tensor>();
  for (const id of used) {
    const { name, shape } = graph.tensors.get(id)!;
    tensors.set(id, { id, name, shape, ...chosen.get(groups.groupOf(id))! });
  }
  return { tensors, rescalings: groups.rescalings };
}

function ofGroup(
  graph: FloatGraph,
  groups: ScaleGroups,
  id: number,
  rangeOf: (id: number) => Range,
  powerOfTwo: boolean,
): Quantization {
  const sources = groups.sourcesOf(id);
  const layers = graph.layers.filter(({ output }) => sources.includes(output));
  const fixed = layers.map(prescribed).find((quantization) => quantization !== null);
  if (fixed) return fixed;
  const input = sources.find((source) => graph.inputs.includes(source));
  const range = union((input === undefined ? sources : [input]).map(rangeOf));
  return quantizeRange(range, placeOf(graph, input ?? sources[0]!), powerOfTwo);
}

/** Makes output scales larger where leastScale asks for it, which may ask more of the layers behind. */
function raise(graph: FloatGraph, groups: ScaleGroups, chosen: Map<number, Quantization>, powerOfTwo: boolean): void {
  for (const layer of graph.layers) {
    const group = groups.groupOf(layer.output);
    if (prescribed(layer) !== null) continue;
    const inputs = inputsOf(layer).map((id) => {
      return { shape: graph.tensors.get(id)!.shape, scale: chosen.get(groups.groupOf(id))!.scale };
    });
    const least = leastScale(layer, inputs);
    const { scale, zeroPoint } = chosen.get(group)!;
    if (scale >= least) continue;
    const raised = powerOfTwo ? powerOfTwoFrom(least) : Math.fround(least);
    const min = scale * (-128 - zeroPoint);
    chosen.set(group, { scale: raised, zeroPoint: zeroPointOf(min, raised) });
  }
}
