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

/** A layer of several inputs. */
interface FloatJoinBase {
  readonly name: string;
  /** Tensor ids; constants (FloatGraph.constants) are allowed. */
  readonly inputs: readonly number[];
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
  /** Weights [outputChannels, kernel.height, kernel.width, inputChannels / groups]. */
  readonly kind: 'conv2d';
  readonly groups: number;
}

export interface FloatDepthwiseConv2d extends FloatLayerBase, FloatWindow, FloatWeighted {
  /** Weights [kernel.height, kernel.width, inputChannels * depthMultiplier]; output channel c reads input channel floor(c / depthMultiplier). */
  readonly kind: 'depthwiseConv2d';
  readonly depthMultiplier: number;
}

export interface FloatFullyConnected extends FloatLayerBase, FloatWeighted {
  /** Weights [outputs, inputs]; the input has any number of rows of `inputs` values, one after the other. */
  readonly kind: 'fullyConnected';
}

/** The mean of the window's values inside the image; padding does not count. */
export interface FloatAveragePool2d extends FloatLayerBase {
  readonly kind: 'averagePool2d';
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly padding: Padding;
}

/** The largest of the window's values inside the image. */
export interface FloatMaxPool2d extends FloatLayerBase {
  readonly kind: 'maxPool2d';
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

export type ActivationFunction = 'relu' | 'relu6' | 'reluN1To1' | 'logistic' | 'tanh' | 'leakyRelu';

/** An activation as a layer of its own. */
export interface FloatActivation extends FloatLayerBase {
  readonly kind: 'activation';
  readonly function: ActivationFunction;
  /** The factor of negative values; of leakyRelu only. */
  readonly alpha?: number;
}

/** Element by element on two inputs, the smaller of which is repeated as NumPy broadcasts: shapes are aligned at their ends, 1 fits any size. */
export interface FloatElementwise extends FloatJoinBase {
  readonly kind: 'add' | 'sub' | 'mul';
  readonly activation: Activation;
}

export interface FloatPad extends FloatLayerBase {
  readonly kind: 'pad';
  /** One entry per dimension. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

export interface FloatConcatenation extends FloatJoinBase {
  readonly kind: 'concatenation';
  /** 0 or more. */
  readonly axis: number;
}

/** The output has the averaged dimensions as 1 or not at all. */
export interface FloatMean extends FloatLayerBase {
  readonly kind: 'mean';
  /** 0 or more, ascending. */
  readonly axes: readonly number[];
}

/** Height and width become those of the output. The source pixel is resizeSource's. */
export interface FloatResizeNearest extends FloatLayerBase {
  readonly kind: 'resizeNearest';
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Output index i along a dimension reads begin + i * step; the extent is the output's shape. */
export interface FloatSlice extends FloatLayerBase {
  readonly kind: 'slice';
  /** One entry per dimension; a step may be negative, never 0. */
  readonly begin: readonly number[];
  readonly step: readonly number[];
}

/** Dimension d of the output is dimension permutation[d] of the input. */
export interface FloatTranspose extends FloatLayerBase {
  readonly kind: 'transpose';
  readonly permutation: readonly number[];
}

/** Matrix products of the last two dimensions, [rows, inner] x [inner, columns]; the dimensions before them broadcast. */
export interface FloatBatchMatMul extends FloatJoinBase {
  readonly kind: 'batchMatMul';
  /** The operand comes transposed: [inner, rows] or [columns, inner]. */
  readonly adjointFirst: boolean;
  readonly adjointSecond: boolean;
}

export type FloatPool2d = FloatAveragePool2d | FloatMaxPool2d;
export type FloatWeightedLayer = FloatConv2d | FloatDepthwiseConv2d | FloatFullyConnected;
export type FloatJoinLayer = FloatElementwise | FloatConcatenation | FloatBatchMatMul;
export type FloatLayer =
  | FloatWeightedLayer
  | FloatPool2d
  | FloatReshape
  | FloatSoftmax
  | FloatActivation
  | FloatElementwise
  | FloatPad
  | FloatConcatenation
  | FloatMean
  | FloatResizeNearest
  | FloatSlice
  | FloatTranspose
  | FloatBatchMatMul;
/** Layers of one input. */
export type FloatSingleLayer = Exclude<FloatLayer, FloatJoinLayer>;
export type FloatLayerKind = FloatLayer['kind'];

export interface FloatGraph {
  readonly name: string;
  /** Every activation and every constant operand. */
  readonly tensors: ReadonlyMap<number, FloatTensor>;
  /** In execution order. */
  readonly layers: readonly FloatLayer[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Tensors whose values the model holds, row by row: operands of add, mul and the like. They are ready before the first layer. */
  readonly constants?: ReadonlyMap<number, Float32Array>;
}

/** Height, width and channels of an NHWC tensor. */
export function imageShape(tensor: FloatTensor): { height: number; width: number; channels: number } {
  const [, height = 1, width = 1, channels = 1] = tensor.shape;
  return { height, width, channels };
}
