/** Keras layers on one-dimensional signals, [length, channels]: images of height 1 between two reshapes. */

import { resolvePadding } from '../../arithmetic.ts';
import type { FloatCore } from '../../float-shape.ts';
import type { Padding } from '../../graph.ts';
import { append, shapeOf } from '../draft.ts';
import { biasOf, type KerasReading, numberOf, refuseChannelsFirst, unsupported, weightOf } from './keras-reading.ts';

/** A number, or a list of one. */
function lengthOf(reading: KerasReading, key: string, absent: number): number {
  const value = reading.config[key] ?? absent;
  const single = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  if (typeof single === 'number' && Number.isSafeInteger(single) && single >= 0) return single;
  throw unsupported(reading.place, key, value, 'one whole number');
}

function signalOf(reading: KerasReading, input: number): { length: number; channels: number } {
  refuseChannelsFirst(reading);
  const shape = shapeOf(reading.draft, input);
  if (shape.length === 3) return { length: shape[1]!, channels: shape[2]! };
  throw unsupported(reading.place, 'an input of shape', shape, 'length and channels');
}

function paddingOf(reading: KerasReading, length: number, kernel: number, stride: number, dilation: number): Padding {
  const mode = reading.config.padding ?? 'valid';
  // Causal padding has every pixel before the signal.
  if (mode === 'causal') return { top: 0, bottom: 0, left: (kernel - 1) * dilation, right: 0 };
  if (mode !== 'same' && mode !== 'valid')
    throw unsupported(reading.place, 'padding', mode, '"same", "valid" or "causal"');
  const { before, after } = resolvePadding(mode, length, kernel, stride, dilation);
  return { top: 0, bottom: 0, left: before, right: after };
}

const flat = (width: number) => ({ height: 1, width });

/** The layer on the signal as an image, and its output as a signal again. */
function asImage(reading: KerasReading, input: number, core: FloatCore): number {
  const { draft, place } = reading;
  const { length, channels } = signalOf(reading, input);
  const image = append(draft, { kind: 'reshape' }, [input], place, [1, 1, length, channels]);
  const output = append(draft, core, [image], place);
  const [, , width, depth] = shapeOf(draft, output);
  return append(draft, { kind: 'reshape' }, [output], place, [1, width!, depth!]);
}

export function conv1d(reading: KerasReading, input: number): number {
  const { length } = signalOf(reading, input);
  const kernel = weightOf(reading, 'kernel', 3);
  const [size, , channels] = kernel.shape as [number, number, number];
  const stride = lengthOf(reading, 'strides', 1);
  const dilation = lengthOf(reading, 'dilation_rate', 1);
  const window = {
    kernel: flat(size),
    stride: { height: 1, width: stride },
    dilation: { height: 1, width: dilation },
    padding: paddingOf(reading, length, size, stride, dilation),
  };
  const groups = numberOf(reading, 'groups', 1);
  const arrays = { weights: kernel.outputsFirst(), bias: biasOf(reading, channels) };
  return asImage(reading, input, { kind: 'conv2d', ...window, groups, ...arrays, activation: 'none' });
}

export function pool1d(kind: 'averagePool2d' | 'maxPool2d', reading: KerasReading, input: number): number {
  const { length } = signalOf(reading, input);
  const size = lengthOf(reading, 'pool_size', 2);
  const stride = lengthOf(reading, 'strides', size);
  const padding = paddingOf(reading, length, size, stride, 1);
  return asImage(reading, input, { kind, kernel: flat(size), stride: { height: 1, width: stride }, padding });
}

export function globalPool1d(kind: 'averagePool2d' | 'maxPool2d', reading: KerasReading, input: number): number {
  const { length, channels } = signalOf(reading, input);
  const padding = { top: 0, bottom: 0, left: 0, right: 0 };
  const pooled = asImage(reading, input, { kind, kernel: flat(length), stride: flat(length), padding });
  if (reading.config.keepdims === true) return pooled;
  return append(reading.draft, { kind: 'reshape' }, [pooled], reading.place, [1, channels]);
}
