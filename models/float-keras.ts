import { Fault } from '../specs/fault.ts';
import { type Activation, resolvePadding } from './arithmetic.ts';
import type { FloatGraph, FloatLayer, FloatSingleLayer, FloatTensor, FloatWeightedLayer } from './float.ts';
import type { Extent, Padding, Shape } from './graph.ts';
import { slidingOutput, tensorElements } from './shape.ts';

/** A layer of a sequential Keras model as plain data: class, configuration and weights as TensorFlow.js reports them. */
export interface KerasLayer {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly weights: readonly { readonly shape: readonly number[]; readonly values: Float32Array }[];
}

/** A weighted layer without its ends, and what happens to it until the next tensor: folding and activations. */
type Core = FloatSingleLayer extends infer L
  ? L extends FloatSingleLayer
    ? Omit<L, 'name' | 'input' | 'output'>
    : never
  : never;
interface Step {
  readonly core: Core;
  readonly shape: Shape;
}

/**
 * The float network of a sequential model. Batch normalisation is folded into the layer before it, activations become part of
 * their layer, dropout vanishes. Layers that have no counterpart are refused by name.
 */
export function floatFromKeras(name: string, layers: readonly KerasLayer[]): FloatGraph {
  const inputShape = firstShape(name, layers);
  const steps: Step[] = [];
  for (const [index, layer] of layers.entries()) {
    const reading = { layer, place: `${name}: layer ${index} (${layer.className})` };
    const shape = steps.at(-1)?.shape ?? inputShape;
    append(steps, shape, reading);
  }
  const tensors = new Map<number, FloatTensor>([[0, { id: 0, name: 'input', shape: inputShape }]]);
  const out = steps.map(({ core, shape }, i): FloatLayer => {
    const layerName = `${verilogName(core.kind)}_${i}`;
    tensors.set(i + 1, { id: i + 1, name: layerName, shape });
    return { ...core, name: layerName, input: i, output: i + 1 };
  });
  return { name, tensors, layers: out, inputs: [0], outputs: [out.length] };
}

const verilogName = (kind: string): string => kind.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

interface Reading {
  readonly layer: KerasLayer;
  readonly place: string;
}

function append(steps: Step[], shape: Shape, reading: Reading): void {
  const { layer, place } = reading;
  switch (layer.className) {
    case 'InputLayer':
    case 'Dropout':
      return;
    case 'Conv2D':
    case 'DepthwiseConv2D':
      steps.push(convolution(reading, shape));
      break;
    case 'Dense':
      steps.push(dense(reading, shape));
      break;
    case 'AveragePooling2D':
    case 'GlobalAveragePooling2D':
      steps.push(...pooling(reading, shape));
      return;
    case 'Flatten':
      steps.push({ core: { kind: 'reshape' }, shape: [1, tensorElements(shape)] });
      return;
    case 'BatchNormalization':
      replaceLast(steps, place, (before) => foldBatchNormalization(before, reading));
      return;
    case 'ReLU': {
      const largest = layer.config.maxValue;
      if (largest !== undefined && largest !== null && largest !== 6)
        unsupported(place, 'maxValue', largest, 'none or 6');
      activate(steps, shape, place, largest === 6 ? 'relu6' : 'relu');
      return;
    }
    case 'Softmax':
      activate(steps, shape, place, 'softmax');
      return;
    case 'Activation':
      break;
    default:
      unsupported(
        place,
        'layer class',
        layer.className,
        'Conv2D, DepthwiseConv2D, Dense, pooling by average, Flatten, ReLU',
      );
  }
  activate(steps, steps.at(-1)?.shape ?? shape, place, layer.config.activation);
}

function unsupported(place: string, what: string, found: unknown, expected: string): never {
  throw new Fault({
    code: 'KERAS_UNSUPPORTED',
    place,
    cause: `${what} ${JSON.stringify(found)} has no counterpart here`,
    wayOut: `${expected} would be understood; change the model and train again`,
  });
}

function firstShape(name: string, layers: readonly KerasLayer[]): Shape {
  const shape = layers[0]?.config.batchInputShape;
  const sizes = Array.isArray(shape) ? shape.slice(1) : [];
  if (sizes.length === 0 || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
    unsupported(name, 'input shape', shape ?? null, 'a first layer with fixed sizes, such as inputShape: [16, 16, 1],');
  }
  return [1, ...(sizes as number[])];
}

function weightsAt(reading: Reading, index: number): Float32Array {
  const found = reading.layer.weights[index];
  if (found) return found.values;
  throw new Fault({
    code: 'KERAS_WEIGHTS',
    place: reading.place,
    cause: `weight tensor ${index} is missing, the layer has ${reading.layer.weights.length}`,
    wayOut: 'pass the layers of a built model with all their weights',
  });
}

/** `useBias: false` leaves the bias tensor out. */
function biasOf(reading: Reading, index: number, channels: number): Float32Array {
  return reading.layer.config.useBias === false ? new Float32Array(channels) : weightsAt(reading, index);
}

function extent(value: unknown, absent: Extent): Extent {
  if (typeof value === 'number') return { height: value, width: value };
  if (Array.isArray(value)) return { height: Number(value[0]), width: Number(value[1]) };
  return absent;
}

const one: Extent = { height: 1, width: 1 };

function paddingOf(reading: Reading, shape: Shape, kernel: Extent, stride: Extent, dilation: Extent): Padding {
  const mode = reading.layer.config.padding;
  if (mode !== 'same' && mode !== 'valid') unsupported(reading.place, 'padding', mode, '"same" or "valid"');
  const v = resolvePadding(mode, shape[1]!, kernel.height, stride.height, dilation.height);
  const h = resolvePadding(mode, shape[2]!, kernel.width, stride.width, dilation.width);
  return { top: v.before, bottom: v.after, left: h.before, right: h.after };
}

function convolution(reading: Reading, shape: Shape): Step {
  const { config } = reading.layer;
  if (config.dataFormat === 'channelsFirst')
    unsupported(reading.place, 'dataFormat', config.dataFormat, '"channelsLast"');
  const kernel = extent(config.kernelSize, one);
  const stride = extent(config.strides, one);
  const dilation = extent(config.dilationRate, one);
  const padding = paddingOf(reading, shape, kernel, stride, dilation);
  const window = { kernel, stride, dilation, padding };
  const { height, width } = slidingOutput(window, { height: shape[1]!, width: shape[2]! });
  const filter = weightsAt(reading, 0);
  const inputs = shape[3]!;
  const taps = kernel.height * kernel.width;
  const depthwise = reading.layer.className === 'DepthwiseConv2D';
  const channels = filter.length / (depthwise ? taps : taps * inputs);
  const bias = biasOf(reading, 1, channels);
  const core: Core = depthwise
    ? {
        kind: 'depthwiseConv2d',
        ...window,
        depthMultiplier: channels / inputs,
        weights: filter,
        bias,
        activation: 'none',
      }
    : { kind: 'conv2d', ...window, groups: 1, weights: outputsFirst(filter, channels), bias, activation: 'none' };
  return { core, shape: [1, height, width, channels] };
}

function dense(reading: Reading, shape: Shape): Step {
  const kernel = weightsAt(reading, 0);
  const outputs = kernel.length / tensorElements(shape);
  if (!Number.isInteger(outputs)) unsupported(reading.place, 'input shape', shape, 'a Flatten layer before Dense');
  const bias = biasOf(reading, 1, outputs);
  const weights = outputsFirst(kernel, outputs);
  return { core: { kind: 'fullyConnected', weights, bias, activation: 'none' }, shape: [1, outputs] };
}

/** Keras keeps the output channel last ([h, w, in, out], [in, out]), TensorFlow Lite first. */
function outputsFirst(values: Float32Array, outputs: number): Float32Array {
  const rest = values.length / outputs;
  return Float32Array.from(values, (_, i) => values[(i % rest) * outputs + Math.floor(i / rest)]!);
}

function pooling(reading: Reading, shape: Shape): Step[] {
  const image = { height: shape[1]!, width: shape[2]! };
  if (reading.layer.className === 'GlobalAveragePooling2D') {
    const padding = { top: 0, left: 0, bottom: 0, right: 0 };
    return [
      { core: { kind: 'averagePool2d', kernel: image, stride: image, padding }, shape: [1, 1, 1, shape[3]!] },
      { core: { kind: 'reshape' }, shape: [1, shape[3]!] },
    ];
  }
  const kernel = extent(reading.layer.config.poolSize, one);
  const stride = extent(reading.layer.config.strides, kernel);
  const padding = paddingOf(reading, shape, kernel, stride, one);
  const { height, width } = slidingOutput({ kernel, stride, padding }, image);
  return [{ core: { kind: 'averagePool2d', kernel, stride, padding }, shape: [1, height, width, shape[3]!] }];
}

type WeightedCore = Omit<FloatWeightedLayer, 'name' | 'input' | 'output'> & Core;

/** The last step when it is a layer with weights whose activation is still open. */
function replaceLast(steps: Step[], place: string, change: (before: WeightedCore) => Core): void {
  const last = steps.at(-1);
  if (!last || !('weights' in last.core) || last.core.activation !== 'none') {
    unsupported(place, 'a layer after', last?.core.kind ?? null, 'one directly after Conv2D, DepthwiseConv2D or Dense');
  }
  steps[steps.length - 1] = { core: change(last.core), shape: last.shape };
}

function activate(steps: Step[], shape: Shape, place: string, activation: unknown): void {
  switch (activation) {
    case 'linear':
    case undefined:
      return;
    case 'softmax':
      steps.push({ core: { kind: 'softmax', beta: 1 }, shape });
      return;
    case 'relu':
    case 'relu6': {
      const fused: Activation = activation;
      replaceLast(steps, place, (before) => ({ ...before, activation: fused }));
      return;
    }
    default:
      unsupported(place, 'activation', activation, 'linear, relu, relu6 or softmax');
  }
}

/** gamma (w x + b - mean) / sqrt(variance + epsilon) + beta as a layer of its own: w' = k w, b' = k (b - mean) + beta. */
function foldBatchNormalization(before: WeightedCore, reading: Reading): Core {
  const { scale, center, epsilon } = reading.layer.config;
  let next = 0;
  const channels = before.bias.length;
  const gamma = scale === false ? new Float32Array(channels).fill(1) : weightsAt(reading, next++);
  const beta = center === false ? new Float32Array(channels) : weightsAt(reading, next++);
  const mean = weightsAt(reading, next++);
  const variance = weightsAt(reading, next);
  const factor = Float64Array.from(variance, (v, c) => gamma[c]! / Math.sqrt(v + Number(epsilon)));
  const perChannel = before.weights.length / channels;
  const channelOf = (i: number): number =>
    before.kind === 'depthwiseConv2d' ? i % channels : Math.floor(i / perChannel);
  return {
    ...before,
    weights: before.weights.map((w, i) => w * factor[channelOf(i)]!),
    bias: before.bias.map((b, c) => (b - mean[c]!) * factor[c]! + beta[c]!),
  };
}
