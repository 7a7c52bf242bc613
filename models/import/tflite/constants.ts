/** Small constant tensors that steer an operator: axes, sizes, paddings. */
import { int32At, int64At } from '../flatbuffer.ts';
import { tensorTypeName } from '../operators.ts';
import { fault, type Reading } from '../reading.ts';
import { type FileTensor, readTensor } from '../tensor-file.ts';

const int32Type = 2;
const int64Type = 4;
/** No operator is steered by more numbers than a pair per dimension. */
const limit = 16;

/** The constant whole numbers at input `position`, whatever their shape. */
export function readNumbers(reading: Reading, position: number, what: string): number[] {
  const { model, operator } = reading;
  const tensor = readTensor(model, operator.inputs[position] ?? -1, operator.place);
  const bytes = tensor.type === int32Type ? 4 : tensor.type === int64Type ? 8 : 0;
  if (bytes === 0) {
    const cause = `${what} (tensor ${tensor.index}) of type ${tensorTypeName(tensor.type)}`;
    throw fault(reading, 'TFLITE_TYPE', cause, 'INT32 or INT64 is needed');
  }
  const count = tensor.shape.reduce((product, size) => product * size, 1);
  if (tensor.data.length !== count * bytes || count < 1 || count > limit) {
    const cause = `${what} (tensor ${tensor.index}) of shape [${tensor.shape.join(', ')}] with ${tensor.data.length} bytes`;
    throw fault(reading, 'TFLITE_BUFFER', cause, `1 to ${limit} constant numbers are needed`);
  }
  return Array.from({ length: count }, (_, at) => (bytes === 4 ? int32At(tensor.data, at) : int64At(tensor.data, at)));
}

/** One number per dimension of the input. */
export function readPerDimension(reading: Reading, position: number, what: string): number[] {
  const numbers = readNumbers(reading, position, what);
  const rank = reading.input.shape.length;
  if (numbers.length === rank) return numbers;
  const cause = `${what} [${numbers.join(', ')}] for ${rank} dimensions`;
  throw fault(reading, 'TFLITE_SHAPE', cause, 'one number per dimension is needed');
}

/** An axis of the input; negative ones count from the end. */
export function resolveAxis(reading: Reading, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (at >= 0 && at < rank) return at;
  throw fault(reading, 'TFLITE_SHAPE', `axis ${axis} of ${rank} dimensions`, `${-rank} to ${rank - 1} are possible`);
}

/** The one quantised constant at input `position`: its value, given in the quantisation of the output. */
export function readPadValue(reading: Reading, position: number): number {
  const { model, operator, output } = reading;
  const tensor: FileTensor = readTensor(model, operator.inputs[position] ?? -1, operator.place);
  const type = output.type === 'int16' ? 'INT16' : 'INT8';
  const bytes = output.type === 'int16' ? 2 : 1;
  if (tensorTypeName(tensor.type) !== type || tensor.data.length !== bytes) {
    const cause = `a padding value (tensor ${tensor.index}) of type ${tensorTypeName(tensor.type)} with ${tensor.data.length} bytes`;
    throw fault(reading, 'TFLITE_TYPE', cause, `one constant ${type} is needed`);
  }
  // TensorFlow Lite compares only int8: int16 is symmetric.
  const strange = tensor.scales[0] !== output.scale || (tensor.zeroPoints[0] ?? 0) !== output.zeroPoint;
  if (bytes === 1 && strange) {
    const cause = `a padding value with scale ${tensor.scales[0]} and zero point ${tensor.zeroPoints[0]}`;
    const wayOut = `those of the output (${output.scale} and ${output.zeroPoint}) are needed; quantise the model again`;
    throw fault(reading, 'TFLITE_QUANTIZATION', cause, wayOut);
  }
  const { view } = model.file;
  return bytes === 1 ? view.getInt8(tensor.data.start) : view.getInt16(tensor.data.start, true);
}
