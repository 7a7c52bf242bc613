/**
 * Bounds-checked reading of FlatBuffers: every offset and every length is compared with the file before it is used,
 * and nothing is allocated here, so a false claim costs a fault and no memory. Format: flatbuffers.dev/internals.
 */
import { Fault } from '../../specs/fault.ts';

export interface FlatFile {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  /** File name, for faults. */
  readonly name: string;
}

/** A table at a byte position, with its checked vtable. */
export interface Table {
  readonly file: FlatFile;
  readonly position: number;
  readonly vtable: number;
  readonly vtableBytes: number;
  readonly tableBytes: number;
  /** What it is, for faults: `tensor 7`. */
  readonly what: string;
}

/** `length` elements from byte `start`, all inside the file. */
export interface Vector {
  readonly file: FlatFile;
  readonly start: number;
  readonly length: number;
  readonly what: string;
}

function broken(file: FlatFile, what: string, cause: string): Fault {
  return new Fault({
    code: 'TFLITE_BROKEN',
    place: `${file.name}: ${what}`,
    cause,
    wayOut: `the file is damaged or truncated (it has ${file.bytes.length} bytes); export or download it again`,
  });
}

export function flatFile(bytes: Uint8Array, name: string): FlatFile {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes, name };
}

function need(file: FlatFile, what: string, position: number, size: number): void {
  if (position < 0 || position + size > file.bytes.length) {
    throw broken(file, what, `bytes ${position} to ${position + size - 1} are outside the file`);
  }
}

function followOffset(file: FlatFile, what: string, position: number): number {
  need(file, what, position, 4);
  const target = position + file.view.getUint32(position, true);
  need(file, what, target, 4);
  return target;
}

function tableAt(file: FlatFile, what: string, position: number): Table {
  need(file, what, position, 4);
  const vtable = position - file.view.getInt32(position, true);
  need(file, what, vtable, 4);
  const vtableBytes = file.view.getUint16(vtable, true);
  const tableBytes = file.view.getUint16(vtable + 2, true);
  need(file, what, vtable, vtableBytes);
  need(file, what, position, tableBytes);
  if (vtableBytes < 4 || vtableBytes % 2 !== 0) throw broken(file, what, `its vtable claims ${vtableBytes} bytes`);
  return { file, position, vtable, vtableBytes, tableBytes, what };
}

export function rootTable(file: FlatFile, what: string): Table {
  return tableAt(file, what, followOffset(file, what, 0));
}

/** Byte position of a field, or null when the table leaves it at its default. */
function fieldPosition(table: Table, slot: number, size: number): number | null {
  const entry = 4 + 2 * slot;
  if (entry + 2 > table.vtableBytes) return null;
  const offset = table.file.view.getUint16(table.vtable + entry, true);
  if (offset === 0) return null;
  if (offset + size > table.tableBytes) {
    throw broken(
      table.file,
      table.what,
      `field ${slot} lies at byte ${offset} of a table of ${table.tableBytes} bytes`,
    );
  }
  return table.position + offset;
}

export function readInt8(table: Table, slot: number, missing: number): number {
  const at = fieldPosition(table, slot, 1);
  return at === null ? missing : table.file.view.getInt8(at);
}

export function readInt32(table: Table, slot: number, missing: number): number {
  const at = fieldPosition(table, slot, 4);
  return at === null ? missing : table.file.view.getInt32(at, true);
}

export function readUint32(table: Table, slot: number, missing: number): number {
  const at = fieldPosition(table, slot, 4);
  return at === null ? missing : table.file.view.getUint32(at, true);
}

export function readFloat32(table: Table, slot: number, missing: number): number {
  const at = fieldPosition(table, slot, 4);
  return at === null ? missing : table.file.view.getFloat32(at, true);
}

export function readTable(table: Table, slot: number, what: string): Table | null {
  const at = fieldPosition(table, slot, 4);
  return at === null ? null : tableAt(table.file, what, followOffset(table.file, what, at));
}

/** A vector of fixed-size elements; a missing field reads as an empty vector. */
export function readVector(table: Table, slot: number, elementBytes: number, what: string): Vector {
  const at = fieldPosition(table, slot, 4);
  if (at === null) return { file: table.file, start: 0, length: 0, what };
  const target = followOffset(table.file, what, at);
  const length = table.file.view.getUint32(target, true);
  if (target + 4 + length * elementBytes > table.file.bytes.length) {
    throw broken(table.file, what, `it claims ${length} elements of ${elementBytes} bytes, more than the file holds`);
  }
  return { file: table.file, start: target + 4, length, what };
}

export function int32At(vector: Vector, index: number): number {
  return vector.file.view.getInt32(vector.start + 4 * index, true);
}

export function float32At(vector: Vector, index: number): number {
  return vector.file.view.getFloat32(vector.start + 4 * index, true);
}

/** A 64-bit integer as a double: exact up to 2^53, and never falsely small beyond. */
export function int64At(vector: Vector, index: number): number {
  const at = vector.start + 8 * index;
  return vector.file.view.getInt32(at + 4, true) * 4294967296 + vector.file.view.getUint32(at, true);
}

export function tableAtIndex(vector: Vector, index: number, what: string): Table {
  return tableAt(vector.file, what, followOffset(vector.file, what, vector.start + 4 * index));
}

/** Text of a string field, cut after `limit` bytes; the empty string when missing. */
export function readText(table: Table, slot: number, limit: number, what: string): string {
  const vector = readVector(table, slot, 1, what);
  const end = vector.start + Math.min(vector.length, limit);
  return new TextDecoder().decode(table.file.bytes.subarray(vector.start, end));
}
