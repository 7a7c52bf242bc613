/** A small network in the terms of a .tflite file (scales, activations, named paddings): one source for graphs and for files. */
import {
  type Activation,
  activationRange,
  quantizeMultiplier,
  resolvePadding,
  softmaxScaling,
} from '../../models/arithmetic.ts';
import type { Clamp, Extent, Graph, Layer, Padding, Requantize, Shape, Tensor } from '../../models/graph.ts';
import { slidingOutput } from '../../models/shape.ts';

export interface Quantization {
  /** A float32 value. */
  readonly scale: number;
  readonly zeroPoint: number;
}

interface Weighted {
  readonly weights: Int8Array;
  /** One float32, or one per output channel. */
  readonly weightScales: readonly number[];
  /** Null: the operator has no bias. */
  readonly bias: Int32Array | null;
  readonly channels: number;
  readonly activation: Activation;
  readonly output: Quantization;
}

interface Sliding {
  readonly kernel: Extent;
  readonly stride: Extent;
  /** A file can say only `same` and `valid`; explicit padding is for graphs built directly. */
  readonly padding: 'same' | 'valid' | Padding;
}

export interface Conv2dDescription extends Weighted, Sliding {
  readonly kind: 'conv2d';
  readonly dilation: Extent;
  readonly groups: number;
}

export interface DepthwiseDescription extends Weighted, Sliding {
  readonly kind: 'depthwiseConv2d';
  readonly dilation: Extent;
}

export interface FullyConnectedDescription extends Weighted {
  readonly kind: 'fullyConnected';
  readonly weightZeroPoint: number;
}

export interface AveragePoolDescription extends Sliding {
  readonly kind: 'averagePool2d';
  readonly activation: Activation;
}

export interface ReshapeDescription {
  readonly kind: 'reshape';
  readonly shape: Shape;
}

export interface SoftmaxDescription {
  readonly kind: 'softmax';
  /** A float32 value. */
  readonly beta: number;
}

export interface QuantizeDescription {
  readonly kind: 'quantize';
  readonly output: Quantization;
}

export type LayerDescription =
  | Conv2dDescription
  | DepthwiseDescription
  | FullyConnectedDescription
  | AveragePoolDescription
  | ReshapeDescription
  | SoftmaxDescription
  | QuantizeDescription;

export interface ModelDescription {
  readonly name: string;
  readonly input: Quantization & { readonly shape: Shape };
  readonly layers: readonly LayerDescription[];
}

export function paddingOf(layer: Sliding & { readonly dilation?: Extent }, input: Shape): Padding {
  if (typeof layer.padding !== 'string') return layer.padding;
  const dilation = layer.dilation ?? { height: 1, width: 1 };
  const { kernel, stride } = layer;
  const rows = resolvePadding(layer.padding, input[1]!, kernel.height, stride.height, dilation.height);
  const columns = resolvePadding(layer.padding, input[2]!, kernel.width, stride.width, dilation.width);
  return { top: rows.before, left: columns.before, bottom: rows.after, right: columns.after };
}

function requantizeOf(factors: readonly number[]): Requantize {
  const fixed = factors.map(quantizeMultiplier);
  return {
    multiplier: Int32Array.from(fixed, (entry) => entry.multiplier),
    shift: Int32Array.from(fixed, (entry) => entry.shift),
  };
}

const prefixes = {
  conv2d: 'conv2d',
  depthwiseConv2d: 'depthwise_conv2d',
  fullyConnected: 'fully_connected',
  averagePool2d: 'average_pool2d',
  reshape: 'reshape',
  softmax: 'softmax',
  quantize: 'quantize',
} as const;

interface WeightedFields {
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly requantize: Requantize;
  readonly clamp: Clamp;
}

function weightedFields(layer: Weighted, input: Tensor, roundProduct: boolean): WeightedFields {
  const { scale, zeroPoint } = layer.output;
  const factor = (weightScale: number): number => {
    const product = input.scale * weightScale;
    return (roundProduct ? Math.fround(product) : product) / scale;
  };
  return {
    weights: layer.weights,
    bias: layer.bias ?? new Int32Array(layer.channels),
    requantize: requantizeOf(layer.weightScales.map(factor)),
    clamp: activationRange(layer.activation, scale, zeroPoint),
  };
}

interface Step {
  readonly layer: Layer;
  readonly shape: Shape;
  readonly quantization: Quantization;
}

function step(layer: LayerDescription, index: number, input: Tensor): Step {
  const base = { name: `${prefixes[layer.kind]}_${index}`, input: index, output: index + 1 };
  const same = { scale: input.scale, zeroPoint: input.zeroPoint };
  const map = { height: input.shape[1] ?? 1, width: input.shape[2] ?? 1 };
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d': {
      const { kernel, stride, dilation } = layer;
      const window = { kernel, stride, dilation, padding: paddingOf(layer, input.shape) };
      const { height, width } = slidingOutput(window, map);
      const shape = [1, height, width, layer.channels];
      const fields = { ...base, ...window, ...weightedFields(layer, input, false) };
      const built: Layer =
        layer.kind === 'conv2d'
          ? { ...fields, kind: 'conv2d', groups: layer.groups }
          : { ...fields, kind: 'depthwiseConv2d', depthMultiplier: layer.channels / input.shape[3]! };
      return { layer: built, shape, quantization: layer.output };
    }
    case 'fullyConnected': {
      const fields = weightedFields(layer, input, layer.weightScales.length === 1);
      const { weightZeroPoint } = layer;
      return {
        layer: { ...base, ...fields, kind: 'fullyConnected', weightZeroPoint },
        shape: [1, layer.channels],
        quantization: layer.output,
      };
    }
    case 'averagePool2d': {
      const { kernel, stride } = layer;
      const window = { kernel, stride, padding: paddingOf(layer, input.shape) };
      const { height, width } = slidingOutput(window, map);
      const clamp = activationRange(layer.activation, input.scale, input.zeroPoint);
      return {
        layer: { ...base, ...window, kind: 'averagePool2d', clamp },
        shape: [1, height, width, input.shape[3]!],
        quantization: same,
      };
    }
    case 'reshape':
      return { layer: { ...base, kind: 'reshape' }, shape: layer.shape, quantization: same };
    case 'softmax': {
      const { beta } = layer;
      const constants = softmaxScaling(beta, input.scale)!;
      return {
        layer: { ...base, kind: 'softmax', beta, ...constants },
        shape: input.shape,
        quantization: { scale: 1 / 256, zeroPoint: -128 },
      };
    }
    case 'quantize': {
      const requantize = requantizeOf([input.scale / layer.output.scale]);
      const clamp = { min: -128, max: 127 };
      return {
        layer: { ...base, kind: 'quantize', requantize, clamp },
        shape: input.shape,
        quantization: layer.output,
      };
    }
  }
}

/** The graph of a description: activation k is tensor k, layer k reads tensor k. */
export function graphOf(description: ModelDescription): Graph {
  const { shape, scale, zeroPoint } = description.input;
  const tensors = new Map<number, Tensor>([[0, { id: 0, name: 'activation_0', shape, scale, zeroPoint }]]);
  const layers: Layer[] = [];
  for (const [index, entry] of description.layers.entries()) {
    const next = step(entry, index, tensors.get(index)!);
    layers.push(next.layer);
    const id = index + 1;
    const { scale: outScale, zeroPoint: outZero } = next.quantization;
    tensors.set(id, { id, name: `activation_${id}`, shape: next.shape, scale: outScale, zeroPoint: outZero });
  }
  return {
    name: description.name,
    tensors,
    layers,
    inputs: [0],
    outputs: [description.layers.length],
    profile: 'tflite-reference',
  };
}
