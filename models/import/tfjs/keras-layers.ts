/** One reader per Keras layer class: the tensors it reads in, the tensor it makes out. */
import type { FloatCore } from '../../float-shape.ts';
import { tensorElements } from '../../shape.ts';
import { append, shapeOf } from '../draft.ts';
import {
  axisOf,
  borders,
  extentOf,
  imageOf,
  type KerasReading,
  numberOf,
  one,
  paddingOf,
  refuseChannelsFirst,
  unsupported,
} from './keras-reading.ts';
import { conv1d, globalPool1d, pool1d } from './keras-signal.ts';
import { batchNormalization, conv2d, dense, depthwiseConv2d, separableConv2d } from './keras-weighted.ts';

type Reader = (reading: KerasReading, inputs: readonly number[]) => number;

const activationCores: Readonly<Record<string, FloatCore | null>> = {
  linear: null,
  relu: { kind: 'activation', function: 'relu' },
  relu6: { kind: 'activation', function: 'relu6' },
  sigmoid: { kind: 'activation', function: 'logistic' },
  tanh: { kind: 'activation', function: 'tanh' },
  softmax: { kind: 'softmax', beta: 1 },
};

export const supportedActivations = Object.keys(activationCores);

/** The activation that a layer's configuration names; undefined when it is none of those supported. */
export function activationCore(config: KerasReading['config']): FloatCore | null | undefined {
  const name = config.activation ?? 'linear';
  return typeof name === 'string' && Object.hasOwn(activationCores, name) ? activationCores[name] : undefined;
}

function activated(reading: KerasReading, input: number): number {
  const core = activationCore(reading.config);
  if (core === undefined) {
    throw unsupported(reading.place, 'activation', reading.config.activation, supportedActivations.join(', '));
  }
  return core === null ? input : append(reading.draft, core, [input], reading.place);
}

/** Readers of layers of one input whose configuration may name an activation. */
const withActivation =
  (read: (reading: KerasReading, input: number) => number): Reader =>
  (reading, inputs) =>
    activated(reading, read(reading, inputs[0]!));

const unchanged: Reader = (_, inputs) => inputs[0]!;

function reshaped(reading: KerasReading, input: number, shape: readonly number[]): number {
  return append(reading.draft, { kind: 'reshape' }, [input], reading.place, shape);
}

const pooling =
  (kind: 'averagePool2d' | 'maxPool2d'): Reader =>
  (reading, [input]) => {
    refuseChannelsFirst(reading);
    const kernel = extentOf(reading, 'pool_size', { height: 2, width: 2 });
    const stride = extentOf(reading, 'strides', kernel);
    const padding = paddingOf(reading, shapeOf(reading.draft, input!), kernel, stride, one);
    return append(reading.draft, { kind, kernel, stride, padding }, [input!], reading.place);
  };

const globalPooling =
  (kind: 'averagePool2d' | 'maxPool2d'): Reader =>
  (reading, [input]) => {
    refuseChannelsFirst(reading);
    const { height, width, channels } = imageOf(reading, shapeOf(reading.draft, input!));
    const kernel = { height, width };
    const padding = { top: 0, left: 0, bottom: 0, right: 0 };
    const pooled = append(reading.draft, { kind, kernel, stride: kernel, padding }, [input!], reading.place);
    return reading.config.keepdims === true ? pooled : reshaped(reading, pooled, [1, channels]);
  };

/** Pairs from the left; Keras aligns operands of different ranks at the front, which is left alone here. */
const merging =
  (kind: 'add' | 'sub' | 'mul'): Reader =>
  (reading, inputs) => {
    const ranks = new Set(inputs.map((id) => shapeOf(reading.draft, id).length));
    if (inputs.length < 2 || ranks.size !== 1) {
      const shapes = inputs.map((id) => shapeOf(reading.draft, id));
      throw unsupported(reading.place, 'inputs of shapes', shapes, 'two or more of the same number of dimensions');
    }
    return inputs.reduce((sum, input) =>
      append(reading.draft, { kind, activation: 'none' }, [sum, input], reading.place),
    );
  };

const scalar = (value: number): Float64Array => Float64Array.of(value);

const affine = (reading: KerasReading, input: number, factor: number, offset: number): number =>
  append(
    reading.draft,
    { kind: 'affine', factor: scalar(factor), center: scalar(0), offset: scalar(offset) },
    [input],
    reading.place,
  );

const average: Reader = (reading, inputs) => affine(reading, merging('add')(reading, inputs), 1 / inputs.length, 0);

const rescaling: Reader = (reading, [input]) =>
  affine(reading, input!, numberOf(reading, 'scale', 1), numberOf(reading, 'offset', 0));

const relu: Reader = (reading, [input]) => {
  const largest = reading.config.max_value ?? null;
  const slope = numberOf(reading, 'negative_slope', 0);
  const threshold = numberOf(reading, 'threshold', 0);
  if (threshold !== 0) throw unsupported(reading.place, 'threshold', threshold, '0');
  if (slope !== 0) {
    if (largest !== null) throw unsupported(reading.place, 'max_value with a slope', largest, 'none');
    return leaky(reading, input!, slope);
  }
  if (largest !== null && largest !== 6) throw unsupported(reading.place, 'max_value', largest, 'none or 6');
  const core: FloatCore = { kind: 'activation', function: largest === 6 ? 'relu6' : 'relu' };
  return append(reading.draft, core, [input!], reading.place);
};

function leaky(reading: KerasReading, input: number, alpha: number): number {
  return append(reading.draft, { kind: 'activation', function: 'leakyRelu', alpha }, [input], reading.place);
}

const leakyRelu: Reader = (reading, [input]) =>
  leaky(reading, input!, numberOf(reading, 'alpha', numberOf(reading, 'negative_slope', 0.3)));

const softmax: Reader = (reading, [input]) => {
  const rank = shapeOf(reading.draft, input!).length;
  if (axisOf(reading, -1, rank) !== rank - 1) {
    throw unsupported(reading.place, 'axis', reading.config.axis, 'the last dimension');
  }
  return append(reading.draft, { kind: 'softmax', beta: 1 }, [input!], reading.place);
};

const flatten: Reader = (reading, [input]) => {
  refuseChannelsFirst(reading);
  return reshaped(reading, input!, [1, tensorElements(shapeOf(reading.draft, input!))]);
};

const reshape: Reader = (reading, [input]) => {
  const target = reading.config.target_shape;
  const elements = tensorElements(shapeOf(reading.draft, input!));
  if (!Array.isArray(target) || target.length > 7 || !target.every((size) => Number.isSafeInteger(size))) {
    throw unsupported(reading.place, 'target_shape', target, 'a list of at most seven sizes');
  }
  const known = tensorElements(target.filter((size) => size !== -1));
  return reshaped(reading, input!, [1, ...target.map((size: number) => (size === -1 ? elements / known : size))]);
};

const permute: Reader = (reading, [input]) => {
  const { dims } = reading.config;
  if (!Array.isArray(dims)) throw unsupported(reading.place, 'dims', dims, 'a list of dimensions');
  return append(reading.draft, { kind: 'transpose', permutation: [0, ...dims] }, [input!], reading.place);
};

const zeroPadding: Reader = (reading, [input]) => {
  refuseChannelsFirst(reading);
  const [rows, columns] = borders(reading, 'padding');
  const before = [0, rows[0]!, columns[0]!, 0];
  const after = [0, rows[1]!, columns[1]!, 0];
  return append(reading.draft, { kind: 'pad', before, after, value: 0 }, [input!], reading.place);
};

const cropping: Reader = (reading, [input]) => {
  refuseChannelsFirst(reading);
  const [rows, columns] = borders(reading, 'cropping');
  const { height, width, channels } = imageOf(reading, shapeOf(reading.draft, input!));
  const shape = [1, height - rows[0]! - rows[1]!, width - columns[0]! - columns[1]!, channels];
  const begin = [0, rows[0]!, columns[0]!, 0];
  return append(reading.draft, { kind: 'slice', begin, step: [1, 1, 1, 1] }, [input!], reading.place, shape);
};

const upSampling: Reader = (reading, [input]) => {
  refuseChannelsFirst(reading);
  const mode = reading.config.interpolation ?? 'nearest';
  if (mode !== 'nearest') throw unsupported(reading.place, 'interpolation', mode, '"nearest"');
  const { height, width, channels } = imageOf(reading, shapeOf(reading.draft, input!));
  const factor = extentOf(reading, 'size', { height: 2, width: 2 });
  const shape = [1, height * factor.height, width * factor.width, channels];
  const core: FloatCore = { kind: 'resizeNearest', alignCorners: false, halfPixelCenters: false };
  return append(reading.draft, core, [input!], reading.place, shape);
};

const concatenate: Reader = (reading, inputs) => {
  const axis = axisOf(reading, -1, shapeOf(reading.draft, inputs[0]!).length);
  return append(reading.draft, { kind: 'concatenation', axis }, inputs, reading.place);
};

/** By class name. Layers that act in training only pass their input on. */
export const kerasReaders: Readonly<Record<string, Reader>> = {
  Conv2D: withActivation(conv2d),
  DepthwiseConv2D: withActivation(depthwiseConv2d),
  SeparableConv2D: withActivation(separableConv2d),
  Dense: withActivation(dense),
  BatchNormalization: (reading, inputs) => batchNormalization(reading, inputs[0]!),
  Activation: (reading, inputs) => activated(reading, inputs[0]!),
  ReLU: relu,
  LeakyReLU: leakyRelu,
  Softmax: softmax,
  AveragePooling2D: pooling('averagePool2d'),
  MaxPooling2D: pooling('maxPool2d'),
  GlobalAveragePooling2D: globalPooling('averagePool2d'),
  GlobalMaxPooling2D: globalPooling('maxPool2d'),
  Conv1D: withActivation(conv1d),
  AveragePooling1D: (reading, inputs) => pool1d('averagePool2d', reading, inputs[0]!),
  MaxPooling1D: (reading, inputs) => pool1d('maxPool2d', reading, inputs[0]!),
  GlobalAveragePooling1D: (reading, inputs) => globalPool1d('averagePool2d', reading, inputs[0]!),
  GlobalMaxPooling1D: (reading, inputs) => globalPool1d('maxPool2d', reading, inputs[0]!),
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  ZeroPadding2D: zeroPadding,
  Cropping2D: cropping,
  UpSampling2D: upSampling,
  Add: merging('add'),
  Subtract: merging('sub'),
  Multiply: merging('mul'),
  Average: average,
  Concatenate: concatenate,
  Rescaling: rescaling,
  Dropout: unchanged,
  SpatialDropout1D: unchanged,
  SpatialDropout2D: unchanged,
  AlphaDropout: unchanged,
  GaussianDropout: unchanged,
  GaussianNoise: unchanged,
  ActivityRegularization: unchanged,
};
