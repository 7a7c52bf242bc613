/** Tensors of a .tflite file, read one at a time when an operator names them. */
import { Fault } from '../../specs/fault.ts';
import {
  float32At,
  int32At,
  int64At,
  readInt8,
  readInt32,
  readTable,
  readText,
  readUint32,
  readVector,
  type Table,
  tableAtIndex,
  type Vector,
} from './flatbuffer.ts';
import { type ModelFile, nameLimit } from './model-file.ts';

/** One tensor as the file states it; shape and scales are not yet judged. */
export interface FileTensor {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly shape: readonly number[];
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  readonly quantizedDimension: number;
  /** Constant content; empty for activations. */
  readonly data: Vector;
}

const rankLimit = 8;

/** Scale and zero point lists must be as long as each other and no longer than some axis of the tensor. */
function readQuantization(
  tensor: Table,
  shape: readonly number[],
  place: string,
): Pick<FileTensor, 'scales' | 'zeroPoints' | 'quantizedDimension'> {
  const table = readTable(tensor, 4, `quantization of ${tensor.what}`);
  if (table === null) return { scales: [], zeroPoints: [], quantizedDimension: 0 };
  const scales = readVector(table, 2, 4, `scales of ${tensor.what}`);
  const zeroPoints = readVector(table, 3, 8, `zero points of ${tensor.what}`);
  const longest = Math.max(1, ...shape);
  if (scales.length !== zeroPoints.length || scales.length > longest) {
    throw new Fault({
      code: 'TFLITE_QUANTIZATION',
      place: `${place}, ${tensor.what}`,
      cause: `${scales.length} scales and ${zeroPoints.length} zero points for shape [${shape.join(', ')}]`,
      wayOut: 'one scale and zero point per tensor or per channel are needed; quantise the model again',
    });
  }
  return {
    scales: Array.from({ length: scales.length }, (_, i) => float32At(scales, i)),
    zeroPoints: Array.from({ length: zeroPoints.length }, (_, i) => int64At(zeroPoints, i)),
    quantizedDimension: readInt32(table, 6, 0),
  };
}

function readBuffer(model: ModelFile, index: number, place: string): Vector {
  if (index >= model.buffers.length) {
    throw new Fault({
      code: 'TFLITE_BUFFER',
      place,
      cause: `it names buffer ${index} of ${model.buffers.length}`,
      wayOut: 'the file is damaged; export it again',
    });
  }
  const buffer = tableAtIndex(model.buffers, index, `buffer ${index}`);
  if (readUint32(buffer, 1, 0) > 1) {
    throw new Fault({
      code: 'TFLITE_BUFFER',
      place,
      cause: `buffer ${index} lies outside the flatbuffer`,
      wayOut: 'models above 2 GB are not supported; export with the data inside',
    });
  }
  return readVector(buffer, 0, 1, `buffer ${index}`);
}

export function readTensor(model: ModelFile, index: number, place: string): FileTensor {
  if (index < 0 || index >= model.tensors.length) {
    throw new Fault({
      code: 'TFLITE_TENSOR',
      place,
      cause: `it names tensor ${index} of ${model.tensors.length}`,
      wayOut: 'the file is damaged; export it again',
    });
  }
  const table = tableAtIndex(model.tensors, index, `tensor ${index}`);
  const dimensions = readVector(table, 0, 4, `shape of tensor ${index}`);
  if (dimensions.length > rankLimit) {
    throw new Fault({
      code: 'TFLITE_SHAPE',
      place: `${place}, tensor ${index}`,
      cause: `its shape has ${dimensions.length} dimensions`,
      wayOut: `at most ${rankLimit} are supported`,
    });
  }
  const shape = Array.from({ length: dimensions.length }, (_, i) => int32At(dimensions, i));
  return {
    index,
    name: readText(table, 3, nameLimit, `name of tensor ${index}`),
    type: readInt8(table, 1, 0),
    shape,
    ...readQuantization(table, shape, place),
    data: readBuffer(model, readUint32(table, 2, 0), `${place}, tensor ${index}`),
  };
}
