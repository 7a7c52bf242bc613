import { Fault } from '../../specs/fault.ts';
import { checkGraph, checkLayerBetween } from '../check-graph.ts';
import type { Graph, Layer, Tensor } from '../graph.ts';
import { inputsOf } from '../layer-ends.ts';
import { readLayers } from './layers.ts';
import { type FileOperator, type ModelFile, readModelFile } from './model-file.ts';
import type { Reading } from './reading.ts';
import { readTensor } from './tensor-file.ts';
import { dataPositions } from './tflite/operands.ts';
import { type TensorSet, tensorSet } from './tflite/tensors.ts';

const float32Type = 0;
/** Each function of an int16 tensor is a table of 65536 entries, which costs a file only some dozens of bytes. */
const tableLimit = 2 ** 24;

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

function refuseUint8(reading: Reading): void {
  const stored = [...reading.inputs, ...reading.outputs].find((tensor) => tensor.stored === 'uint8');
  if (stored === undefined || reading.operator.name === 'QUANTIZE') return;
  throw new Fault({
    code: 'TFLITE_TYPE',
    place: `${reading.operator.place}, activation (tensor ${stored.id})`,
    cause: 'type UINT8',
    wayOut: 'INT8 is needed; quantise the whole model to int8 (uint8 only as the type of its ports)',
  });
}

function readOperator(model: ModelFile, operator: FileOperator, set: TensorSet): Reading {
  const { place } = operator;
  const uint8 = operator.name === 'QUANTIZE';
  const inputs = dataPositions(operator).map((at) => {
    return set.known(operator.inputs[at] ?? -1, place, { constant: true, uint8 });
  });
  const outputs = operator.outputs.map((index) => set.known(index, place, { constant: false, uint8 }));
  const reading = { model, operator, inputs, outputs, input: inputs[0]!, output: outputs[0]! };
  refuseUint8(reading);
  return reading;
}

/**
 * Reads a fully quantised .tflite file: int8 or int16 activations, weights of 8 or 4 bits. Scales stay exact float32; every
 * multiplier, clamp and padding is resolved. `name` appears in every fault. Faults: codes `TFLITE_*` for the file, `GRAPH_*`
 * for a network that makes no sense.
 */
export function importTflite(bytes: Uint8Array, name: string): Graph {
  // A copy, so that the weights, which are views, cannot change under the graph.
  const model = readModelFile(Uint8Array.from(bytes), name);
  const { inputs, outputs, operators } = peelFloatBoundary(model);
  const set = tensorSet(model);
  const { tensors, constants } = set;
  for (const index of inputs) set.known(index, `${name}: input of the model`, { constant: false, uint8: true });
  const layers: Layer[] = [];
  const places: string[] = [];
  const written = new Set<number>();
  let channels = 0;
  let tableEntries = 0;
  for (const operator of operators) {
    const { place } = operator;
    // Told at once, although checkGraph would tell too: a small file can name one operator a million times.
    const again = operator.outputs.find((index) => written.has(index));
    if (again !== undefined) {
      throw new Fault({
        code: 'GRAPH_ORDER',
        place,
        cause: `it writes tensor ${again} a second time`,
        wayOut: 'every tensor is written once',
      });
    }
    for (const index of operator.outputs) written.add(index);
    const parts = readLayers(readOperator(model, operator, set), set.nextId);
    for (const tensor of parts.tensors) tensors.set(tensor.id, tensor);
    const tensorOf = (id: number): Tensor => tensors.get(id)!;
    for (const layer of parts.layers) {
      if ('bias' in layer) channels += layer.bias.length;
      // Each channel has at least half a byte of its own, unless operators share weights to claim more than the file holds.
      if (channels > 2 * bytes.length) {
        throw new Fault({
          code: 'TFLITE_BROKEN',
          place,
          cause: `${channels} output channels in a file of ${bytes.length} bytes`,
          wayOut: 'the file is damaged; export it again',
        });
      }
      if (layer.kind === 'lookup') tableEntries += layer.table.length;
      if (tableEntries > tableLimit) {
        throw new Fault({
          code: 'TFLITE_LIST',
          place,
          cause: `the functions of the model need more than ${tableLimit} table entries`,
          wayOut: 'the file is damaged; a network has at most some dozens of functions',
        });
      }
      // At once, so that a fault is told where it is and not at the layers that suffer from it.
      checkLayerBetween(layer, inputsOf(layer).map(tensorOf), tensorOf(layer.output), place, 'tflite-reference');
      layers.push(layer);
      places.push(place);
    }
  }
  const graph: Graph = {
    name,
    tensors,
    ...(constants.size > 0 ? { constants } : {}),
    layers,
    inputs,
    outputs,
    profile: 'tflite-reference',
  };
  checkGraph(graph, (index) => places[index]!);
  return graph;
}
