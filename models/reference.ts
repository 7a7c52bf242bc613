/** The integer truth of a graph's profile: what every accelerator must equal byte for byte. */
import { Fault } from '../specs/fault.ts';
import type { Graph, Layer, Profile, Tensor, TensorData } from './graph.ts';
import { inputsOf } from './layer-ends.ts';
import { add } from './reference/add.ts';
import { averagePool2d } from './reference/average-pool2d.ts';
import { batchMatMul } from './reference/batch-mat-mul.ts';
import { concatenation } from './reference/concatenation.ts';
import { conv2d } from './reference/conv2d.ts';
import { conv2dInt16 } from './reference/conv2d-int16.ts';
import { depthwiseConv2d } from './reference/depthwise-conv2d.ts';
import { depthwiseConv2dInt16 } from './reference/depthwise-conv2d-int16.ts';
import { fullyConnected } from './reference/fully-connected.ts';
import { fullyConnectedInt16 } from './reference/fully-connected-int16.ts';
import { lookup } from './reference/lookup.ts';
import { maxPool2d } from './reference/max-pool2d.ts';
import { mean } from './reference/mean.ts';
import { mul } from './reference/mul.ts';
import { elementwise as onnxElementwise, requantize as onnxRequantize } from './reference/onnx/elementwise.ts';
import { averagePool2d as onnxAveragePool2d, mean as onnxMean } from './reference/onnx/mean.ts';
import { softmax as onnxSoftmax } from './reference/onnx/softmax.ts';
import type { Operand } from './reference/operand.ts';
import { pad } from './reference/pad.ts';
import { quantize } from './reference/quantize.ts';
import { rescaleOf } from './reference/rescale.ts';
import { resizeNearest } from './reference/resize-nearest.ts';
import { slice } from './reference/slice.ts';
import { softmax } from './reference/softmax.ts';
import { transpose } from './reference/transpose.ts';
import { tensorElements } from './shape.ts';
import { holds, typeOf } from './tensor-type.ts';

/**
 * The layers whose meaning in profile onnx-qlinear follows from the scales of their tensors; null for those that only move values
 * or rescale sums, which both profiles share.
 */
function runFromScales(layer: Layer, operands: readonly Operand[], output: Tensor): TensorData | null {
  const { tensor: input, data } = operands[0]!;
  switch (layer.kind) {
    case 'add':
    case 'sub':
    case 'mul':
      return onnxElementwise(layer, operands, output);
    case 'quantize':
      return onnxRequantize(layer, input, output, data);
    case 'averagePool2d':
      return onnxAveragePool2d(layer, input, output, data);
    case 'mean':
      return onnxMean(layer, input, output, data);
    case 'softmax':
      return onnxSoftmax(layer, input, output, data);
    default:
      return null;
  }
}

/** Computes one layer from its operands, in the order of inputsOf. */
export function runLayer(layer: Layer, operands: readonly Operand[], output: Tensor, profile: Profile): TensorData {
  const { tensor: input, data } = operands[0]!;
  const rescale = rescaleOf(profile);
  const wide = output.type === 'int16';
  const result = profile === 'onnx-qlinear' ? runFromScales(layer, operands, output) : null;
  if (result !== null) return result;
  switch (layer.kind) {
    case 'conv2d':
      return wide ? conv2dInt16(layer, input, output, data) : conv2d(layer, input, output, data, rescale);
    case 'depthwiseConv2d':
      return wide
        ? depthwiseConv2dInt16(layer, input, output, data)
        : depthwiseConv2d(layer, input, output, data, rescale);
    case 'fullyConnected':
      return wide ? fullyConnectedInt16(layer, data) : fullyConnected(layer, input, output, data, rescale);
    case 'averagePool2d':
      return averagePool2d(layer, input, output, data);
    case 'maxPool2d':
      return maxPool2d(layer, input, output, data);
    case 'softmax':
      return softmax(layer, input, data);
    case 'quantize':
      return quantize(layer, input, output, data, rescale);
    case 'add':
    case 'sub':
      return add(layer, operands, output, rescale);
    case 'mul':
      return mul(layer, operands, output, rescale);
    case 'pad':
      return pad(layer, input, output, data);
    case 'concatenation':
      return concatenation(layer, operands, output);
    case 'mean':
      return mean(layer, input, output, data, rescale);
    case 'resizeNearest':
      return resizeNearest(layer, input, output, data);
    case 'slice':
      return slice(layer, input, output, data);
    case 'transpose':
      return transpose(layer, input, output, data);
    case 'batchMatMul':
      return batchMatMul(layer, operands, output, rescale);
    case 'lookup':
      return lookup(layer, input, output, data);
    case 'reshape':
      return data.slice();
  }
}

function checkInput(graph: Graph, tensor: Tensor, data: TensorData | undefined): TensorData {
  const expected = tensorElements(tensor.shape);
  if (data !== undefined && data.length === expected && holds(tensor, data)) return data;
  const kind = data instanceof Int16Array ? 'int16 values' : 'bytes';
  throw new Fault({
    code: 'REFERENCE_INPUT',
    place: graph.name,
    cause: data === undefined ? `no content for input tensor ${tensor.id}` : `${data.length} input ${kind}`,
    wayOut: `one sample of shape [${tensor.shape.join(', ')}] has ${expected}${typeOf(tensor) === 'int16' ? ' of int16' : ''}`,
  });
}

/**
 * Runs one inference of a checked graph (see checkGraph); `inputs` has the content of every input by id. The result has that
 * of every output, with `capture` that of every tensor which is no constant.
 */
export function runGraph(
  graph: Graph,
  inputs: ReadonlyMap<number, TensorData>,
  options: { capture?: boolean } = {},
): Map<number, TensorData> {
  const { constants, profile } = graph;
  const tensors = new Map<number, TensorData>();
  for (const id of graph.inputs) tensors.set(id, checkInput(graph, graph.tensors.get(id)!, inputs.get(id)));
  for (const layer of graph.layers) {
    const operands = inputsOf(layer).map((id): Operand => {
      return { tensor: graph.tensors.get(id)!, data: tensors.get(id) ?? constants!.get(id)! };
    });
    tensors.set(layer.output, runLayer(layer, operands, graph.tensors.get(layer.output)!, profile));
  }
  if (options.capture) return tensors;
  return new Map(graph.outputs.map((id) => [id, tensors.get(id) ?? constants!.get(id)!]));
}

export interface ReferenceRun {
  readonly output: Int8Array;
  /** With `capture`: the content of every activation tensor by id, the input included. */
  readonly tensors?: ReadonlyMap<number, TensorData>;
}

function single(graph: Graph, ids: readonly number[], what: string): Tensor {
  const tensor = graph.tensors.get(ids[0]!)!;
  if (ids.length === 1 && typeOf(tensor) === 'int8') return tensor;
  throw new Fault({
    code: 'REFERENCE_PORTS',
    place: graph.name,
    cause: ids.length === 1 ? `an ${what} of ${typeOf(tensor)}` : `${ids.length} ${what}s`,
    wayOut: `networks with one int8 ${what} are needed here`,
  });
}

/** Runs one inference of a checked graph (see checkGraph) with one int8 input and one int8 output. */
export function runReference(graph: Graph, input: Int8Array, options: { capture?: boolean } = {}): ReferenceRun {
  const first = single(graph, graph.inputs, 'input');
  const last = single(graph, graph.outputs, 'output');
  const tensors = runGraph(graph, new Map([[first.id, input]]), options);
  const output = tensors.get(last.id) as Int8Array;
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
