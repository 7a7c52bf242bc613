import type { TensorData, TensorType } from '../models/graph.ts';
import { Fault } from '../specs/fault.ts';
import { asInt8 } from './files.ts';

export type ElementType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

/** Numbers of one type. Whole numbers beyond 2^53 are rounded. */
export interface TypedNumbers {
  readonly type: ElementType;
  readonly values: Int8Array | Uint8Array | Float32Array | Float64Array;
}

export interface NpyArray extends TypedNumbers {
  readonly shape: readonly number[];
}

const widths: Readonly<Record<ElementType, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

export const elementTypes = Object.keys(widths) as readonly ElementType[];

/** NumPy's short names. */
const descriptions: Readonly<Record<string, ElementType>> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f4: 'float32',
  f8: 'float64',
};

const readers: Readonly<Record<ElementType, (view: DataView, at: number) => number>> = {
  bool: (view, at) => view.getUint8(at),
  int8: (view, at) => view.getInt8(at),
  uint8: (view, at) => view.getUint8(at),
  int16: (view, at) => view.getInt16(at, true),
  uint16: (view, at) => view.getUint16(at, true),
  int32: (view, at) => view.getInt32(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  int64: (view, at) => Number(view.getBigInt64(at, true)),
  uint64: (view, at) => Number(view.getBigUint64(at, true)),
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
};

export const elementBytes = (type: ElementType): number => widths[type];

/** Little-endian numbers; a rest that is shorter than an element is left out. */
export function readNumbers(bytes: Uint8Array, type: ElementType): TypedNumbers {
  if (type === 'int8') return { type, values: asInt8(bytes) };
  if (type === 'uint8' || type === 'bool') return { type, values: bytes };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.length / widths[type]);
  const values = type === 'float32' ? new Float32Array(count) : new Float64Array(count);
  for (let index = 0; index < count; index += 1) values[index] = readers[type](view, index * widths[type]);
  return { type, values };
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export function isNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

interface NpyHeader {
  readonly descr: string;
  readonly shape: readonly number[];
  /** Everything behind the header. */
  readonly content: Uint8Array;
}

function npyFault(place: string, advice: string): (cause: string, wayOut?: string) => Fault {
  return (cause, wayOut = advice) => new Fault({ code: 'NPY_INVALID', place, cause, wayOut });
}

/** https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1 to 3; C order only. */
function readHeader(bytes: Uint8Array, fault: ReturnType<typeof npyFault>): NpyHeader {
  if (!isNpy(bytes)) throw fault('is not a .npy file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3) throw fault(`has .npy version ${major}, known are 1 to 3`);
  const wide = major > 1;
  const start = wide ? 12 : 10;
  if (bytes.length < start) throw fault('ends inside its header');
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (bytes.length < end) throw fault('ends inside its header');
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, end));

  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  if (descr === undefined) throw fault('has a header without a simple descr');
  const dimensions = /'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  if (dimensions === undefined) throw fault('has a header without a shape');
  const shape = dimensions
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
  if (shape.some(Number.isNaN)) throw fault(`has the unreadable shape (${dimensions})`);
  if (/'fortran_order'\s*:\s*True/.test(header) && shape.length > 1) {
    throw fault('is in Fortran order', 'save it in C order with numpy.ascontiguousarray');
  }
  return { descr, shape, content: bytes.subarray(end) };
}

function checkLength({ shape, content }: NpyHeader, width: number, fault: ReturnType<typeof npyFault>): void {
  const size = shape.reduce((product, side) => product * side, width);
  if (content.length === size) return;
  throw fault(`says shape (${shape.join(', ')}), which is ${size} bytes, but holds ${content.length}`);
}

/** Little-endian elements of an activation. Errors: `SAMPLES_SIZE` where the last one is not whole. */
export function readElements(bytes: Uint8Array, place: string, type: TensorType): TensorData {
  if (type === 'int8') return asInt8(bytes);
  if (bytes.length % 2 === 1) {
    throw new Fault({
      code: 'SAMPLES_SIZE',
      place,
      cause: `holds ${bytes.length} bytes, which is no whole number of int16`,
      wayOut: 'give two bytes per element, the low one first',
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.length / 2 }, (_, at) => view.getInt16(2 * at, true));
}

/** An array of the type in C order. Errors: `NPY_INVALID`. */
export function readNpy(
  bytes: Uint8Array,
  place: string,
  type: TensorType = 'int8',
): { readonly shape: readonly number[]; readonly data: TensorData } {
  const fault = npyFault(place, `save it with numpy.save(file, array.astype(numpy.${type}))`);
  const form = type === 'int8' ? '|i1' : '<i2';
  const header = readHeader(bytes, fault);
  const { descr, shape, content } = header;
  const known = type === 'int8' ? /^[|<>=]?i1$/ : /^[<=]i2$/;
  if (!known.test(descr)) throw fault(`holds elements of type '${descr}' where ${type} ('${form}') is needed`);
  checkLength(header, widths[type], fault);
  return { shape, data: readElements(content, place, type) };
}

/** An array of numbers of any type, little-endian, in C order. Errors: `NPY_INVALID`. */
export function readNpyNumbers(bytes: Uint8Array, place: string): NpyArray {
  const fault = npyFault(place, 'save it with numpy.save, as integers or floats');
  const header = readHeader(bytes, fault);
  const { descr, shape, content } = header;
  const type = descriptions[descr.slice(1)];
  if (type === undefined || !'|<='.includes(descr[0]!)) {
    const known = 'little-endian integers and floats are read';
    throw fault(`holds elements of type '${descr}', and ${known}`, 'save it with .astype(numpy.float32)');
  }
  checkLength(header, widths[type], fault);
  return { shape, ...readNumbers(content, type) };
}
