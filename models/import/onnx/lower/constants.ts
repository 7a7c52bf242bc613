/** Constants on their way into the network: float values, and the integers they came from where the file has them. */
import { broadcastStrides } from '../../../broadcast.ts';
import type { Shape } from '../../../graph.ts';
import { strided, transposed } from '../evaluate/indexing.ts';
import { dequantizeLinear } from '../evaluate/quantization.ts';
import type { OnnxTensor } from '../types.ts';
import { type At, type ConstantOrigin, type ConstantValue, fault, newId } from './context.ts';
import { arrangement, plainView, type View } from './view.ts';

function isInteger(tensor: OnnxTensor): boolean {
  return ['int8', 'uint8', 'int16', 'uint16', 'int32', 'int4', 'uint4'].includes(tensor.type);
}

/** A constant of integers with scale and zero point, as the QLinear operators state it. */
export function quantizedConstant(at: At, origin: ConstantOrigin): ConstantValue {
  const attributes = new Map([['axis', { kind: 'int', value: origin.axis } as const]]);
  const node = { ...at.node, attributes };
  const inputs = [origin.values, origin.scale, origin.zeroPoint];
  return { tensor: dequantizeLinear({ node, opset: at.call.opset, inputs })[0]!, origin };
}

/** The same change of shape or order on the floats and on their integers; `axis` says where per-axis scales go, null that they cannot. */
export function movedConstant(
  value: ConstantValue,
  move: (tensor: OnnxTensor) => OnnxTensor,
  axis: (from: number) => number | null,
): ConstantValue {
  const { origin } = value;
  const tensor = move(value.tensor);
  if (origin === null) return { tensor, origin };
  const target = origin.scale.data.length === 1 ? 0 : axis(origin.axis);
  if (target === null || origin.scale.shape.length > 1) return { tensor, origin: null };
  return { tensor, origin: { ...origin, values: move(origin.values), axis: target } };
}

function place(at: At, tensor: OnnxTensor, shape: Shape): number {
  const id = newId(at.lowering, at.node.inputs.join(' ').slice(0, 80), shape);
  at.lowering.ir.constants.set(id, Float32Array.from(tensor.data));
  return id;
}

/** Keeps the integers of a constant operand, when it has one scale for all of them. */
function placeOrigin(at: At, id: number, value: ConstantValue, move: (tensor: OnnxTensor) => OnnxTensor): void {
  const { origin } = value;
  if (origin === null || origin.scale.data.length !== 1 || !isInteger(origin.values)) return;
  at.lowering.ir.integers.set(id, {
    values: Int16Array.from(move(origin.values).data),
    type: origin.values.type,
    scale: origin.scale.data[0]!,
    zeroPoint: origin.zeroPoint?.data[0] ?? 0,
  });
}

/** A constant stored with its axes in this order; -1 stands for an inserted dimension of 1. */
export function storeOrdered(at: At, value: ConstantValue, order: readonly number[]): { id: number; shape: number[] } {
  const { tensor } = value;
  const { shape, permutation } = arrangement(plainView(0, tensor.shape), order);
  const move = (source: OnnxTensor): OnnxTensor =>
    permutation === null ? source : transposed(source, permutation, at.node.place);
  const id = place(at, move(tensor), shape);
  placeOrigin(at, id, value, move);
  return { id, shape };
}

/**
 * A constant stored so that it broadcasts against the storage of `view` as it broadcasts against its ONNX shape; null when the
 * constant is the larger of the two.
 */
export function storeLike(at: At, value: ConstantValue, view: View): number | null {
  const { tensor } = value;
  const missing = view.axes.length - tensor.shape.length;
  if (missing < 0) return null;
  const full = [...new Array<number>(missing).fill(1), ...tensor.shape];
  const steps = broadcastStrides(full, full);
  const shape = new Array<number>(view.stored.length).fill(1);
  const strides = new Array<number>(view.stored.length).fill(0);
  for (const [axis, group] of view.axes.entries()) {
    if (full[axis] === 1) continue;
    let inner = full[axis]!;
    for (const dimension of group) {
      const size = view.stored[dimension]!;
      inner /= size;
      shape[dimension] = size;
      strides[dimension] = steps[axis]! * inner;
    }
    if (inner !== 1) return null;
  }
  const move = (source: OnnxTensor): OnnxTensor => strided(source, shape, strides, at.node.place);
  const id = place(at, move(tensor), shape);
  placeOrigin(at, id, value, move);
  return id;
}

/** One number. */
export function scalarOf(at: At, tensor: OnnxTensor | null, what: string): number {
  if (tensor?.data.length === 1) return tensor.data[0]!;
  const cause = `${tensor ? tensor.data.length : 'no'} values for the ${what}`;
  throw fault(at, 'ONNX_QUANTIZATION', cause, 'an activation has one scale and one zero point, both constants');
}
