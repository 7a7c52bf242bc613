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
