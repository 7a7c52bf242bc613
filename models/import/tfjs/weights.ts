/**
 * The weights of a TensorFlow.js artefact: shards that a manifest cuts into named tensors, in the order in which it lists them.
 * Format: tfjs-core's io/types.ts (WeightsManifestConfig) and io_utils.ts (decodeWeights). Claims are compared with the bytes
 * at hand before anything is allocated; tensors are decoded when they are asked for.
 */
import { tensorElements } from '../../shape.ts';
import { halfToFloat } from '../half.ts';
import { outputsFirst } from '../layout.ts';
import { arrayAt, type JsonObject, objectAt, shown, sizesAt, textAt, tfjsFault } from './json.ts';

export interface NamedWeights {
  readonly name: string;
  readonly shape: readonly number[];
  /** Type of the values once decoded. */
  readonly integer: boolean;
  /** The values, row by row, as float32; the same array at every call. */
  values(): Float32Array;
  /** The values with the last dimension made the first; the same array at every call. */
  outputsFirst(): Float32Array;
}

/** Weights whose values are read once, when they are asked for. */
export function namedWeights(
  name: string,
  shape: readonly number[],
  integer: boolean,
  read: () => Float32Array,
): NamedWeights {
  let decoded: Float32Array | null = null;
  let turned: Float32Array | null = null;
  const values = (): Float32Array => {
    decoded ??= read();
    return decoded;
  };
  const turn = (): Float32Array => {
    turned ??= outputsFirst(values(), shape.at(-1) ?? 1);
    return turned;
  };
  return { name, shape, integer, values, outputsFirst: turn };
}

/** Reads a file beside model.json. */
export type WeightFiles = (path: string) => Uint8Array;

interface Storage {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
}

const storages: Readonly<Record<string, Storage>> = {
  float32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  int32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  uint16: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  float16: { bytes: 2, read: (view, at) => halfToFloat(view.getUint16(at, true)) },
  bool: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

const storedTypes = ['float32', 'int32', 'bool'];

/** How the bytes of one tensor become numbers. */
interface Decoding {
  readonly storage: Storage;
  readonly integer: boolean;
  readonly scale: number;
  readonly min: number;
}

function decodingOf(spec: JsonObject, place: string): Decoding {
  const dtype = textAt(spec.dtype, `${place}, dtype`);
  const integer = dtype === 'int32';
  const quantization = spec.quantization;
  if (quantization === undefined || quantization === null) {
    const storage = storedTypes.includes(dtype) ? storages[dtype] : undefined;
    if (!storage) throw tfjsFault(place, `dtype ${shown(dtype)}`, `${storedTypes.join(', ')} are read`);
    return { storage, integer, scale: 1, min: 0 };
  }
  const { dtype: stored, scale, min } = objectAt(quantization, `${place}, quantization`);
  const storage = stored === 'uint8' || stored === 'uint16' || stored === 'float16' ? storages[stored] : undefined;
  if (!storage || (dtype !== 'float32' && dtype !== 'int32')) {
    const cause = `quantization of ${shown(dtype)} as ${shown(stored)}`;
    throw tfjsFault(place, cause, 'float32 or int32 as uint8, uint16 or float16 are read');
  }
  if (stored === 'float16') return { storage, integer, scale: 1, min: 0 };
  if (typeof scale !== 'number' || typeof min !== 'number' || !Number.isFinite(scale) || !Number.isFinite(min)) {
    throw tfjsFault(place, `quantization scale ${shown(scale)} and min ${shown(min)}`, 'two finite numbers are needed');
  }
  return { storage, integer, scale, min };
}

function decode(
  { storage, integer, scale, min }: Decoding,
  view: DataView,
  start: number,
  count: number,
): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = storage.read(view, start + i * storage.bytes) * scale + min;
    values[i] = integer ? Math.round(value) : value;
  }
  return values;
}

/** `seen` holds the paths read so far: a shard that stands there twice would count twice. */
function joined(group: JsonObject, files: WeightFiles, seen: Set<string>, place: string): Uint8Array {
  const shards = arrayAt(group.paths, `${place}/paths`).map((entry, i) => {
    const path = textAt(entry, `${place}/paths/${i}`);
    if (seen.has(path)) throw tfjsFault(`${place}/paths/${i}`, `shard ${shown(path)} a second time`, 'list it once');
    seen.add(path);
    return files(path);
  });
  if (shards.length === 1) return shards[0]!;
  const bytes = new Uint8Array(shards.reduce((sum, shard) => sum + shard.length, 0));
  let at = 0;
  for (const shard of shards) {
    bytes.set(shard, at);
    at += shard.length;
  }
  return bytes;
}

function groupWeights(group: JsonObject, bytes: Uint8Array, place: string): NamedWeights[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let next = 0;
  const result = arrayAt(group.weights, `${place}/weights`).map((entry, index): NamedWeights => {
    const spec = objectAt(entry, `${place}/weights/${index}`);
    const name = textAt(spec.name, `${place}/weights/${index}/name`);
    const at = `${place}/weights/${index} (${name.slice(0, 80)})`;
    const shape = sizesAt(spec.shape, `${at}, shape`);
    const decoding = decodingOf(spec, at);
    const count = tensorElements(shape);
    const start = next;
    next += count * decoding.storage.bytes;
    if (next > bytes.length) {
      const cause = `shape [${shape.join(', ')}] needs bytes ${start} to ${next - 1} of shards that hold ${bytes.length}`;
      throw tfjsFault(at, cause, 'a shard is truncated or missing; convert or download the model again');
    }
    return namedWeights(name, shape, decoding.integer, () => decode(decoding, view, start, count));
  });
  if (next !== bytes.length) {
    const cause = `its weights take ${next} bytes and its shards hold ${bytes.length}`;
    throw tfjsFault(place, cause, 'shards and manifest must belong together; convert or download the model again');
  }
  return result;
}

/** All tensors of `weightsManifest` by name. Faults: `TFJS_MALFORMED`. */
export function readWeights(manifest: unknown, files: WeightFiles, name: string): Map<string, NamedWeights> {
  const weights = new Map<string, NamedWeights>();
  const place = `${name}: /weightsManifest`;
  const seen = new Set<string>();
  for (const [index, entry] of arrayAt(manifest ?? [], place).entries()) {
    const at = `${place}/${index}`;
    const group = objectAt(entry, at);
    for (const tensor of groupWeights(group, joined(group, files, seen, at), at)) {
      if (weights.has(tensor.name)) {
        throw tfjsFault(at, `weights ${shown(tensor.name)} a second time`, 'every name may stand there once');
      }
      weights.set(tensor.name, tensor);
    }
  }
  return weights;
}
