/** Tensors as ONNX means them: any shape, row-major, in the axis order of the file. */

import { Fault } from '../../../specs/fault.ts';
import { rintHalfEven } from '../../onnx-arithmetic.ts';

export type OnnxType =
  | 'float'
  | 'double'
  | 'float16'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'bool'
  | 'int4'
  | 'uint4';

export type OnnxData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** float16 values are held as float32, int64 as double (exact below 2^53), 4-bit values one per byte. */
export interface OnnxTensor {
  readonly type: OnnxType;
  readonly shape: readonly number[];
  readonly data: OnnxData;
}

interface TypeFacts {
  /** TensorProto.DataType. */
  readonly code: number;
  /** Bytes of an element in raw_data; 0.5 for 4-bit types. */
  readonly bytes: number;
  readonly make: (length: number) => OnnxData;
  /** Integer types: the values they hold. */
  readonly range?: readonly [number, number];
}

const facts: Readonly<Record<OnnxType, TypeFacts>> = {
  float: { code: 1, bytes: 4, make: (length) => new Float32Array(length) },
  uint8: { code: 2, bytes: 1, make: (length) => new Uint8Array(length), range: [0, 255] },
  int8: { code: 3, bytes: 1, make: (length) => new Int8Array(length), range: [-128, 127] },
  uint16: { code: 4, bytes: 2, make: (length) => new Uint16Array(length), range: [0, 65535] },
  int16: { code: 5, bytes: 2, make: (length) => new Int16Array(length), range: [-32768, 32767] },
  int32: { code: 6, bytes: 4, make: (length) => new Int32Array(length), range: [-2147483648, 2147483647] },
  int64: { code: 7, bytes: 8, make: (length) => new Float64Array(length), range: [-(2 ** 63), 2 ** 63] },
  bool: { code: 9, bytes: 1, make: (length) => new Uint8Array(length) },
  float16: { code: 10, bytes: 2, make: (length) => new Float32Array(length) },
  double: { code: 11, bytes: 8, make: (length) => new Float64Array(length) },
  uint32: { code: 12, bytes: 4, make: (length) => new Uint32Array(length), range: [0, 4294967295] },
  uint4: { code: 21, bytes: 0.5, make: (length) => new Uint8Array(length), range: [0, 15] },
  int4: { code: 22, bytes: 0.5, make: (length) => new Int8Array(length), range: [-8, 7] },
};

const byCode = new Map(Object.entries(facts).map(([type, { code }]) => [code, type as OnnxType]));

export function typeOfCode(code: number): OnnxType | null {
  return byCode.get(code) ?? null;
}

export const typeNames: readonly string[] = Object.keys(facts);

export function elementBytes(type: OnnxType): number {
  return facts[type].bytes;
}

/** Lowest and highest value of an integer type; null for float, double, float16 and bool. */
export function rangeOfType(type: OnnxType): readonly [number, number] | null {
  return facts[type].range ?? null;
}

export function isFloat(type: OnnxType): boolean {
  return type === 'float' || type === 'double' || type === 'float16';
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Largest tensor that is computed: a file of a few bytes may claim any shape. */
const computedLimit = 2 ** 23;

/** Faults: `ONNX_SHAPE` above `limit` elements. */
export function newTensor(
  type: OnnxType,
  shape: readonly number[],
  place: string,
  limit: number = computedLimit,
): OnnxTensor {
  const elements = elementsOf(shape);
  if (elements > limit || !shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new Fault({
      code: 'ONNX_SHAPE',
      place,
      cause: `a tensor of shape [${shape.join(', ')}]`,
      wayOut: `whole dimensions and at most ${limit} elements are supported`,
    });
  }
  return { type, shape, data: facts[type].make(elements) };
}

/** Numbers of float16 are stored as the float32 nearest among the halves, halves of a step to even. */
export function roundToHalf(value: number): number {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size === 0) return value;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const step = 2 ** (exponent - 10);
  const rounded = rintHalfEven(size / step) * step;
  const kept = rounded >= 65520 ? Number.POSITIVE_INFINITY : rounded;
  return value < 0 ? -kept : kept;
}

export function saturate(value: number, [low, high]: readonly [number, number]): number {
  return value < low ? low : value > high ? high : value;
}
