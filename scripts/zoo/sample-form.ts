import type { Tensor } from '../../models/graph.ts';
import type { PublicModel } from '../../specs/public-models.ts';
import { asInt8 } from '../files.ts';

type Form = PublicModel['samples']['form'];

/** A spectrogram is 200 frames of 128 values; the network looks at 5 frames in a row. Four such windows of each are taken. */
const frame = 128;
const windowFrames = 5;
export const windowStarts: readonly number[] = [0, 65, 130, 195];

/** Samples in one file of the form. */
export const samplesPerFile = (form: Form): number => (form === 'spectrogram' ? windowStarts.length : 1);

/** What a file holds, as the network's input takes it. */
export function int8Samples(form: Form, bytes: Uint8Array, input: Pick<Tensor, 'scale' | 'zeroPoint'>): Int8Array {
  switch (form) {
    case 'int8':
      return asInt8(bytes);
    case 'uint8':
      return Int8Array.from(bytes, (byte) => byte - 128);
    case 'spectrogram':
      return windows(bytes, input);
  }
}

/** Quantised as MLPerf Tiny's harness does, in float32: divide, round halves away from zero, add the zero point, saturate. */
function windows(bytes: Uint8Array, { scale, zeroPoint }: Pick<Tensor, 'scale' | 'zeroPoint'>): Int8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = frame * windowFrames;
  const out = new Int8Array(size * windowStarts.length);
  for (const [at, start] of windowStarts.entries()) {
    for (let i = 0; i < size; i++) {
      const steps = Math.fround(view.getFloat32(4 * (start * frame + i), true) / scale);
      const rounded = steps < 0 ? -Math.floor(0.5 - steps) : Math.floor(steps + 0.5);
      out[at * size + i] = Math.min(127, Math.max(-128, rounded + zeroPoint));
    }
  }
  return out;
}
