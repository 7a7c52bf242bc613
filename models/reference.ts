/** The integer truth of profile A: what every accelerator must equal byte for byte. */
import { Fault } from '../specs/fault.ts';
import type { Graph, Layer, Tensor } from './graph.ts';
import { averagePool2d } from './reference/average-pool2d.ts';
import { conv2d } from './reference/conv2d.ts';
import { depthwiseConv2d } from './reference/depthwise-conv2d.ts';
import { fullyConnected } from './reference/fully-connected.ts';
import { quantize } from './reference/quantize.ts';
import { softmax } from './reference/softmax.ts';
import { tensorElements } from './shape.ts';

/** Computes one layer; `data` holds the bytes of `input`, the result those of `output`. */
export function runLayer(layer: Layer, input: Tensor, output: Tensor, data: Int8Array): Int8Array {
  switch (layer.kind) {
    case 'conv2d':
      return conv2d(layer, input, output, data);
    case 'depthwiseConv2d':
      return depthwiseConv2d(layer, input, output, data);
    case 'fullyConnected':
      return fullyConnected(layer, input, output, data);
    case 'averagePool2d':
      return averagePool2d(layer, input, output, data);
    case 'softmax':
      return softmax(layer, input, data);
    case 'quantize':
      return quantize(layer, input, output, data);
    case 'reshape':
      return data.slice();
  }
}

export interface ReferenceRun {
  readonly output: Int8Array;
  /** With `capture`: the bytes of every activation tensor by id, the input included. */
  readonly tensors?: ReadonlyMap<number, Int8Array>;
}

function single(graph: Graph, ids: readonly number[], what: string): Tensor {
  if (ids.length === 1) return graph.tensors.get(ids[0]!)!;
  throw new Fault({
    code: 'REFERENCE_PORTS',
    place: graph.name,
    cause: `${ids.length} ${what}s`,
    wayOut: `the reference runs networks with one ${what}`,
  });
}

/** Runs one inference of a checked graph (see checkGraph) with one input and one output. */
export function runReference(graph: Graph, input: Int8Array, options: { capture?: boolean } = {}): ReferenceRun {
  const first = single(graph, graph.inputs, 'input');
  const last = single(graph, graph.outputs, 'output');
  const expected = tensorElements(first.shape);
  if (input.length !== expected) {
    throw new Fault({
      code: 'REFERENCE_INPUT',
      place: graph.name,
      cause: `${input.length} input bytes`,
      wayOut: `one sample of shape [${first.shape.join(', ')}] has ${expected}`,
    });
  }
  const tensors = new Map<number, Int8Array>([[first.id, input]]);
  for (const layer of graph.layers) {
    const from = graph.tensors.get(layer.input)!;
    const to = graph.tensors.get(layer.output)!;
    tensors.set(layer.output, runLayer(layer, from, to, tensors.get(layer.input)!));
  }
  const output = tensors.get(last.id)!;
  return options.capture ? { output, tensors } : { output };
}

/** Runs samples that stand one after the other in `inputs`; the outputs stand in the same order. */
export function runReferenceBatch(graph: Graph, inputs: Int8Array): Int8Array {
  const inputBytes = tensorElements(single(graph, graph.inputs, 'input').shape);
  const outputBytes = tensorElements(single(graph, graph.outputs, 'output').shape);
  const samples = inputs.length / inputBytes;
  if (!Number.isInteger(samples)) {
    throw new Fault({
      code: 'REFERENCE_INPUT',
      place: graph.name,
      cause: `${inputs.length} input bytes`,
      wayOut: `a multiple of ${inputBytes}, the size of one sample, is needed`,
    });
  }
  const outputs = new Int8Array(samples * outputBytes);
  for (let sample = 0; sample < samples; sample += 1) {
    const input = inputs.subarray(sample * inputBytes, (sample + 1) * inputBytes);
    outputs.set(runReference(graph, input).output, sample * outputBytes);
  }
  return outputs;
}
