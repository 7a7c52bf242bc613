/**
 * Bounds-checked reading of protobuf's wire format: a message is a span of the file, its fields are spans of the message,
 * nothing is copied, and every length is compared with what is left before it is used. Format: protobuf.dev/programming-guides/encoding.
 */
import { Fault } from '../../../specs/fault.ts';

export interface Message {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** What it is, for faults: `model.onnx: node 7`. */
  readonly place: string;
}

/** `start` to `end` is the content of a length-delimited field, and the encoded number of every other. */
export interface Field {
  readonly number: number;
  readonly wire: 'varint' | 'fixed64' | 'bytes' | 'fixed32';
  readonly start: number;
  readonly end: number;
}

const wireNames = ['varint', 'fixed64', 'bytes', null, null, 'fixed32'] as const;

function broken(place: string, cause: string): Fault {
  return new Fault({ code: 'ONNX_BROKEN', place, cause, wayOut: 'the file is damaged; export or download it again' });
}

/** Position after the varint at `at`; at most ten bytes. */
function varintEnd(message: Message, at: number): number {
  const limit = Math.min(message.end, at + 10);
  for (let to = at; to < limit; to += 1) {
    if (message.bytes[to]! < 128) return to + 1;
  }
  throw broken(message.place, `the number at byte ${at} does not end`);
}

/** The varint between two positions as a signed 64-bit number; beyond 2^53 it is rounded to a double. */
function varintValue(bytes: Uint8Array, start: number, end: number): number {
  let low = 0;
  let high = 0;
  for (let at = start, place = 0; at < end; at += 1, place += 7) {
    const seven = bytes[at]! & 127;
    if (place < 28) low |= seven << place;
    else if (place === 28) {
      low |= (seven & 15) << 28;
      high = seven >> 4;
    } else high |= seven << (place - 32);
  }
  return high * 4294967296 + (low >>> 0);
}

/** Calls `visit` for every field, in the order of the file; unknown fields are the visitor's to ignore. */
export function eachField(message: Message, visit: (field: Field) => void): void {
  const { bytes, end, place } = message;
  for (let at = message.start; at < end; ) {
    const keyEnd = varintEnd(message, at);
    const key = varintValue(bytes, at, keyEnd);
    const wire = wireNames[key % 8] ?? null;
    const number = Math.floor(key / 8);
    if (wire === null || number < 1) throw broken(place, `byte ${at} starts no field (key ${key})`);
    let start = keyEnd;
    let next: number;
    if (wire === 'varint') next = varintEnd(message, start);
    else if (wire === 'fixed64') next = start + 8;
    else if (wire === 'fixed32') next = start + 4;
    else {
      const lengthEnd = varintEnd(message, start);
      const length = varintValue(bytes, start, lengthEnd);
      if (length < 0 || length > end - lengthEnd) {
        throw broken(place, `field ${number} at byte ${at} claims ${length} bytes, ${end - lengthEnd} are left`);
      }
      start = lengthEnd;
      next = lengthEnd + length;
    }
    if (next > end) throw broken(place, `field ${number} at byte ${at} ends after its message`);
    visit({ number, wire, start, end: next });
    at = next;
  }
}

function refuseWire(message: Message, field: Field, expected: Field['wire']): void {
  if (field.wire === expected) return;
  throw broken(message.place, `field ${field.number} is encoded as ${field.wire}, ${expected} is expected`);
}

/** The content of a length-delimited field as a message. */
export function messageOf(message: Message, field: Field, place: string): Message {
  refuseWire(message, field, 'bytes');
  return { bytes: message.bytes, start: field.start, end: field.end, place };
}

const utf8 = new TextDecoder();

export function textOf(message: Message, field: Field, limit = 65536): string {
  refuseWire(message, field, 'bytes');
  const length = field.end - field.start;
  if (length > limit) throw broken(message.place, `a text of ${length} bytes in field ${field.number}`);
  return utf8.decode(message.bytes.subarray(field.start, field.end));
}

/** A view of the file, not a copy. */
export function bytesOf(message: Message, field: Field): Uint8Array {
  refuseWire(message, field, 'bytes');
  return message.bytes.subarray(field.start, field.end);
}

/** A signed integer of up to 64 bits. */
export function integerOf(message: Message, field: Field): number {
  refuseWire(message, field, 'varint');
  return varintValue(message.bytes, field.start, field.end);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function floatOf(message: Message, field: Field): number {
  refuseWire(message, field, 'fixed32');
  return viewOf(message.bytes).getFloat32(field.start, true);
}

/** Appends one field of a repeated integer: packed or one by one, both are legal. */
export function pushIntegers(message: Message, field: Field, list: number[]): void {
  if (field.wire === 'varint') {
    list.push(varintValue(message.bytes, field.start, field.end));
    return;
  }
  refuseWire(message, field, 'bytes');
  const packed: Message = { ...message, start: field.start, end: field.end };
  for (let at = field.start; at < field.end; ) {
    const next = varintEnd(packed, at);
    list.push(varintValue(message.bytes, at, next));
    at = next;
  }
}

/** Appends one field of a repeated float (width 4) or double (width 8), packed or one by one. */
export function pushReals(message: Message, field: Field, width: 4 | 8, list: number[]): void {
  if (field.wire !== 'bytes') refuseWire(message, field, width === 4 ? 'fixed32' : 'fixed64');
  if ((field.end - field.start) % width !== 0) {
    throw broken(message.place, `field ${field.number} has ${field.end - field.start} bytes, no multiple of ${width}`);
  }
  const view = viewOf(message.bytes);
  for (let at = field.start; at < field.end; at += width) {
    list.push(width === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
  }
}
