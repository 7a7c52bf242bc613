/** The tensors of a float .tflite file as a draft sees them: constants decoded to float32, activations by their draft id. */
import { Fault } from '../../../specs/fault.ts';
import type { FloatCore } from '../../float-shape.ts';
import { tensorElements } from '../../shape.ts';
import { type Affine, addConstant, addInput, append, type Draft } from '../draft.ts';
import { halfToFloat } from '../half.ts';
import type { FileOperator, ModelFile } from '../model-file.ts';
import { tensorTypeName } from '../operators.ts';
import { type FileTensor, readTensor } from '../tensor-file.ts';

export const float32Type = 0;
const float16Type = 1;
const int32Type = 2;
const int8Type = 9;

const elementBytes: Readonly<Record<number, number>> = {
  [float32Type]: 4,
  [float16Type]: 2,
  [int32Type]: 4,
  [int8Type]: 1,
};

/** What the reader of an operator works on. */
export interface FloatReading {
  readonly model: ModelFile;
  readonly operator: FileOperator;
  readonly draft: Draft;
  /** Draft ids of the file's activations, and of constants once they are operands. */
  readonly ids: Map<number, number>;
  /** Decoded constants by file tensor, those that DEQUANTIZE made included. */
  readonly decoded: Map<number, Float32Array>;
  readonly budget: Budget;
}

/** Elements that may still be decoded: tensors of a small file could all name one large buffer. */
export interface Budget {
  left: number;
}

export function fault(reading: FloatReading, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place: reading.operator.place, cause, wayOut });
}

export function tensorOf(reading: FloatReading, index: number | undefined): FileTensor {
  return readTensor(reading.model, index ?? -1, reading.operator.place);
}

/** Shapes of activations and of operands must be known. */
export function shapeOfTensor(reading: FloatReading, index: number | undefined): readonly number[] {
  return tensorOf(reading, index).shape;
}

/** Scales of int8 weights run along one dimension of the tensor, or there is one. */
function scaleAt(tensor: FileTensor, reading: FloatReading): (element: number) => number {
  const { scales, zeroPoints, shape, quantizedDimension: axis } = tensor;
  const fine = scales.length === 1 || (scales.length > 0 && scales.length === shape[axis]);
  if (!fine || zeroPoints.some((zero) => zero !== 0)) {
    const cause = `tensor ${tensor.index} has ${scales.length} scales along axis ${axis} of shape [${shape.join(', ')}]`;
    throw fault(reading, 'TFLITE_QUANTIZATION', cause, 'one scale or one per channel, with zero points 0, is needed');
  }
  if (scales.length === 1) return () => scales[0]!;
  const inner = tensorElements(shape.slice(axis + 1));
  return (element) => scales[Math.floor(element / inner) % scales.length]!;
}

/** The values of a constant, or null for an activation. int8 values become scale times integer. */
export function constantOf(reading: FloatReading, index: number | undefined): Float32Array | null {
  const known = reading.decoded.get(index ?? -1);
  if (known) return known;
  const tensor = tensorOf(reading, index);
  if (tensor.data.length === 0) return null;
  const bytes = elementBytes[tensor.type];
  const count = tensorElements(tensor.shape);
  if (bytes === undefined) {
    const cause = `constant tensor ${tensor.index} has type ${tensorTypeName(tensor.type)}`;
    throw fault(reading, 'TFLITE_TYPE', cause, 'FLOAT32, FLOAT16, INT32 and INT8 with scales are read');
  }
  if (tensor.data.length !== count * bytes || !tensor.shape.every((size) => size > 0)) {
    const cause = `tensor ${tensor.index} has ${tensor.data.length} bytes for shape [${tensor.shape.join(', ')}]`;
    throw fault(reading, 'TFLITE_BUFFER', cause, `${count * bytes} are needed; export the model again`);
  }
  reading.budget.left -= count;
  if (reading.budget.left < 0) {
    const cause = `the constants up to tensor ${tensor.index} have more values than the file has bytes`;
    throw fault(reading, 'TFLITE_BUFFER', cause, 'the file is damaged; export the model again');
  }
  const { view } = tensor.data.file;
  const { start } = tensor.data;
  const scale = tensor.type === int8Type ? scaleAt(tensor, reading) : null;
  const read = (i: number): number => {
    const at = start + i * bytes;
    if (scale) return view.getInt8(at) * scale(i);
    if (tensor.type === float16Type) return halfToFloat(view.getUint16(at, true));
    return tensor.type === int32Type ? view.getInt32(at, true) : view.getFloat32(at, true);
  };
  const values = Float32Array.from({ length: count }, (_, i) => read(i));
  reading.decoded.set(tensor.index, values);
  return values;
}

/** A constant that must be one: weights, axes, sizes. */
export function needConstant(reading: FloatReading, index: number | undefined, role: string): Float32Array {
  const values = constantOf(reading, index);
  if (values) return values;
  throw fault(reading, 'TFLITE_BUFFER', `its ${role} are computed`, `constant ${role} are needed; fold constants`);
}

/** The draft's tensor for an input of the operator. */
export function operand(reading: FloatReading, index: number | undefined): number {
  const known = reading.ids.get(index ?? -1);
  if (known !== undefined) return known;
  const tensor = tensorOf(reading, index);
  const values = constantOf(reading, index);
  if (!values) {
    const cause = `it reads tensor ${tensor.index} before anything has written it`;
    throw fault(reading, 'GRAPH_ORDER', cause, 'operators must stand in execution order');
  }
  const id = addConstant(reading.draft, tensor.shape, values, tensor.name);
  reading.ids.set(tensor.index, id);
  return id;
}

/** An input of the network. */
export function networkInput(model: ModelFile, draft: Draft, ids: Map<number, number>, index: number): void {
  const place = `${draft.name}: input of the model`;
  const tensor = readTensor(model, index, place);
  if (tensor.type !== float32Type) throw notFloat(tensor, place);
  ids.set(index, addInput(draft, tensor.shape, tensor.name));
}

function notFloat(tensor: FileTensor, place: string): Fault {
  return new Fault({
    code: 'TFLITE_TYPE',
    place: `${place}, tensor ${tensor.index}`,
    cause: `type ${tensorTypeName(tensor.type)}`,
    wayOut: 'FLOAT32 activations are read here; importTflite reads int8 networks',
  });
}

/** Appends a layer that writes the operator's output `which`, in the shape that the file states. */
export function write(
  reading: FloatReading,
  core: FloatCore | Affine,
  inputs: readonly number[],
  which = 0,
  shape?: readonly number[],
): number {
  const index = reading.operator.outputs[which];
  const tensor = tensorOf(reading, index);
  if (tensor.type !== float32Type) throw notFloat(tensor, reading.operator.place);
  if (reading.ids.has(tensor.index)) {
    const cause = `it writes tensor ${tensor.index} a second time`;
    throw fault(reading, 'GRAPH_ORDER', cause, 'every tensor is written once');
  }
  return append(reading.draft, core, inputs, reading.operator.place, shape ?? tensor.shape);
}
