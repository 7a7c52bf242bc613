import { Fault } from '../specs/fault.ts';
import { asInt8 } from './files.ts';

export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Int8Array;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export function isNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

/**
 * An int8 array in C order from NumPy's .npy format (versions 1 to 3):
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function readNpy(bytes: Uint8Array, place: string): NpyArray {
  const fault = (cause: string, wayOut = 'save it with numpy.save(file, array.astype(numpy.int8))') =>
    new Fault({ code: 'NPY_INVALID', place, cause, wayOut });
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
  if (!/^[|<>=]?i1$/.test(descr)) throw fault(`holds elements of type '${descr}' where int8 ('|i1') is needed`);
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
  const size = shape.reduce((product, side) => product * side, 1);
  if (bytes.length - end !== size) {
    throw fault(`says shape (${shape.join(', ')}), which is ${size} bytes, but holds ${bytes.length - end}`);
  }
  return { shape, data: asInt8(bytes.subarray(end)) };
}
