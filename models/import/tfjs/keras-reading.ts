/** What the readers of Keras layers share: configuration values, weights, faults. */
import { Fault } from '../../../specs/fault.ts';
import { resolvePadding } from '../../arithmetic.ts';
import type { Extent, Padding, Shape } from '../../graph.ts';
import type { Draft } from '../draft.ts';
import { isObject, type JsonObject, shown } from './json.ts';
import type { NamedWeights } from './weights.ts';

/** Weights by layer and by their own name inside it: `weightOf('conv2d_1', 'kernel')`. */
export type WeightLookup = (layer: string, weight: string) => NamedWeights | undefined;

/** One layer of a Keras model at one place of the graph. */
export interface KerasReading {
  readonly draft: Draft;
  readonly layerName: string;
  readonly className: string;
  readonly config: JsonObject;
  readonly weights: WeightLookup;
  /** `model.json: layer 3 (Conv2D "conv_1")`, for faults. */
  readonly place: string;
}

export function unsupported(place: string, what: string, found: unknown, expected: string): Fault {
  return new Fault({
    code: 'KERAS_UNSUPPORTED',
    place,
    cause: `${what} ${shown(found)} has no counterpart here`,
    wayOut: `${expected} would be understood; change the model and train again`,
  });
}

/**
 * Files name weights `layer/kernel`; Python puts scopes in front (`model/layer/kernel`) or between (`lstm/cell/kernel`),
 * and old converters a `:0` behind.
 */
export function weightLookup(weights: Iterable<NamedWeights>): WeightLookup {
  const exact = new Map<string, NamedWeights>();
  const loose = new Map<string, NamedWeights>();
  for (const weight of weights) {
    const name = weight.name.replace(/:\d+$/, '');
    exact.set(name, weight);
    const scopes = name.split('/');
    const last = scopes.pop()!;
    for (const scope of scopes) {
      const key = `${scope}/${last}`;
      if (!loose.has(key)) loose.set(key, weight);
    }
  }
  return (layer, weight) => exact.get(`${layer}/${weight}`) ?? loose.get(`${layer}/${weight}`);
}

/** Weights of a given number of dimensions, all of them 1 or more. */
export function weightOf(reading: KerasReading, weight: string, rank: number): NamedWeights {
  const found = reading.weights(reading.layerName, weight);
  if (found && found.shape.length === rank && !found.shape.includes(0)) return found;
  throw new Fault({
    code: 'KERAS_WEIGHTS',
    place: reading.place,
    cause: found ? `its ${weight} has shape [${found.shape.join(', ')}]` : `its ${weight} is missing`,
    wayOut: `a built model with all its weights is needed, ${weight} with ${rank} dimension${rank === 1 ? '' : 's'}`,
  });
}

/** One value per channel. */
export function channelWeights(reading: KerasReading, weight: string, channels: number): Float32Array {
  const found = weightOf(reading, weight, 1);
  if (found.shape[0] === channels) return found.values();
  throw new Fault({
    code: 'KERAS_WEIGHTS',
    place: reading.place,
    cause: `its ${weight} has ${found.shape[0]} values`,
    wayOut: `${channels} are needed, one per channel`,
  });
}

/** `use_bias: false` leaves the bias out. */
export function biasOf(reading: KerasReading, channels: number): Float32Array {
  return reading.config.use_bias === false ? new Float32Array(channels) : channelWeights(reading, 'bias', channels);
}

const size = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** A number for both directions, or one for each. */
export function extentOf(reading: KerasReading, key: string, absent: Extent): Extent {
  const value = reading.config[key];
  if (value === undefined || value === null) return absent;
  if (size(value)) return { height: value, width: value };
  if (Array.isArray(value) && value.length === 1 && size(value[0])) return { height: value[0], width: value[0] };
  if (Array.isArray(value) && value.length === 2 && size(value[0]) && size(value[1])) {
    return { height: value[0], width: value[1] };
  }
  throw unsupported(reading.place, key, value, 'one whole number, or one for the height and one for the width,');
}

/** [top, bottom], [left, right] of a layer that pads or crops. */
export function borders(reading: KerasReading, key: string): readonly [readonly number[], readonly number[]] {
  const value = reading.config[key];
  const pair = (side: unknown): number[] | null => {
    if (size(side)) return [side, side];
    return Array.isArray(side) && side.length === 2 && side.every(size) ? [...side] : null;
  };
  const [rows, columns] = Array.isArray(value) && value.length === 2 ? value.map(pair) : [pair(value), pair(value)];
  if (rows && columns) return [rows, columns];
  throw unsupported(reading.place, key, value, 'a number, [rows, columns] or [[top, bottom], [left, right]]');
}

export function refuseChannelsFirst(reading: KerasReading): void {
  const format = reading.config.data_format;
  if (format === 'channels_first') throw unsupported(reading.place, 'data_format', format, '"channels_last"');
}

export const one: Extent = { height: 1, width: 1 };

/** The image that a sliding window needs: batch 1, height, width, channels. */
export function imageOf(reading: KerasReading, shape: Shape): { height: number; width: number; channels: number } {
  if (shape.length === 4) return { height: shape[1]!, width: shape[2]!, channels: shape[3]! };
  throw unsupported(reading.place, 'an input of shape', shape, 'height, width and channels');
}

export function paddingOf(
  reading: KerasReading,
  shape: Shape,
  kernel: Extent,
  stride: Extent,
  dilation: Extent,
): Padding {
  const mode = reading.config.padding ?? 'valid';
  if (mode !== 'same' && mode !== 'valid') throw unsupported(reading.place, 'padding', mode, '"same" or "valid"');
  const image = imageOf(reading, shape);
  const rows = resolvePadding(mode, image.height, kernel.height, stride.height, dilation.height);
  const columns = resolvePadding(mode, image.width, kernel.width, stride.width, dilation.width);
  return { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
}

/** A finite number of the configuration. */
export function numberOf(reading: KerasReading, key: string, absent: number): number {
  const value = reading.config[key] ?? absent;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  // Keras writes NumPy scalars as { value: 0.3 }.
  if (isObject(value) && typeof value.value === 'number' && Number.isFinite(value.value)) return value.value;
  throw unsupported(reading.place, key, value, 'a finite number');
}

/** An axis counted from the front; negative ones count from the end. */
export function axisOf(reading: KerasReading, absent: number, rank: number): number {
  const value = reading.config.axis ?? absent;
  const axis = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const counted = typeof axis === 'number' && axis < 0 ? axis + rank : axis;
  if (size(counted) && counted < rank) return counted;
  throw unsupported(reading.place, 'axis', value, `one of the ${rank} dimensions`);
}
