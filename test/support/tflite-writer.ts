/** Writes small int8 .tflite files. Field numbers: tensorflow/lite/schema/schema.fbs. */
import type { Activation } from '../../models/arithmetic.ts';
import type { Extent, Shape } from '../../models/graph.ts';
import {
  bytesVector,
  child,
  type Field,
  float32,
  float32Vector,
  int8,
  int32,
  int32Vector,
  int64Vector,
  type Node,
  table,
  tables,
  text,
  uint32,
  writeFlatbuffer,
} from './flatbuffer-writer.ts';
import { graphOf, type LayerDescription, type ModelDescription } from './model-description.ts';

export const tensorType = { float32: 0, int32: 2, uint8: 3, int64: 4, int16: 7, int8: 9, int4: 17 } as const;

export const operatorCode = {
  ADD: 0,
  AVERAGE_POOL_2D: 1,
  CONCATENATION: 2,
  CONV_2D: 3,
  DEPTHWISE_CONV_2D: 4,
  DEQUANTIZE: 6,
  FULLY_CONNECTED: 9,
  LOGISTIC: 14,
  MAX_POOL_2D: 17,
  MUL: 18,
  RELU: 19,
  RELU_N1_TO_1: 20,
  RELU6: 21,
  RESHAPE: 22,
  SOFTMAX: 25,
  TANH: 28,
  CUSTOM: 32,
  PAD: 34,
  TRANSPOSE: 39,
  MEAN: 40,
  SUB: 41,
  SQUEEZE: 43,
  STRIDED_SLICE: 45,
  SPLIT: 49,
  PADV2: 60,
  SLICE: 65,
  EXPAND_DIMS: 70,
  RESIZE_NEAREST_NEIGHBOR: 97,
  LEAKY_RELU: 98,
  SPLIT_V: 102,
  QUANTIZE: 114,
  BATCH_MATMUL: 126,
  CUMSUM: 128,
  WHERE: 109,
} as const;

/** A tensor of the file; mutable, so that tests can break it. */
export interface FileTensor {
  name: string;
  type: number;
  shape: number[];
  scales: number[];
  zeroPoints: number[];
  axis: number;
  /** Constant content; null for activations. */
  data: Uint8Array | null;
}

export interface FileOperator {
  code: number;
  /** Name of a custom operator. */
  custom?: string;
  inputs: number[];
  outputs: number[];
  optionsType: number;
  /** Fields of its options table by slot; null leaves the table out. */
  options: Record<number, Field> | null;
}

export interface TfliteFile {
  version: number;
  tensors: FileTensor[];
  operators: FileOperator[];
  inputs: number[];
  outputs: number[];
  subgraphs: number;
}

const activationCodes: Readonly<Record<Activation, number>> = { none: 0, relu: 1, reluN1To1: 2, relu6: 3 };

function littleEndian(values: Int32Array | readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (let i = 0; i < values.length; i += 1) view.setInt32(4 * i, values[i]!, true);
  return new Uint8Array(view.buffer);
}

function namedPadding(padding: unknown): number {
  if (padding === 'same') return 0;
  if (padding === 'valid') return 1;
  throw new Error('a .tflite file can only say same and valid padding');
}

function slide(layer: { readonly padding: unknown; readonly stride: Extent }): Record<number, Field> {
  return { 0: int8(namedPadding(layer.padding)), 1: int32(layer.stride.width), 2: int32(layer.stride.height) };
}

function optionsOf(layer: LayerDescription, input: Shape): Record<number, Field> {
  switch (layer.kind) {
    case 'conv2d': {
      const { height, width } = layer.dilation;
      return { ...slide(layer), 3: int8(activationCodes[layer.activation]), 4: int32(width), 5: int32(height) };
    }
    case 'depthwiseConv2d': {
      const { height, width } = layer.dilation;
      const multiplier = int32(layer.channels / input[3]!);
      return {
        ...slide(layer),
        3: multiplier,
        4: int8(activationCodes[layer.activation]),
        5: int32(width),
        6: int32(height),
      };
    }
    case 'fullyConnected':
      return { 0: int8(activationCodes[layer.activation]) };
    case 'averagePool2d': {
      const { height, width } = layer.kernel;
      return { ...slide(layer), 3: int32(width), 4: int32(height), 5: int8(activationCodes[layer.activation]) };
    }
    case 'reshape':
      return { 0: child(int32Vector([...layer.shape])) };
    case 'softmax':
      return { 0: float32(layer.beta) };
    case 'quantize':
      return {};
  }
}

const optionsTypes = {
  conv2d: 1,
  depthwiseConv2d: 2,
  averagePool2d: 5,
  fullyConnected: 8,
  softmax: 9,
  reshape: 17,
  quantize: 89,
} as const;

const codes = {
  conv2d: operatorCode.CONV_2D,
  depthwiseConv2d: operatorCode.DEPTHWISE_CONV_2D,
  fullyConnected: operatorCode.FULLY_CONNECTED,
  averagePool2d: operatorCode.AVERAGE_POOL_2D,
  reshape: operatorCode.RESHAPE,
  softmax: operatorCode.SOFTMAX,
  quantize: operatorCode.QUANTIZE,
} as const;

function weightShape(layer: Extract<LayerDescription, { weights: Int8Array }>, input: Shape): number[] {
  if (layer.kind === 'fullyConnected') return [layer.channels, layer.weights.length / layer.channels];
  const { height, width } = layer.kernel;
  if (layer.kind === 'conv2d') return [layer.channels, height, width, input[3]! / layer.groups];
  return [1, height, width, layer.channels];
}

/** Constant tensors of a layer: weights and bias, or the target of a reshape. */
function constantsOf(layer: LayerDescription, index: number, input: Shape, inputScale: number): FileTensor[] {
  if (layer.kind === 'reshape') {
    const shape = {
      name: `shape_${index}`,
      type: tensorType.int32,
      shape: [layer.shape.length],
      scales: [],
      zeroPoints: [],
    };
    return [{ ...shape, axis: 0, data: littleEndian(layer.shape) }];
  }
  if (!('weights' in layer)) return [];
  const zero = layer.kind === 'fullyConnected' ? layer.weightZeroPoint : 0;
  const weights: FileTensor = {
    name: `weights_${index}`,
    type: tensorType.int8,
    shape: weightShape(layer, input),
    scales: [...layer.weightScales],
    zeroPoints: layer.weightScales.map(() => zero),
    axis: layer.kind === 'depthwiseConv2d' ? 3 : 0,
    data: Uint8Array.from(layer.weights),
  };
  if (layer.bias === null) return [weights];
  const bias: FileTensor = {
    name: `bias_${index}`,
    type: tensorType.int32,
    shape: [layer.channels],
    scales: layer.weightScales.map((scale) => Math.fround(scale * inputScale)),
    zeroPoints: layer.weightScales.map(() => 0),
    axis: 0,
    data: littleEndian(layer.bias),
  };
  return [weights, bias];
}

/** The file a converter would write: activations are tensors 0 to n, constants follow. */
export function tfliteFileOf(description: ModelDescription): TfliteFile {
  const graph = graphOf(description);
  const tensors = [...graph.tensors.values()].map(
    ({ name, shape, scale, zeroPoint }): FileTensor => ({
      name,
      type: tensorType.int8,
      shape: [...shape],
      scales: [scale],
      zeroPoints: [zeroPoint],
      axis: 0,
      data: null,
    }),
  );
  const operators = description.layers.map((layer, index): FileOperator => {
    const input = graph.tensors.get(index)!;
    const inputs = [index];
    for (const constant of constantsOf(layer, index, input.shape, input.scale)) inputs.push(tensors.push(constant) - 1);
    return {
      code: codes[layer.kind],
      inputs,
      outputs: [index + 1],
      optionsType: optionsTypes[layer.kind],
      options: optionsOf(layer, input.shape),
    };
  });
  return { version: 3, tensors, operators, inputs: [0], outputs: [description.layers.length], subgraphs: 1 };
}

function quantizationNode(tensor: FileTensor): Node {
  const { scales, zeroPoints, axis } = tensor;
  return table({ 2: child(float32Vector(scales)), 3: child(int64Vector(zeroPoints)), 6: int32(axis) });
}

export function encodeTflite(file: TfliteFile): Uint8Array {
  // Buffer 0 is empty by convention; activations share it.
  const buffers: Node[] = [table({})];
  const tensorNodes = file.tensors.map((tensor) => {
    const buffer = tensor.data === null ? 0 : buffers.push(table({ 0: child(bytesVector(tensor.data)) })) - 1;
    return table({
      0: child(int32Vector(tensor.shape)),
      1: int8(tensor.type),
      2: uint32(buffer),
      3: child(text(tensor.name)),
      ...(tensor.scales.length + tensor.zeroPoints.length > 0 ? { 4: child(quantizationNode(tensor)) } : {}),
    });
  });
  const operatorNodes = file.operators.map((operator, index) =>
    table({
      0: uint32(index),
      1: child(int32Vector(operator.inputs)),
      2: child(int32Vector(operator.outputs)),
      ...(operator.options ? { 3: int8(operator.optionsType), 4: child(table(operator.options)) } : {}),
    }),
  );
  const codeNodes = file.operators.map(({ code, custom }) =>
    table({
      0: int8(Math.min(code, 127)),
      ...(custom === undefined ? {} : { 1: child(text(custom)) }),
      2: int32(1),
      3: int32(code),
    }),
  );
  const subgraph = table({
    0: child(tables(tensorNodes)),
    1: child(int32Vector(file.inputs)),
    2: child(int32Vector(file.outputs)),
    3: child(tables(operatorNodes)),
  });
  const model = table({
    0: uint32(file.version),
    1: child(tables(codeNodes)),
    2: child(tables(Array.from({ length: file.subgraphs }, () => subgraph))),
    4: child(tables(buffers)),
  });
  return writeFlatbuffer(model, 'TFL3');
}

/** A valid int8 .tflite file of the described network; its paddings must be named. */
export function writeTflite(description: ModelDescription): Uint8Array {
  return encodeTflite(tfliteFileOf(description));
}
