/** A growing byte buffer with the integer encodings of the WebAssembly binary format. */
export interface ByteWriter {
  byte(value: number): void;
  bytes(values: Uint8Array): void;
  /** LEB128 of a non-negative integer below 2^32. */
  unsigned(value: number): void;
  /** Signed LEB128 of a 32-bit integer. */
  signed(value: number): void;
  /** Signed LEB128 of a 64-bit integer. */
  signedBig(value: bigint): void;
  text(value: string): void;
  length(): number;
  finish(): Uint8Array;
}

export function byteWriter(): ByteWriter {
  let buffer = new Uint8Array(256);
  let used = 0;
  const reserve = (count: number): void => {
    if (used + count <= buffer.length) return;
    const larger = new Uint8Array(Math.max(buffer.length * 2, used + count));
    larger.set(buffer.subarray(0, used));
    buffer = larger;
  };
  const writer: ByteWriter = {
    byte(value) {
      reserve(1);
      buffer[used] = value;
      used += 1;
    },
    bytes(values) {
      reserve(values.length);
      buffer.set(values, used);
      used += values.length;
    },
    unsigned(value) {
      let rest = value >>> 0;
      while (rest >= 0x80) {
        writer.byte((rest & 0x7f) | 0x80);
        rest >>>= 7;
      }
      writer.byte(rest);
    },
    signed(value) {
      let rest = value | 0;
      while (rest < -0x40 || rest >= 0x40) {
        writer.byte((rest & 0x7f) | 0x80);
        rest >>= 7;
      }
      writer.byte(rest & 0x7f);
    },
    signedBig(value) {
      let rest = BigInt.asIntN(64, value);
      while (rest < -0x40n || rest >= 0x40n) {
        writer.byte(Number(rest & 0x7fn) | 0x80);
        rest >>= 7n;
      }
      writer.byte(Number(rest & 0x7fn));
    },
    text(value) {
      const encoded = Uint8Array.from(value, (character) => character.charCodeAt(0));
      writer.unsigned(encoded.length);
      writer.bytes(encoded);
    },
    length: () => used,
    finish: () => buffer.slice(0, used),
  };
  return writer;
}
