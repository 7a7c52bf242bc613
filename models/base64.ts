/** Bytes as text, RFC 4648 with padding; `btoa` and `atob` are in every browser and in Node. */

const chunk = 8192;

export function encodeBytes(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunk) text += String.fromCharCode(...bytes.subarray(at, at + chunk));
  return btoa(text);
}

/** `text` must be valid base64. */
export function decodeBytes(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

export function encodeInt8(values: Int8Array): string {
  return encodeBytes(new Uint8Array(values.buffer, values.byteOffset, values.length));
}

export function decodeInt8(text: string): Int8Array {
  return new Int8Array(decodeBytes(text).buffer);
}

/** Little-endian, whatever the machine. */
export function encodeInt16(values: Int16Array): string {
  const view = new DataView(new ArrayBuffer(2 * values.length));
  for (const [i, value] of values.entries()) view.setInt16(2 * i, value, true);
  return encodeBytes(new Uint8Array(view.buffer));
}

/** A lone last byte is left out. */
export function decodeInt16(text: string): Int16Array {
  const bytes = decodeBytes(text);
  const view = new DataView(bytes.buffer);
  return Int16Array.from({ length: Math.floor(bytes.length / 2) }, (_, i) => view.getInt16(2 * i, true));
}

/** Little-endian, whatever the machine. */
export function encodeFloat32(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  return encodeBytes(new Uint8Array(view.buffer));
}

export function decodeFloat32(text: string): Float32Array {
  const bytes = decodeBytes(text);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
