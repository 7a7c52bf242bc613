/** TensorProto (onnx.proto): dimensions and one of raw_data, float_data, int32_data, int64_data, double_data or uint64_data. */
import { Fault } from '../../../specs/fault.ts';
import {
  elementBytes,
  elementsOf,
  newTensor,
  type OnnxData,
  type OnnxTensor,
  type OnnxType,
  rangeOfType,
  typeNames,
  typeOfCode,
} from './types.ts';
import { bytesOf, eachField, integerOf, type Message, messageOf, pushIntegers, pushReals, textOf } from './wire.ts';

export interface NamedTensor {
  readonly name: string;
  readonly tensor: OnnxTensor;
}

const rankLimit = 8;

function fault(place: string, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place, cause, wayOut });
}

/** A half-precision number by its bits (IEEE 754 binary16). */
export function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function nibble(type: OnnxType, byte: number, high: boolean): number {
  const value = high ? byte >> 4 : byte & 15;
  return type === 'int4' && value > 7 ? value - 16 : value;
}

function fromRaw(type: OnnxType, raw: Uint8Array, data: OnnxData): void {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const read: Readonly<Record<OnnxType, (index: number) => number>> = {
    float: (i) => view.getFloat32(4 * i, true),
    double: (i) => view.getFloat64(8 * i, true),
    float16: (i) => halfValue(view.getUint16(2 * i, true)),
    int8: (i) => view.getInt8(i),
    uint8: (i) => view.getUint8(i),
    bool: (i) => (view.getUint8(i) === 0 ? 0 : 1),
    int16: (i) => view.getInt16(2 * i, true),
    uint16: (i) => view.getUint16(2 * i, true),
    int32: (i) => view.getInt32(4 * i, true),
    uint32: (i) => view.getUint32(4 * i, true),
    int64: (i) => view.getInt32(8 * i + 4, true) * 4294967296 + view.getUint32(8 * i, true),
    int4: (i) => nibble('int4', raw[i >> 1]!, i % 2 === 1),
    uint4: (i) => nibble('uint4', raw[i >> 1]!, i % 2 === 1),
  };
  const at = read[type];
  for (let i = 0; i < data.length; i += 1) data[i] = at(i);
}

/** Values of the typed fields; the small types travel as int32, halves as their bits, 4-bit values two per byte. */
function fromNumbers(type: OnnxType, numbers: readonly number[], data: OnnxData): void {
  for (let i = 0; i < data.length; i += 1) {
    if (type === 'int4' || type === 'uint4') data[i] = nibble(type, numbers[i >> 1]! & 255, i % 2 === 1);
    else if (type === 'float16') data[i] = halfValue(numbers[i]! & 0xffff);
    else data[i] = numbers[i]!;
  }
}

interface Parts {
  name: string;
  readonly dims: number[];
  type: number;
  raw: Uint8Array | null;
  readonly numbers: number[];
  external: boolean;
  strings: boolean;
}

function readParts(message: Message): Parts {
  const parts: Parts = { name: '', dims: [], type: 0, raw: null, numbers: [], external: false, strings: false };
  eachField(message, (field) => {
    switch (field.number) {
      case 1:
        pushIntegers(message, field, parts.dims);
        break;
      case 2:
        parts.type = integerOf(message, field);
        break;
      case 4:
        pushReals(message, field, 4, parts.numbers);
        break;
      case 5:
      case 7:
      case 11:
        pushIntegers(message, field, parts.numbers);
        break;
      case 6:
        parts.strings = true;
        break;
      case 8:
        parts.name = textOf(message, field);
        break;
      case 9:
        parts.raw = bytesOf(message, field);
        break;
      case 10:
        pushReals(message, field, 8, parts.numbers);
        break;
      case 13:
        parts.external = true;
        break;
      case 14:
        parts.external ||= integerOf(message, field) === 1;
        break;
    }
  });
  return parts;
}

/**
 * Reads one TensorProto, as in an initialiser, an attribute or a `.pb` file of test data. Faults: `ONNX_EXTERNAL_DATA` when the
 * values lie in another file, `ONNX_TYPE` for a type that is not read, `ONNX_TENSOR` when shape and values disagree.
 */
export function readTensorProto(message: Message): NamedTensor {
  const parts = readParts(message);
  const place = parts.name === '' ? message.place : `${message.place} "${parts.name}"`;
  if (parts.external) {
    const wayOut = 'save the model with its weights inside (onnx.save without external data)';
    throw fault(place, 'ONNX_EXTERNAL_DATA', 'its values lie in another file', wayOut);
  }
  const type = typeOfCode(parts.type);
  if (type === null || parts.strings) {
    throw fault(place, 'ONNX_TYPE', `tensor data type ${parts.type}`, `supported are ${typeNames.join(', ')}`);
  }
  const { dims, raw, numbers } = parts;
  if (dims.length > rankLimit || !dims.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    const cause = `shape [${dims.slice(0, rankLimit + 1).join(', ')}]`;
    throw fault(place, 'ONNX_SHAPE', cause, `at most ${rankLimit} dimensions of 0 or more are supported`);
  }
  const elements = elementsOf(dims);
  const found = raw === null ? numbers.length : raw.length;
  const packed = type === 'int4' || type === 'uint4' ? Math.ceil(elements / 2) : elements;
  const needed = raw === null ? packed : Math.ceil(elements * elementBytes(type));
  if (found !== needed) {
    const cause = `${found} ${raw === null ? 'values' : 'bytes'} for shape [${dims.join(', ')}] of ${type}`;
    throw fault(place, 'ONNX_TENSOR', cause, `${needed} are needed; the file is damaged, export it again`);
  }
  // As many elements as the file has values: nothing is claimed that is not there.
  const tensor = newTensor(type, dims, place, needed * 2);
  if (raw !== null) fromRaw(type, raw, tensor.data);
  else fromNumbers(type, numbers, tensor.data);
  const range = rangeOfType(type);
  if (raw === null && range !== null && type !== 'int4' && type !== 'uint4') {
    const outside = numbers.find((value) => value < range[0] || value > range[1]);
    if (outside !== undefined) throw fault(place, 'ONNX_TENSOR', `value ${outside} in ${type} data`, 'export it again');
  }
  return { name: parts.name, tensor };
}

/** The tensor of a `.pb` file, as ONNX's test data has them. */
export function readTensorFile(bytes: Uint8Array, name: string): OnnxTensor {
  return readTensorProto({ bytes, start: 0, end: bytes.length, place: name }).tensor;
}

/** A TensorProto inside another message. */
export function readTensorField(message: Message, field: Parameters<typeof messageOf>[1], place: string): NamedTensor {
  return readTensorProto(messageOf(message, field, place));
}
