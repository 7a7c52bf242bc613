import type { Multiplier } from '../../../models/arithmetic.ts';
import type { Clamp, Extent, Softmax, TensorData } from '../../../models/graph.ts';
import type { Interpolation } from '../../../models/lookup.ts';
import type { ElementBits } from '../../../models/tensor-type.ts';
import type { Scaling } from '../../library/rescaler.ts';
import type { MapShape, RearrangeStage } from '../architecture.ts';

interface WorkBase {
  readonly name: string;
  /** Model layers that this work covers: its own and those folded into it. */
  readonly layers: readonly string[];
  /** Tensors that enter its ports; reshapes are looked through. */
  readonly sources: readonly number[];
  readonly outputTensor: number;
  /** What enters the first port. */
  readonly input: MapShape;
  readonly output: MapShape;
  /** Bits of an element of either. */
  readonly inputBits: ElementBits;
  readonly outputBits: ElementBits;
  /** Model multiply-accumulates per inference. */
  readonly macs: number;
}

/** How the sums of a layer come to the output's type: a requantizer of the profile, the rounding division of an average, or as they are. */
export type Scaler =
  | { readonly kind: 'requantize'; readonly scaling: Scaling; readonly bias: Int32Array | Float64Array | null }
  | { readonly kind: 'divide' }
  | { readonly kind: 'keep' };

/** A layer in the one form that the window engine computes, whatever the operator was called. */
export interface WindowWork extends WorkBase {
  readonly form: 'window';
  /** `dense`: every output reads all input channels. `channelwise`: output channel c reads input channel floor(c / depthMultiplier). */
  readonly reach: 'dense' | 'channelwise';
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly dilation: Extent;
  readonly padding: { readonly top: number; readonly left: number };
  readonly depthMultiplier: number;
  /**
   * Weight of (output channel, kernel row, kernel column, input channel), zero point already subtracted; null when the layer only
   * adds or compares. Channelwise layers ignore the input channel.
   */
  readonly weight: ((output: number, row: number, column: number, input: number) => number) | null;
  /** What becomes of a window's products or, without weights, of its bytes. */
  readonly reduce: 'sum' | 'maximum';
  readonly scaler: Scaler;
  readonly inputZeroPoint: number;
  readonly outputZeroPoint: number;
  readonly clamp: Clamp;
}

/** A second operand that the model holds: byte `i % values.length` meets byte `i` of the frame. */
export interface ConstantOperand {
  /** Which operand it is: `a - constant` is not `constant - a`. */
  readonly position: 0 | 1;
  readonly values: TensorData;
}

/** What a bytewise engine makes of a byte of every port. Zero points: of the operands in order, then of the result. */
export type Operation =
  | { readonly kind: 'lookup'; readonly table: TensorData }
  | { readonly kind: 'interpolate'; readonly line: Interpolation }
  | {
      readonly kind: 'rescale';
      readonly scaling: Scaling;
      readonly zeroPoints: readonly [number, number];
      readonly clamp: Clamp;
    }
  | {
      readonly kind: 'add' | 'sub';
      readonly leftShift: number;
      readonly first: Multiplier;
      readonly second: Multiplier;
      readonly scaling: Scaling;
      readonly zeroPoints: readonly [number, number, number];
      readonly clamp: Clamp;
      readonly constant: ConstantOperand | null;
    }
  | {
      readonly kind: 'mul';
      readonly scaling: Scaling;
      readonly zeroPoints: readonly [number, number, number];
      readonly clamp: Clamp;
      readonly constant: ConstantOperand | null;
    };

/** One result for every byte of every port. */
export interface BytewiseWork extends WorkBase {
  readonly form: 'bytewise';
  readonly operation: Operation;
}

/** `turns[p]` bytes of port p, then of the next port, around and around. */
export interface TurnsWork extends WorkBase {
  readonly form: 'turns';
  readonly turns: readonly number[];
}

/** Rows of `input.channels` bytes, each of which becomes as many. */
export interface RowWork extends WorkBase {
  readonly form: 'row';
  readonly softmax: Pick<Softmax, 'multiplier' | 'leftShift' | 'diffMin'>;
}

/** Bytes that only move: see `RearrangeStage`. */
export interface RearrangeWork extends WorkBase, Pick<RearrangeStage, 'kind' | 'walk' | 'inserted'> {
  readonly form: 'rearrange';
}

export type Work = WindowWork | BytewiseWork | TurnsWork | RowWork | RearrangeWork;
