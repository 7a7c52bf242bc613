import { gunzipSync } from 'node:zlib';
import { Fault } from '../../specs/fault.ts';

/** The bytes of a Liberty file, which may be packed with gzip; `path` is for messages. Errors: SYNTH_LIBERTY. */
export function unpackLiberty(path: string, bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new Fault({
      code: 'SYNTH_LIBERTY',
      place: path,
      cause: `cannot be unpacked (${error instanceof Error ? error.message : String(error)})`,
      wayOut: 'give a Liberty file, plain or packed with gzip',
    });
  }
}
