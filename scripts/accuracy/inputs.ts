import { basename } from 'node:path';
import type { Graph, Profile, Shape, Tensor, TensorData } from '../../models/graph.ts';
import { quantized } from '../../models/onnx-arithmetic.ts';
import { tensorElements } from '../../models/shape.ts';
import { allocate, highestOf, lowestOf, typeOf } from '../../models/tensor-type.ts';
import { Fault } from '../../specs/fault.ts';
import { readBytes } from '../files.ts';
import type { LoadedNetwork } from '../model.ts';
import {
  type ElementType,
  elementBytes,
  elementTypes,
  isNpy,
  readNpyNumbers,
  readNumbers,
  type TypedNumbers,
} from '../npy.ts';
import { suggestion } from '../project.ts';

/** The samples of a network's only input. */
export interface SampleInputs {
  readonly count: number;
  /** One sample in the order and type of an integer network. */
  readonly integers: (graph: Graph, sample: number) => TensorData;
  /** One sample as real values. */
  readonly reals: (sample: number) => Float32Array;
  readonly origin: string;
}

export type Layout = 'nhwc' | 'nchw';

export interface InputOptions {
  /** Of a raw file. */
  readonly dtype: string | undefined;
  readonly layout: string | undefined;
}

interface Port {
  readonly shape: Shape;
  /** Null in a float network. */
  readonly tensor: Tensor | null;
  readonly inputOrder: readonly number[] | undefined;
}

export function inputPort({ kind, model }: LoadedNetwork): Port {
  const id = model.graph.inputs[0]!;
  const { inputOrder } = model;
  if (kind === 'float') return { shape: model.graph.tensors.get(id)!.shape, tensor: null, inputOrder };
  const tensor = model.graph.tensors.get(id)!;
  return { shape: tensor.shape, tensor, inputOrder };
}

function optionFault(place: string, cause: string, wayOut: string): Fault {
  return new Fault({ code: 'COMMAND_LINE', place, cause, wayOut });
}

/** The element type of a raw file. */
function rawType(dtype: string | undefined, { tensor }: Port): ElementType {
  if (dtype === undefined) return tensor === null ? 'float32' : (tensor.stored ?? typeOf(tensor));
  const known = elementTypes.find((type) => type === dtype);
  if (known !== undefined) return known;
  throw optionFault('--dtype', `there is no element type '${dtype}'`, suggestion(dtype, elementTypes));
}

function layoutOf(layout: string | undefined, { shape, inputOrder }: Port): Layout {
  if (layout === undefined) return inputOrder?.join() === '0,2,3,1' ? 'nchw' : 'nhwc';
  if (layout !== 'nhwc' && layout !== 'nchw') {
    throw optionFault('--layout', `found '${layout}'`, "it is 'nhwc' or 'nchw'");
  }
  if (layout === 'nchw' && shape.length !== 4) {
    throw optionFault('--layout', `an input of shape [${shape.join(', ')}] is no image`, 'leave --layout out');
  }
  return layout;
}

/** Where element k of a sample stands in a sample of the file. */
function sourceOf(layout: Layout, [, height = 1, width = 1, channels = 1]: Shape): (element: number) => number {
  if (layout === 'nhwc') return (element) => element;
  return (element) => (element % channels) * height * width + Math.floor(element / channels);
}

/** Real values to integers: TensorFlow Lite rounds halves away from zero, ONNX to the even number. */
function quantise(value: number, tensor: Tensor, profile: Profile): number {
  const [lowest, highest] = [lowestOf(tensor), highestOf(tensor)];
  if (profile === 'onnx-qlinear') return quantized(value, tensor.scale, tensor.zeroPoint, lowest, highest);
  const steps = Math.fround(value / tensor.scale);
  const rounded = Math.sign(steps) * Math.floor(Math.abs(steps) + 0.5);
  return Math.min(highest, Math.max(lowest, rounded + tensor.zeroPoint));
}

/** What turns a number of this type into the tensor's integer; null where the two do not go together. */
function conversion(type: ElementType, tensor: Tensor, profile: Profile): ((value: number) => number) | null {
  if (type === 'float32' || type === 'float64') return (value) => quantise(Math.fround(value), tensor, profile);
  if (type === typeOf(tensor)) return (value) => value;
  if (type === 'uint8' && typeOf(tensor) === 'int8') return (value) => value - 128;
  return null;
}

function typeFault(place: string, type: ElementType, tensor: Tensor): Fault {
  return new Fault({
    code: 'SAMPLES_TYPE',
    place,
    cause: `holds ${type} where the network takes ${typeOf(tensor)}`,
    wayOut: `give ${typeOf(tensor)}${typeOf(tensor) === 'int8' ? ', uint8 (128 more)' : ''} or the real values as float32`,
  });
}

/** `dtype`: as asked for; `type`: of a raw file. */
function readTyped(path: string, dtype: string | undefined, type: ElementType, shape: Shape): TypedNumbers {
  const bytes = readBytes(path);
  if (dtype !== undefined && isNpy(bytes))
    throw optionFault('--dtype', `says nothing of ${path}, which is .npy and has its type in it`, 'leave it out');
  const numbers = isNpy(bytes) ? readNpyNumbers(bytes, path) : readNumbers(bytes, type);
  const size = tensorElements(shape);
  const { length } = numbers.values;
  const torn = !isNpy(bytes) && bytes.length % elementBytes(type) !== 0;
  if (length > 0 && length % size === 0 && !torn) return numbers;
  throw new Fault({
    code: 'SAMPLES_SIZE',
    place: path,
    cause: `holds ${torn ? `${bytes.length} bytes` : `${length} values`} of ${numbers.type} where inputs of shape [${shape.join(', ')}] need a multiple of ${size}`,
    wayOut: 'give raw values (their type with --dtype) or .npy, samples concatenated',
  });
}

/** Inputs from a file: raw little-endian values or .npy. Errors: SAMPLES_SIZE, SAMPLES_TYPE, NPY_INVALID, COMMAND_LINE. */
export function inputsFromFile(network: LoadedNetwork, path: string, options: InputOptions): SampleInputs {
  const port = inputPort(network);
  const layout = layoutOf(options.layout, port);
  const { type, values } = readTyped(path, options.dtype, rawType(options.dtype, port), port.shape);
  const { shape, tensor } = port;
  const size = tensorElements(shape);
  const source = sourceOf(layout, shape);
  if (tensor !== null && conversion(type, tensor, 'tflite-reference') === null) throw typeFault(path, type, tensor);
  const reals = (sample: number) =>
    Float32Array.from({ length: size }, (_, element) => values[sample * size + source(element)]!);
  const integers = (graph: Graph, sample: number) => {
    const input = graph.tensors.get(graph.inputs[0]!)!;
    const convert = conversion(type, input, graph.profile)!;
    const data = allocate(input, size);
    for (let element = 0; element < size; element += 1) {
      data[element] = convert(values[sample * size + source(element)]!);
    }
    return data;
  };
  const count = values.length / size;
  const order = layout === 'nchw' ? ', channels first' : '';
  return { count, integers, reals, origin: `${count} inputs of ${basename(path)} (${type}${order})` };
}

/** Inputs that came with the model, in the form of its only input. */
export function ownInputs(values: TensorData, tensor: Tensor, origin: string): SampleInputs {
  const size = tensorElements(tensor.shape);
  const part = (sample: number) => values.subarray(sample * size, (sample + 1) * size);
  const reals = (sample: number) => Float32Array.from(part(sample), (q) => (q - tensor.zeroPoint) * tensor.scale);
  return { count: values.length / size, integers: (_graph, sample) => part(sample), reals, origin };
}
