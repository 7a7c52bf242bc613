/** Networks as integers: tensors with exact scales, layers as a tagged union, every table the hardware needs already integer. */

/** NHWC with the batch of 1 kept, exactly as the model file says: `[1, 49, 10, 1]`, `[1, 12]`. */
export type Shape = readonly number[];

/** An int8 activation tensor. `scale` is a float32 value held exactly in a double. */
export interface Tensor {
  readonly id: number;
  readonly name: string;
  readonly shape: Shape;
  readonly scale: number;
  readonly zeroPoint: number;
}

/**
 * Fixed-point rescaling of profile A: `MBQM(acc, multiplier, shift)`, `shift > 0` shifts left.
 * Length 1 (one scale for the tensor) or one entry per output channel.
 */
export interface Requantize {
  readonly multiplier: Int32Array;
  readonly shift: Int32Array;
}

/** Output clamp after adding the output zero point, both bounds included, inside -128..127. */
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

interface LayerBase {
  /** Unique inside the graph and a legal Verilog identifier, derived from the operator and its position: `conv2d_0`. */
  readonly name: string;
  /** Tensor ids. */
  readonly input: number;
  readonly output: number;
}

interface Window {
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly dilation: Extent;
  readonly padding: Padding;
}

export interface Conv2d extends LayerBase, Window {
  readonly kind: 'conv2d';
  /** [outputChannels, kernel.height, kernel.width, inputChannels / groups]. */
  readonly weights: Int8Array;
  /** One per output channel, zeros when the model has none. */
  readonly bias: Int32Array;
  readonly groups: number;
  readonly requantize: Requantize;
  readonly clamp: Clamp;
}

export interface DepthwiseConv2d extends LayerBase, Window {
  readonly kind: 'depthwiseConv2d';
  /** [kernel.height, kernel.width, inputChannels * depthMultiplier]; output channel c reads input channel floor(c / depthMultiplier). */
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly depthMultiplier: number;
  readonly requantize: Requantize;
  readonly clamp: Clamp;
}

export interface FullyConnected extends LayerBase {
  readonly kind: 'fullyConnected';
  /** [outputs, inputs]. */
  readonly weights: Int8Array;
  /** Subtracted from every weight; 0 in all per-channel models. */
  readonly weightZeroPoint: number;
  readonly bias: Int32Array;
  readonly requantize: Requantize;
  readonly clamp: Clamp;
}

export interface AveragePool2d extends LayerBase {
  readonly kind: 'averagePool2d';
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly padding: Padding;
  readonly clamp: Clamp;
}

/** Same bytes, another shape (reshape, squeeze, flatten). */
export interface Reshape extends LayerBase {
  readonly kind: 'reshape';
}

/** Softmax over the last axis, output scale 1/256 and zero point -128. */
export interface Softmax extends LayerBase {
  readonly kind: 'softmax';
  readonly beta: number;
  readonly multiplier: number;
  readonly leftShift: number;
  readonly diffMin: number;
}

/** int8 to int8 rescaling. */
export interface Quantize extends LayerBase {
  readonly kind: 'quantize';
  readonly requantize: Requantize;
  readonly clamp: Clamp;
}

export type Layer = Conv2d | DepthwiseConv2d | FullyConnected | AveragePool2d | Reshape | Softmax | Quantize;
export type LayerKind = Layer['kind'];

export interface Graph {
  readonly name: string;
  /** Every activation tensor, by id. */
  readonly tensors: ReadonlyMap<number, Tensor>;
  /** In execution order; each layer reads tensors that are inputs or outputs of earlier layers. */
  readonly layers: readonly Layer[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Which integer arithmetic is the truth: TensorFlow Lite's reference kernels with double rounding. */
  readonly profile: 'tflite-reference';
}
