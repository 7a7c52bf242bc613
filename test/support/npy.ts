/** A .npy file as NumPy writes it: magic, version, header padded to 64 bytes, data. */
export function npy(header: string, data: readonly number[], major = 1): Uint8Array {
  const prefix = major === 1 ? 10 : 12;
  const padded = `${header.padEnd(64 * Math.ceil((header.length + prefix + 1) / 64) - prefix - 1)}\n`;
  const length =
    major === 1 ? [padded.length & 255, padded.length >> 8] : [padded.length & 255, padded.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...Buffer.from('NUMPY'), major, 0, ...length, ...Buffer.from(padded), ...data]);
}
