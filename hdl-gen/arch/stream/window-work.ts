import type {
  AveragePool2d,
  Conv2d,
  DepthwiseConv2d,
  Extent,
  FullyConnected,
  MaxPool2d,
  Mean,
  Requantize,
  Tensor,
} from '../../../models/graph.ts';
import { type Scaling, wideScalingOf } from '../../library/rescaler.ts';
import { type MapShape, mapBytes } from '../architecture.ts';
import type { Scaler, WindowWork } from './work.ts';

type Windowed = Omit<
  WindowWork,
  'name' | 'layers' | 'sources' | 'outputTensor' | 'inputBits' | 'outputBits' | 'inputZeroPoint' | 'outputZeroPoint'
>;

/** How hardware applies a layer's factors in the profile of its network. */
export type Scale = (requantize: Requantize) => Scaling;

/** A tensor as a map: the last dimension is the channels, the two before it the picture. Null when there are more. */
export function mapOf({ shape }: Tensor): MapShape | null {
  const [channels = 1, width = 1, height = 1, ...outer] = [...shape].reverse();
  return outer.every((size) => size === 1) ? { height, width, channels } : null;
}

const unit: Extent = { height: 1, width: 1 };
const noPadding = { top: 0, left: 0 };

function geometry(layer: Conv2d | DepthwiseConv2d | AveragePool2d | MaxPool2d) {
  const { kernel, stride, padding } = layer;
  const dilation = 'dilation' in layer ? layer.dilation : unit;
  return { form: 'window' as const, kernel, stride, dilation, padding: { top: padding.top, left: padding.left } };
}

export function convolution(layer: Conv2d, scale: Scale, input: MapShape, output: MapShape): Windowed {
  const { height, width } = layer.kernel;
  const perGroup = input.channels / layer.groups;
  const outputsPerGroup = output.channels / layer.groups;
  const stored = (o: number, row: number, column: number, i: number) =>
    layer.weights[((o * height + row) * width + column) * perGroup + i]!;
  const channelwise = layer.groups > 1 && perGroup === 1;
  const weight = (o: number, row: number, column: number, i: number): number => {
    if (channelwise) return stored(o, row, column, 0);
    // Channels of other groups have no part in this output.
    const within = i - Math.floor(o / outputsPerGroup) * perGroup;
    return within >= 0 && within < perGroup ? stored(o, row, column, within) : 0;
  };
  return {
    ...geometry(layer),
    input,
    output,
    reach: channelwise ? 'channelwise' : 'dense',
    weight,
    depthMultiplier: channelwise ? output.channels / input.channels : 1,
    macs: mapBytes(output) * height * width * perGroup,
    reduce: 'sum',
    scaler: scalerOf(layer, scale),
    clamp: layer.clamp,
  };
}

export function depthwise(layer: DepthwiseConv2d, scale: Scale, input: MapShape, output: MapShape): Windowed {
  return {
    ...geometry(layer),
    input,
    output,
    reach: 'channelwise',
    weight: (o, row, column) => layer.weights[(row * layer.kernel.width + column) * output.channels + o]!,
    depthMultiplier: layer.depthMultiplier,
    macs: mapBytes(output) * layer.kernel.height * layer.kernel.width,
    reduce: 'sum',
    scaler: scalerOf(layer, scale),
    clamp: layer.clamp,
  };
}

export function fullyConnected(layer: FullyConnected, scale: Scale, elements: number): Windowed {
  const inputs = layer.weights.length / layer.bias.length;
  const rows = elements / inputs;
  return {
    form: 'window',
    input: { height: rows, width: 1, channels: inputs },
    output: { height: rows, width: 1, channels: layer.bias.length },
    kernel: unit,
    stride: unit,
    dilation: unit,
    padding: noPadding,
    reach: 'dense',
    weight: (o, _row, _column, i) => layer.weights[o * inputs + i]! - layer.weightZeroPoint,
    depthMultiplier: 1,
    macs: rows * layer.weights.length,
    reduce: 'sum',
    scaler: scalerOf(layer, scale),
    clamp: layer.clamp,
  };
}

export function pool(layer: AveragePool2d | MaxPool2d, input: MapShape, output: MapShape): Windowed {
  const average = layer.kind === 'averagePool2d';
  return {
    ...geometry(layer),
    input,
    output,
    reach: 'channelwise',
    weight: null,
    depthMultiplier: 1,
    macs: 0,
    reduce: average ? 'sum' : 'maximum',
    scaler: { kind: average ? 'divide' : 'keep' },
    clamp: layer.clamp,
  };
}

/** A mean over the picture is a pool over all of it, whose sum is rescaled by a factor that holds the division. */
export function mean(layer: Mean, scale: Scale, input: MapShape, output: MapShape): Windowed {
  return {
    form: 'window',
    input,
    output,
    kernel: { height: input.height / output.height, width: input.width / output.width },
    stride: { height: input.height / output.height, width: input.width / output.width },
    dilation: unit,
    padding: noPadding,
    reach: 'channelwise',
    weight: null,
    depthMultiplier: 1,
    macs: 0,
    reduce: 'sum',
    scaler: { kind: 'requantize', scaling: scale(layer.requantize), bias: null },
    clamp: layer.clamp,
  };
}

/** A wide bias says that the sums have 64 bits, which are scaled in another way. */
function scalerOf({ bias, requantize }: Conv2d | DepthwiseConv2d | FullyConnected, scale: Scale): Scaler {
  const scaling = bias instanceof Float64Array ? wideScalingOf(requantize) : scale(requantize);
  return { kind: 'requantize', scaling, bias };
}
