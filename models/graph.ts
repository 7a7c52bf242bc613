/** Networks as integers: tensors with exact scales, layers as a tagged union, every table the hardware needs already integer. */

import type { Multiplier } from './arithmetic.ts';

/** NHWC with the batch of 1 kept, exactly as the model file says: `[1, 49, 10, 1]`, `[1, 12]`. */
export type Shape = readonly number[];

/** What an activation holds: integers q that stand for `scale * (q - zeroPoint)`. */
export type TensorType = 'int8' | 'int16';
export type TensorData = Int8Array | Int16Array;

/** An activation tensor. `scale` is a float32 value held exactly in a double. */
export interface Tensor {
  readonly id: number;
  readonly name: string;
  readonly shape: Shape;
  readonly scale: number;
  /** Inside the type's range; 0 for int16. */
  readonly zeroPoint: number;
  /** int8 where absent. */
  readonly type?: TensorType;
  /** The model file says uint8: its bytes are ours xor 0x80, its zero point is ours + 128. */
  readonly stored?: 'uint8';
}

/**
 * Rescaling of sums to the output's scale: factors `multiplier * 2^(shift - 31)`. Length 1 (one factor for the tensor)
 * or one entry per output channel. How they are applied is the profile's business (see Graph.profile).
 */
export interface Requantize {
  readonly multiplier: Int32Array;
  readonly shift: Int32Array;
}

/** Output clamp after adding the output zero point, both bounds included, inside the range of the output's type. */
export interface Clamp {
  readonly min: number;
  readonly max: number;
}

export interface Extent {
  readonly height: number;
  readonly width: number;
}

/** Explicit padding in pixels; SAME and VALID are resolved by the importer. */
export interface Padding {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

interface Named {
  /** Unique inside the graph and a legal Verilog identifier, derived from the operator and its position: `conv2d_0`. */
  readonly name: string;
}

interface LayerBase extends Named {
  /** Tensor ids. */
  readonly input: number;
  readonly output: number;
}

/** Layers that join several tensors, in this order; one id may stand there twice. */
interface JoinBase extends Named {
  readonly inputs: readonly number[];
  readonly output: number;
}

interface Window {
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly dilation: Extent;
  readonly padding: Padding;
}

/** What layers with weights share. */
interface Weighted {
  /** One element per weight, also where the model packs two into a byte. */
  readonly weights: Int8Array;
  /** Bits of a weight in the model; 8 where absent. */
  readonly weightBits?: 4 | 8;
  /**
   * One per output channel, zeros when the model has none. With int16 activations the type names the accumulator: Int32Array
   * sums in 32 bits and rounds twice, Float64Array (whole numbers below 2^53) sums in 64 and rounds once with 16-bit multipliers.
   */
  readonly bias: Int32Array | Float64Array;
  readonly requantize: Requantize;
  readonly clamp: Clamp;
}

export interface Conv2d extends LayerBase, Window, Weighted {
  /** Weights [outputChannels, kernel.height, kernel.width, inputChannels / groups]. */
  readonly kind: 'conv2d';
  readonly groups: number;
}

export interface DepthwiseConv2d extends LayerBase, Window, Weighted {
  /** Weights [kernel.height, kernel.width, inputChannels * depthMultiplier]; output channel c reads input channel floor(c / depthMultiplier). */
  readonly kind: 'depthwiseConv2d';
  readonly depthMultiplier: number;
}

export interface FullyConnected extends LayerBase, Weighted {
  /** Weights [outputs, inputs]; every `inputs` consecutive elements of the input are a row of their own. */
  readonly kind: 'fullyConnected';
  /** Subtracted from every weight; 0 in all per-channel models. */
  readonly weightZeroPoint: number;
}

interface Pool extends LayerBase {
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly padding: Padding;
  readonly clamp: Clamp;
}

/** Over the pixels of the window that lie inside the image; scale and zero point stay. */
export interface AveragePool2d extends Pool {
  readonly kind: 'averagePool2d';
}

export interface MaxPool2d extends Pool {
  readonly kind: 'maxPool2d';
}

/** Same bytes, another shape (reshape, squeeze, flatten, expand dims). */
export interface Reshape extends LayerBase {
  readonly kind: 'reshape';
}

/** Softmax over the last axis of int8 values, output scale 1/256 and zero point -128. */
export interface Softmax extends LayerBase {
  readonly kind: 'softmax';
  readonly beta: number;
  readonly multiplier: number;
  readonly leftShift: number;
  readonly diffMin: number;
}

/** Rescaling between any two quantised types; with a tighter clamp also relu, relu6 and relu_n1_to_1 as operators of their own. */
export interface Quantize extends LayerBase {
  readonly kind: 'quantize';
  readonly requantize: Requantize;
  readonly clamp: Clamp;
}

/** Two inputs of the output's type, dimensions aligned at the end, those of size 1 repeated. */
interface Elementwise extends JoinBase {
  readonly clamp: Clamp;
}

/**
 * first +- second. Profile A: each input is shifted left by `leftShift` and scaled to a common scale (factors `first` and
 * `second`), the sum is scaled by `rescale`. Profile onnx-qlinear reads the tensors' scales instead.
 */
export interface AddOrSub extends Elementwise {
  readonly kind: 'add' | 'sub';
  readonly leftShift: number;
  readonly first: Multiplier;
  readonly second: Multiplier;
  readonly rescale: Multiplier;
}

export interface Mul extends Elementwise {
  readonly kind: 'mul';
  readonly requantize: Requantize;
}

/** Elements of `value` (already quantised) before and after every dimension. */
export interface Pad extends LayerBase {
  readonly kind: 'pad';
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

/** Copies its inputs one after the other along `axis`; all scales and zero points are equal. */
export interface Concatenation extends JoinBase {
  readonly kind: 'concatenation';
  readonly axis: number;
}

/** Mean over `axes` (ascending), which the output keeps with size 1 or leaves out. */
export interface Mean extends LayerBase {
  readonly kind: 'mean';
  readonly axes: readonly number[];
  /** One factor from the sum (zero points subtracted) to the output: the division by the count is in it. */
  readonly requantize: Requantize;
  readonly clamp: Clamp;
}

/** Nearest neighbour along height and width, to the output's size. */
export interface ResizeNearest extends LayerBase {
  readonly kind: 'resizeNearest';
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Element k of an output dimension is element `begin + k * step` of the same input dimension. */
export interface Slice extends LayerBase {
  readonly kind: 'slice';
  readonly begin: readonly number[];
  /** Never 0; may be negative. */
  readonly step: readonly number[];
}

/** Output dimension d is input dimension `permutation[d]`. */
export interface Transpose extends LayerBase {
  readonly kind: 'transpose';
  readonly permutation: readonly number[];
}

/**
 * Matrix products over the last two dimensions, [..., rows, depth] x [..., depth, columns]; the leading ones broadcast as in
 * Elementwise. An adjoint input holds its matrices transposed.
 */
export interface BatchMatMul extends JoinBase {
  readonly kind: 'batchMatMul';
  readonly adjointFirst: boolean;
  readonly adjointSecond: boolean;
  readonly requantize: Requantize;
  readonly clamp: Clamp;
}

/** Any function of one value. */
export interface Lookup extends LayerBase {
  readonly kind: 'lookup';
  readonly function: 'logistic' | 'tanh' | 'leakyRelu';
  /** Entry `q - lowest value of the input's type` is the output for q: 256 entries for int8, 65536 for int16. */
  readonly table: TensorData;
}

export type Layer =
  | Conv2d
  | DepthwiseConv2d
  | FullyConnected
  | AveragePool2d
  | MaxPool2d
  | Reshape
  | Softmax
  | Quantize
  | AddOrSub
  | Mul
  | Pad
  | Concatenation
  | Mean
  | ResizeNearest
  | Slice
  | Transpose
  | BatchMatMul
  | Lookup;
export type LayerKind = Layer['kind'];

export interface Graph {
  readonly name: string;
  /** Every activation tensor and constant operand, by id. */
  readonly tensors: ReadonlyMap<number, Tensor>;
  /** Tensors whose content the model holds (an operand of add, mul, batchMatMul ...); nothing writes them. */
  readonly constants?: ReadonlyMap<number, TensorData>;
  /** In execution order; each layer reads constants and tensors that are inputs or outputs of earlier layers. */
  readonly layers: readonly Layer[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly profile: Profile;
}

/**
 * Which integer arithmetic is the truth, on the same data. `tflite-reference`: TensorFlow Lite Micro's reference kernels
 * (fixed point, two roundings). `onnx-qlinear`: saturate(roundHalfEven(float32(float32(sum) * factor)) + zeroPoint).
 * `power-of-two`: int8 only, every multiplier is 2^30, so a factor is 2^(shift - 1) with shift <= 1: a right shift by 1 - shift,
 * rounded once, halves away from zero.
 */
export type Profile = 'tflite-reference' | 'onnx-qlinear' | 'power-of-two';
