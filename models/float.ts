/** A trained network in float, between training and quantisation: the layers of graph.ts with real weights and named activations. */

import type { Activation } from './arithmetic.ts';
import type { Extent, Padding, Shape } from './graph.ts';

export interface FloatTensor {
  readonly id: number;
  readonly name: string;
  /** NHWC with the batch of 1 kept. */
  readonly shape: Shape;
}

interface FloatLayerBase {
  readonly name: string;
  /** Tensor ids. */
  readonly input: number;
  readonly output: number;
}

interface FloatWindow {
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly dilation: Extent;
  readonly padding: Padding;
}

/** What layers with weights share. */
interface FloatWeighted {
  readonly weights: Float32Array;
  /** One per output channel. */
  readonly bias: Float32Array;
  readonly activation: Activation;
}

export interface FloatConv2d extends FloatLayerBase, FloatWindow, FloatWeighted {
  /** Weights [outputChannels, kernel.height, kernel.width, inputChannels]. */
  readonly kind: 'conv2d';
}

export interface FloatDepthwiseConv2d extends FloatLayerBase, FloatWindow, FloatWeighted {
  /** Weights [kernel.height, kernel.width, inputChannels * depthMultiplier]. */
  readonly kind: 'depthwiseConv2d';
  readonly depthMultiplier: number;
}

export interface FloatFullyConnected extends FloatLayerBase, FloatWeighted {
  /** Weights [outputs, inputs]. */
  readonly kind: 'fullyConnected';
}

export interface FloatAveragePool2d extends FloatLayerBase {
  readonly kind: 'averagePool2d';
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly padding: Padding;
}

export interface FloatReshape extends FloatLayerBase {
  readonly kind: 'reshape';
}

/** Over the last axis. */
export interface FloatSoftmax extends FloatLayerBase {
  readonly kind: 'softmax';
  readonly beta: number;
}

export type FloatWeightedLayer = FloatConv2d | FloatDepthwiseConv2d | FloatFullyConnected;
export type FloatLayer = FloatWeightedLayer | FloatAveragePool2d | FloatReshape | FloatSoftmax;

export interface FloatGraph {
  readonly name: string;
  readonly tensors: ReadonlyMap<number, FloatTensor>;
  /** In execution order. */
  readonly layers: readonly FloatLayer[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Height, width and channels of an NHWC tensor. */
export function imageShape(tensor: FloatTensor): { height: number; width: number; channels: number } {
  const [, height = 1, width = 1, channels = 1] = tensor.shape;
  return { height, width, channels };
}
