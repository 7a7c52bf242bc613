/**
 * The network between the ONNX file and the graph: float layers in channels-last order, with the file's quantisations as steps of their
 * own. A float network drops the integer side of its constants, an integer network is put together from it (see integer.ts).
 */
import type { FloatLayer } from '../../../float.ts';
import type { Shape } from '../../../graph.ts';
import type { OnnxType } from '../types.ts';

export interface IrTensor {
  readonly id: number;
  readonly name: string;
  /** As stored: channels last. */
  readonly shape: Shape;
}

export interface Quantization {
  /** A float32. */
  readonly scale: number;
  readonly zeroPoint: number;
  readonly type: OnnxType;
}

interface StepBase {
  readonly name: string;
  readonly input: number;
  readonly output: number;
}

/** Limits a value; a bound may be infinite. */
export interface ClipStep extends StepBase {
  readonly kind: 'clip';
  readonly min: number;
  readonly max: number;
}

export interface QuantizeStep extends StepBase, Quantization {
  readonly kind: 'quantize';
}

export interface DequantizeStep extends StepBase, Quantization {
  readonly kind: 'dequantize';
}

/** Float layers here have no fused activation: clips stay steps. */
export type IrLayer = FloatLayer | ClipStep | QuantizeStep | DequantizeStep;

export interface IrStep {
  readonly layer: IrLayer;
  /** The node that it comes from, for faults. */
  readonly place: string;
}

/** Weights as the file holds them, in the order of the float layer's weights. */
export interface IntegerWeights {
  readonly values: Int16Array;
  readonly type: OnnxType;
  /** One, or one per output channel. */
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
}

export interface IntegerBias {
  readonly values: Int32Array;
  /** One, or one per output channel; null when it counts in steps of input scale times weight scale. */
  readonly scales: readonly number[] | null;
}

export interface IntegerConstant extends Quantization {
  readonly values: Int16Array;
}

export interface IrPort {
  readonly id: number;
  readonly name: string;
  readonly type: OnnxType;
  /** In the axis order of the file. */
  readonly shape: Shape;
  /** Axis of the file for every stored dimension: [0, 2, 3, 1] is an image that the file has as [N, C, H, W]. */
  readonly order: readonly number[];
}

export interface Ir {
  readonly name: string;
  readonly tensors: Map<number, IrTensor>;
  readonly steps: IrStep[];
  readonly inputs: IrPort[];
  readonly outputs: IrPort[];
  readonly constants: Map<number, Float32Array>;
  /** By layer name. */
  readonly weights: Map<string, IntegerWeights>;
  readonly biases: Map<string, IntegerBias>;
  /** By tensor id. */
  readonly integers: Map<number, IntegerConstant>;
}
