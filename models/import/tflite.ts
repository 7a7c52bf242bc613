import { Fault } from '../../specs/fault.ts';
import { checkGraph, checkLayerBetween, checkTensor } from '../check-graph.ts';
import type { Graph, Layer, Tensor } from '../graph.ts';
import { readLayer } from './layers.ts';
import { type FileOperator, type ModelFile, readModelFile } from './model-file.ts';
import { readTensor } from './tensor-file.ts';
import { refuseScales, refuseType } from './weighted.ts';

const float32Type = 0;
const int8Type = 9;

function activation(model: ModelFile, index: number, place: string): Tensor {
  const tensor = readTensor(model, index, place);
  const role = 'activation';
  refuseType(tensor, int8Type, place, role);
  refuseScales(tensor, place, role);
  if (tensor.scales.length !== 1) {
    throw new Fault({
      code: 'TFLITE_QUANTIZATION',
      place: `${place}, tensor ${index}`,
      cause: `${tensor.scales.length} scales on an activation`,
      wayOut: 'activations need exactly one scale',
    });
  }
  if (tensor.data.length > 0) {
    throw new Fault({
      code: 'TFLITE_TENSOR',
      place: `${place}, tensor ${index}`,
      cause: 'a constant where an activation is expected',
      wayOut: 'fold constants before exporting',
    });
  }
  const { name, shape } = tensor;
  const read = { id: index, name, shape, scale: tensor.scales[0]!, zeroPoint: tensor.zeroPoints[0]! };
  checkTensor(read, `${place}, tensor ${index}`);
  return read;
}

/**
 * A QUANTIZE from a float model input, or a DEQUANTIZE to a float model output, is outside the integer network: the
 * graph then begins or ends at its int8 side.
 */
interface Boundary {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly operators: readonly FileOperator[];
}

function peelFloatBoundary(model: ModelFile): Boundary {
  let { inputs, outputs } = model;
  const operators = model.operators.filter((operator) => {
    const from = operator.inputs[0] ?? -1;
    const to = operator.outputs[0] ?? -1;
    const isFloat = (index: number): boolean => readTensor(model, index, operator.place).type === float32Type;
    if (operator.name === 'QUANTIZE' && inputs.includes(from) && isFloat(from)) {
      inputs = inputs.map((index) => (index === from ? to : index));
      return false;
    }
    if (operator.name === 'DEQUANTIZE' && outputs.includes(to) && isFloat(to)) {
      outputs = outputs.map((index) => (index === to ? from : index));
      return false;
    }
    return true;
  });
  return { inputs, outputs, operators };
}

const operands: Readonly<Record<string, number>> = { CONV_2D: 3, DEPTHWISE_CONV_2D: 3, FULLY_CONNECTED: 3, RESHAPE: 2 };

function refuseOperands(operator: FileOperator): void {
  const limit = operands[operator.name] ?? 1;
  if (operator.inputs.length >= 1 && operator.inputs.length <= limit && operator.outputs.length === 1) return;
  throw new Fault({
    code: 'TFLITE_OPERANDS',
    place: operator.place,
    cause: `${operator.inputs.length} inputs and ${operator.outputs.length} outputs`,
    wayOut: `1 to ${limit} inputs and 1 output are needed`,
  });
}

/**
 * Reads a fully int8-quantised .tflite file. Scales stay exact float32; every multiplier, clamp and padding is resolved.
 * `name` appears in every fault. Faults: codes `TFLITE_*` for the file, `GRAPH_*` for a network that makes no sense.
 */
export function importTflite(bytes: Uint8Array, name: string): Graph {
  // A copy, so that the weights, which are views, cannot change under the graph.
  const model = readModelFile(Uint8Array.from(bytes), name);
  const { inputs, outputs, operators } = peelFloatBoundary(model);
  const tensors = new Map<number, Tensor>();
  const known = (index: number, place: string): Tensor => {
    const tensor = tensors.get(index) ?? activation(model, index, place);
    tensors.set(index, tensor);
    return tensor;
  };
  for (const index of inputs) known(index, `${name}: input of the model`);
  const layers: Layer[] = [];
  const written = new Set<number>();
  let channels = 0;
  for (const operator of operators) {
    refuseOperands(operator);
    // Told at once, although checkGraph would tell too: a small file can name one operator a million times.
    if (written.has(operator.outputs[0]!)) {
      throw new Fault({
        code: 'GRAPH_ORDER',
        place: operator.place,
        cause: `it writes tensor ${operator.outputs[0]} a second time`,
        wayOut: 'every tensor is written once',
      });
    }
    written.add(operator.outputs[0]!);
    const input = known(operator.inputs[0]!, operator.place);
    const output = known(operator.outputs[0]!, operator.place);
    const layer = readLayer({ model, operator, input, output });
    if ('bias' in layer) channels += layer.bias.length;
    // Each channel has at least one weight byte of its own, unless operators share weights to claim more than the file holds.
    if (channels > bytes.length) {
      throw new Fault({
        code: 'TFLITE_BROKEN',
        place: operator.place,
        cause: `${channels} output channels in a file of ${bytes.length} bytes`,
        wayOut: 'the file is damaged; export it again',
      });
    }
    // At once, so that a fault is told where it is and not at the layers that suffer from it.
    checkLayerBetween(layer, [input], output, operator.place, 'tflite-reference');
    layers.push(layer);
  }
  const graph: Graph = { name, tensors, layers, inputs, outputs, profile: 'tflite-reference' };
  checkGraph(graph, (index) => operators[index]!.place);
  return graph;
}
