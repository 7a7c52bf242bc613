import { Fault } from '../specs/fault.ts';
import type { FloatGraph, FloatLayer, FloatTensor } from './float.ts';
import { conv2d, depthwiseConv2d } from './float-reference/convolution.ts';
import { activation, elementwise, softmax } from './float-reference/elementwise.ts';
import { batchMatMul, fullyConnected } from './float-reference/matrix.ts';
import { concatenation, mean, pad, resizeNearest, slice, transpose } from './float-reference/move.ts';
import { pool2d } from './float-reference/pooling.ts';
import { inputsOf } from './layer-ends.ts';
import { tensorElements } from './shape.ts';

/** The values of one input, checked: the graph must be given each of its inputs, in its size. */
function inputValues(graph: FloatGraph, id: number, inputs: ReadonlyMap<number, Float32Array>): Float32Array {
  const { name, shape } = graph.tensors.get(id)!;
  const place = graph.inputs.length === 1 ? graph.name : `${graph.name}: input ${name}`;
  const wanted = tensorElements(shape);
  const values = inputs.get(id);
  if (values?.length === wanted) return values;
  throw new Fault({
    code: 'FLOAT_INPUT_SIZE',
    place,
    cause: values
      ? `an input of ${values.length} values was given to a network that takes ${wanted}`
      : `nothing was given for tensor ${id}`,
    wayOut: `give exactly ${wanted} values, in the order of shape [${shape.join(', ')}]`,
  });
}

/** The values of every input, checked. Error: `FLOAT_INPUT_SIZE`. */
export function checkFloatInputs(
  graph: FloatGraph,
  inputs: ReadonlyMap<number, Float32Array>,
): Map<number, Float32Array> {
  return new Map(graph.inputs.map((id) => [id, inputValues(graph, id, inputs)]));
}

/**
 * Runs a float network on one sample: flat values (NHWC) by tensor id in, every activation by tensor id out, the inputs
 * included and constants not. Sums are taken in double and stored as float32, so results differ from TensorFlow's by a few
 * units in the last place. Error: `FLOAT_INPUT_SIZE`.
 */
export function runFloatGraph(graph: FloatGraph, inputs: ReadonlyMap<number, Float32Array>): Map<number, Float32Array> {
  const values = checkFloatInputs(graph, inputs);
  for (const layer of graph.layers) {
    const ids = inputsOf(layer);
    const from = ids.map((id) => graph.tensors.get(id)!);
    const xs = ids.map((id) => values.get(id) ?? graph.constants!.get(id)!);
    values.set(layer.output, runFloatLayer(layer, from, graph.tensors.get(layer.output)!, xs));
  }
  return values;
}

function single(graph: FloatGraph, ids: readonly number[], what: string): number {
  if (ids.length === 1) return ids[0]!;
  throw new Fault({
    code: 'FLOAT_PORTS',
    place: graph.name,
    cause: `${ids.length} ${what}s`,
    wayOut: `this run is for networks with one ${what}; runFloatGraph takes any`,
  });
}

/** runFloatGraph for a network with one input. */
export function runFloat(graph: FloatGraph, input: Float32Array): Map<number, Float32Array> {
  return runFloatGraph(graph, new Map([[single(graph, graph.inputs, 'input'), input]]));
}

/** The output of a float network with one input and one output. */
export function runFloatOutput(graph: FloatGraph, input: Float32Array): Float32Array {
  const values = runFloat(graph, input);
  const id = single(graph, graph.outputs, 'output');
  return values.get(id) ?? graph.constants!.get(id)!;
}

/** One layer: its input tensors with their values, and the tensor that it makes. */
export function runFloatLayer(
  layer: FloatLayer,
  from: readonly FloatTensor[],
  to: FloatTensor,
  xs: readonly Float32Array[],
): Float32Array {
  const [first, second] = from as [FloatTensor, FloatTensor];
  const [x, y] = xs as [Float32Array, Float32Array];
  switch (layer.kind) {
    case 'conv2d':
      return conv2d(layer, first, to, x);
    case 'depthwiseConv2d':
      return depthwiseConv2d(layer, first, to, x);
    case 'fullyConnected':
      return fullyConnected(layer, x);
    case 'averagePool2d':
    case 'maxPool2d':
      return pool2d(layer, first, to, x);
    case 'reshape':
      return x;
    case 'softmax':
      return softmax(layer.beta, to, x);
    case 'activation':
      return activation(layer, x);
    case 'add':
    case 'sub':
    case 'mul':
      return elementwise(layer, first, second, to, x, y);
    case 'pad':
      return pad(layer, first, to, x);
    case 'concatenation':
      return concatenation(layer, from, to, xs);
    case 'mean':
      return mean(layer, first, to, x);
    case 'resizeNearest':
      return resizeNearest(layer, first, to, x);
    case 'slice':
      return slice(layer, first, to, x);
    case 'transpose':
      return transpose(layer, first, to, x);
    case 'batchMatMul':
      return batchMatMul(layer, first, second, to, x, y);
  }
}
