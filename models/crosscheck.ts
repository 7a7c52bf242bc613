/** An integer network against the float network it came from: how far each layer is from its counterpart, on real samples. */
import { Fault } from '../specs/fault.ts';
import type { FloatGraph } from './float.ts';
import { type FloatEngine, plainEngine } from './float-engine.ts';
import type { Graph, Tensor, TensorData } from './graph.ts';
import { matchLayers, type TensorPair } from './match-layers.ts';
import { runGraph } from './reference.ts';
import { tensorElements } from './shape.ts';

/** The largest difference of a tensor. */
export interface Deviation {
  /** Absolute difference of the real values. */
  readonly difference: number;
  /** The same in steps of the integer tensor's scale. */
  readonly steps: number;
  readonly sample: number;
  /** Element of the sample's tensor, NHWC. */
  readonly index: number;
  /** The two values, the integer one dequantised. */
  readonly integer: number;
  readonly float: number;
}

export interface LayerDeviation extends TensorPair {
  /**
   * Signal-to-quantisation-noise ratio in decibels, 10 log10(sum of float^2 / sum of differences^2) over all samples; null when
   * there is no difference at all.
   */
  readonly sqnr: number | null;
  readonly worst: Deviation;
}

export interface CrossCheck {
  /** What computed the float network. */
  readonly engine: string;
  readonly samples: number;
  /** Layers that have a counterpart, in the integer network's order. */
  readonly layers: readonly LayerDeviation[];
  /** Names of integer layers without one. */
  readonly unmatched: readonly string[];
  /** Samples on which the largest element of the first output is the same; null for outputs of one element. */
  readonly topOne: number | null;
  /** With labels: how many samples each network names rightly. */
  readonly right?: { readonly integer: number; readonly float: number };
}

export interface CrossCheckOptions {
  /** Default: the plain reference. */
  readonly engine?: FloatEngine;
  /** The right class of each sample. */
  readonly labels?: ArrayLike<number>;
  /** Which tensors belong together; default matchLayers(graph, float). */
  readonly pairs?: readonly TensorPair[];
}

/** Real values of a tensor's content. */
export function dequantize(data: TensorData, { scale, zeroPoint }: Tensor): Float32Array {
  return Float32Array.from(data, (q) => (q - zeroPoint) * scale);
}

interface Sums {
  signal: number;
  noise: number;
  worst: Deviation;
}

const nothing: Deviation = { difference: 0, steps: 0, sample: 0, index: 0, integer: 0, float: 0 };

function account(sums: Sums, sample: number, real: Float32Array, float: Float32Array, scale: number): void {
  for (let index = 0; index < real.length; index += 1) {
    const difference = Math.abs(real[index]! - float[index]!);
    sums.signal += float[index]! ** 2;
    sums.noise += difference ** 2;
    if (difference <= sums.worst.difference) continue;
    sums.worst = { difference, steps: difference / scale, sample, index, integer: real[index]!, float: float[index]! };
  }
}

/** Decibels stay finite for a signal of zeros, so that JSON can hold them. */
function decibels({ signal, noise }: Sums): number | null {
  return noise === 0 ? null : 10 * Math.log10(Math.max(signal, 1e-300) / noise);
}

/** Index of the largest value, the first of equal ones. */
function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i]! > values[best]!) best = i;
  return best;
}

function refusePorts(graph: Graph, float: FloatGraph): void {
  const sizes = (ids: readonly number[], of: Graph['tensors'] | FloatGraph['tensors']): string =>
    ids.map((id) => tensorElements(of.get(id)!.shape)).join(', ');
  for (const port of ['inputs', 'outputs'] as const) {
    const [found, wanted] = [sizes(float[port], float.tensors), sizes(graph[port], graph.tensors)];
    if (found === wanted) continue;
    throw new Fault({
      code: 'CROSSCHECK_PORTS',
      place: `${graph.name} and ${float.name}`,
      cause: `${port} of ${wanted} values in the integer network and of ${found} in the float one`,
      wayOut: 'give the float network that the integer one was made from',
    });
  }
}

/**
 * Runs both networks on every sample. A sample is the content of each integer input, in the order of `graph.inputs`; the float
 * network gets the same values, dequantised. Errors: `CROSSCHECK_PORTS`, `REFERENCE_INPUT`.
 */
export function crossCheck(
  graph: Graph,
  float: FloatGraph,
  samples: Iterable<readonly TensorData[]>,
  options: CrossCheckOptions = {},
): CrossCheck {
  refusePorts(graph, float);
  const engine = options.engine ?? plainEngine;
  const pairs = options.pairs ?? matchLayers(graph, float);
  const sums = pairs.map((): Sums => ({ signal: 0, noise: 0, worst: nothing }));
  const output = graph.tensors.get(graph.outputs[0]!)!;
  const right = { integer: 0, float: 0 };
  let topOne = 0;
  let count = 0;
  const loaded = engine.load(float);
  try {
    for (const sample of samples) {
      const inputs = new Map(graph.inputs.map((id, i): [number, TensorData] => [id, sample[i]!]));
      const integers = runGraph(graph, inputs, { capture: true });
      const given = graph.inputs.map((id, i): [number, Float32Array] => [
        float.inputs[i]!,
        dequantize(inputs.get(id)!, graph.tensors.get(id)!),
      ]);
      const floats = loaded.run(new Map(given));
      for (const [i, { integer, float: id }] of pairs.entries()) {
        const tensor = graph.tensors.get(integer)!;
        account(sums[i]!, count, dequantize(integers.get(integer)!, tensor), floats.get(id)!, tensor.scale);
      }
      const answers = [largest(integers.get(output.id)!), largest(floats.get(float.outputs[0]!)!)] as const;
      if (answers[0] === answers[1]) topOne += 1;
      if (answers[0] === options.labels?.[count]) right.integer += 1;
      if (answers[1] === options.labels?.[count]) right.float += 1;
      count += 1;
    }
  } finally {
    loaded.dispose();
  }
  const matched = new Set(pairs.map(({ layer }) => layer));
  return {
    engine: engine.name,
    samples: count,
    layers: pairs.map((pair, i) => ({ ...pair, sqnr: decibels(sums[i]!), worst: sums[i]!.worst })),
    unmatched: graph.layers.map(({ name }) => name).filter((name) => !matched.has(name)),
    topOne: tensorElements(output.shape) > 1 ? topOne : null,
    ...(options.labels && { right }),
  };
}
