/** Conv, Gemm and MatMul with constant weights: weights into the order of the network, their integers and scales beside them. */

import type { Padding } from '../../../graph.ts';
import { convolutionOf } from '../evaluate/convolution.ts';
import type { SlidingWindow } from '../evaluate/window.ts';
import type { OnnxTensor, OnnxType } from '../types.ts';
import { type At, asImage, type ConstantValue, emit, fault, isConstant, plain, type Value } from './context.ts';
import { arrangedView, axisSize, imageOrder, logicalShape, plainView, type View } from './view.ts';

interface WeightOrder {
  readonly channels: number;
  readonly length: number;
  /** Element of the file's tensor for every element of the layer's weights. */
  readonly source: (index: number) => number;
  /** Axis of the file's tensor that counts output channels. */
  readonly axis: number;
}

/** `scales` and `zeroPoint` of an origin along the channels, or null when they lie along another axis. */
function channelScales(value: ConstantValue, order: WeightOrder): readonly number[] | null {
  const { origin } = value;
  if (origin === null || origin.scale.shape.length > 1) return null;
  const scales = Array.from(origin.scale.data);
  return scales.length === 1 || (origin.axis === order.axis && scales.length === order.channels) ? scales : null;
}

/** Wider weights stay float; a quantised network then refuses them. */
const narrowTypes: readonly OnnxType[] = ['int8', 'uint8', 'int4', 'uint4'];

function keepIntegers(at: At, layer: string, value: ConstantValue, order: WeightOrder): void {
  const scales = channelScales(value, order);
  const { origin } = value;
  if (origin === null || scales === null || !narrowTypes.includes(origin.values.type)) return;
  at.lowering.ir.weights.set(layer, {
    values: Int16Array.from({ length: order.length }, (_, index) => origin.values.data[order.source(index)]!),
    type: origin.values.type,
    scales,
    zeroPoints: origin.zeroPoint ? Array.from(origin.zeroPoint.data) : [0],
  });
}

function reals(value: ConstantValue, order: WeightOrder): Float32Array {
  return Float32Array.from({ length: order.length }, (_, index) => value.tensor.data[order.source(index)]!);
}

interface Bias {
  readonly reals: Float32Array;
  readonly integers: Int32Array | null;
  readonly scales: readonly number[] | null;
}

/** One value per output channel; a scalar or [1, channels] is spread. */
function biasOf(at: At, value: Value | null, channels: number): Bias {
  if (value === null) {
    return { reals: new Float32Array(channels), integers: new Int32Array(channels), scales: null };
  }
  if (!isConstant(value))
    throw fault(at, 'ONNX_DYNAMIC', 'the bias is computed at run time', 'a constant bias is needed');
  const { tensor, origin } = value;
  const spread = (data: OnnxTensor['data']): number[] =>
    Array.from({ length: channels }, (_, channel) => data[data.length === 1 ? 0 : channel]!);
  if (tensor.data.length !== 1 && (tensor.data.length !== channels || tensor.shape.at(-1) !== channels)) {
    throw fault(
      at,
      'ONNX_SHAPE',
      `a bias of [${tensor.shape.join(', ')}]`,
      `${channels} values, one per output channel, are needed`,
    );
  }
  const reals = Float32Array.from(spread(tensor.data));
  if (origin === null || origin.values.type !== 'int32') return { reals, integers: null, scales: null };
  const zero = origin.zeroPoint?.data ?? new Int32Array(1);
  const scales = Array.from(origin.scale.data);
  if (zero.some((point) => point !== 0) || (scales.length !== 1 && scales.length !== channels)) {
    return { reals, integers: null, scales: null };
  }
  return { reals, integers: Int32Array.from(spread(origin.values.data)), scales };
}

function keepBias(at: At, layer: string, bias: Bias): void {
  if (bias.integers === null) return;
  at.lowering.ir.biases.set(layer, { values: bias.integers, scales: bias.scales });
}

/** Padding that yields exactly the window's output; what the last window does not reach is left out. */
export function paddingOf(window: SlidingWindow): Padding {
  const after = ([0, 1] as const).map((axis) => {
    const extent = (window.kernel[axis] - 1) * window.dilation[axis] + 1;
    return Math.max(
      0,
      (window.output[axis] - 1) * window.stride[axis] + extent - window.input[axis] - window.before[axis],
    );
  });
  return { top: window.before[0], left: window.before[1], bottom: after[0]!, right: after[1]! };
}

export function extentOf([height, width]: readonly [number, number]): { height: number; width: number } {
  return { height, width };
}

/** Zeros around an image, where the padding is as large as the window itself and no layer may carry it. */
export function paddedImage(at: At, image: View, padding: Padding, value: number): View {
  const shape = [
    image.stored[0]!,
    image.stored[1]! + padding.top + padding.bottom,
    image.stored[2]! + padding.left + padding.right,
    image.stored[3]!,
  ];
  const before = [0, padding.top, padding.left, 0];
  const after = [0, padding.bottom, padding.right, 0];
  return {
    ...image,
    id: emit(at, 'pad', { kind: 'pad', input: image.id, before, after, value }, shape).id,
    stored: shape,
  };
}

/** `bias` in a scale of its own, or null. The result is the output view. */
export function lowerConv(at: At, x: View, weights: ConstantValue, biasValue: Value | null): View {
  const convolution = convolutionOf(at.call, logicalShape(x), weights.tensor.shape);
  const { window, groups, channels, inputChannels } = convolution;
  const depth = inputChannels / groups;
  const [kh, kw] = window.kernel;
  const depthwise = groups > 1 && depth === 1;
  const taps = kh * kw;
  const order: WeightOrder = {
    channels,
    length: channels * depth * taps,
    axis: 0,
    // Depthwise [tap, channel]; else [channel, tap, input channel]. The file has [channel, input channel, tap].
    source: depthwise
      ? (index) => (index % channels) * taps + Math.floor(index / channels)
      : (index) => {
          const tap = Math.floor(index / depth) % taps;
          return (Math.floor(index / (depth * taps)) * depth + (index % depth)) * taps + tap;
        },
  };
  let image = asImage(at, x);
  let padding = paddingOf(window);
  const extents = [(kh - 1) * window.dilation[0] + 1, (kw - 1) * window.dilation[1] + 1] as const;
  if (Math.max(padding.top, padding.bottom) >= extents[0] || Math.max(padding.left, padding.right) >= extents[1]) {
    image = paddedImage(at, image, padding, 0);
    padding = { top: 0, left: 0, bottom: 0, right: 0 };
  }
  const bias = biasOf(at, biasValue, channels);
  const shared = {
    input: image.id,
    kernel: extentOf(window.kernel),
    stride: extentOf(window.stride),
    dilation: extentOf(window.dilation),
    padding,
    weights: reals(weights, order),
    bias: bias.reals,
    activation: 'none' as const,
  };
  const shape = [convolution.batch, ...window.output, channels];
  const { id, layer } = depthwise
    ? emit(at, 'depthwise_conv2d', { kind: 'depthwiseConv2d', ...shared, depthMultiplier: channels / groups }, shape)
    : emit(at, 'conv2d', { kind: 'conv2d', ...shared, groups }, shape);
  keepIntegers(at, layer, weights, order);
  keepBias(at, layer, bias);
  return arrangedView(id, shape, imageOrder(x.axes.length));
}

/** Where each stored element of a row lies in ONNX's order of the last axis, or null when rows are not contiguous in storage. */
function columnOrder(x: View): Int32Array | null {
  const last = x.axes.length - 1;
  const longer = (dimension: number): boolean => x.stored[dimension] !== 1;
  const leading = x.axes.slice(0, last).flat().filter(longer);
  const columns = x.axes[last]!.filter(longer);
  const first = Math.min(...columns, Number.POSITIVE_INFINITY);
  const ascending = leading.every((dimension, i) => dimension < first && (i === 0 || leading[i - 1]! < dimension));
  if (!ascending) return null;
  // Storage strides are those of the ascending dimensions; ONNX's those of the axis.
  const sorted = [...columns].sort((a, b) => a - b);
  const onnxStride = new Map<number, number>();
  let step = 1;
  for (const dimension of [...columns].reverse()) {
    onnxStride.set(dimension, step);
    step *= x.stored[dimension]!;
  }
  return Int32Array.from({ length: step }, (_, index) => {
    let rest = index;
    let onnx = 0;
    for (const dimension of [...sorted].reverse()) {
      const size = x.stored[dimension]!;
      onnx += (rest % size) * onnxStride.get(dimension)!;
      rest = Math.floor(rest / size);
    }
    return onnx;
  });
}

/** x [..., inner] times constant weights, [inner, columns] or, `turned`, [columns, inner]. */
export function lowerFullyConnected(
  at: At,
  value: View,
  weights: ConstantValue,
  turned: boolean,
  biasValue: Value | null,
): View {
  const [rows, columns] = weights.tensor.shape as [number, number];
  const inner = turned ? columns : rows;
  const channels = turned ? rows : columns;
  if (value.axes.length === 0 || axisSize(value, value.axes.length - 1) !== inner) {
    const cause = `[${logicalShape(value).join(', ')}] times weights for ${inner} inputs`;
    throw fault(at, 'ONNX_SHAPE', cause, 'the inner dimensions must be equal');
  }
  const direct = columnOrder(value);
  const x = direct ? value : plain(at, value);
  const column = direct ?? columnOrder(x)!;
  const order: WeightOrder = {
    channels,
    length: channels * inner,
    axis: turned ? 0 : 1,
    source: (index) => {
      const channel = Math.floor(index / inner);
      const k = column[index % inner]!;
      return turned ? channel * inner + k : k * channels + channel;
    },
  };
  const bias = biasOf(at, biasValue, channels);
  const shape = [...logicalShape(x).slice(0, -1), channels];
  const { id, layer } = emit(
    at,
    'fully_connected',
    { kind: 'fullyConnected', input: x.id, weights: reals(weights, order), bias: bias.reals, activation: 'none' },
    shape,
  );
  keepIntegers(at, layer, weights, order);
  keepBias(at, layer, bias);
  return plainView(id, shape);
}
