/** Operators that work on one element at a time: arithmetic with broadcasting, activations, Cast, BatchNormalization. */

import { broadcastShape, broadcastStrides } from '../../../broadcast.ts';
import { logistic } from '../../../onnx-arithmetic.ts';
import { floatAttribute, intAttribute } from '../attributes.ts';
import { isFloat, newTensor, type OnnxTensor, type OnnxType, rangeOfType, roundToHalf, typeOfCode } from '../types.ts';
import { type Call, callFault, type Operator, optional, required } from './call.ts';
import { strided } from './indexing.ts';

/** What a tensor of this type holds after a number was computed: wrapped integers, rounded floats. */
function stored(type: OnnxType, value: number): number {
  if (type === 'float16') return roundToHalf(value);
  return type === 'int64' ? Math.trunc(value) : value;
}

function binary(compute: (a: number, b: number) => number): Operator {
  return (call) => {
    const a = required(call, 0);
    const b = required(call, 1);
    const shape = broadcastShape(a.shape, b.shape);
    if (shape === null || a.type !== b.type) {
      const cause = `${a.type} [${a.shape.join(', ')}] and ${b.type} [${b.shape.join(', ')}]`;
      throw callFault(call, 'ONNX_SHAPE', cause, 'operands of one type that broadcast are needed');
    }
    const { place } = call.node;
    const left = strided(a, shape, broadcastStrides(a.shape, shape), place).data;
    const right = strided(b, shape, broadcastStrides(b.shape, shape), place).data;
    const y = newTensor(a.type, shape, place);
    for (let i = 0; i < y.data.length; i += 1) y.data[i] = stored(a.type, compute(left[i]!, right[i]!));
    return [y];
  };
}

export const add = binary((a, b) => a + b);
export const sub = binary((a, b) => a - b);
export const mul = binary((a, b) => a * b);

function mapped(call: Call, x: OnnxTensor, compute: (value: number) => number): OnnxTensor[] {
  const y = newTensor(x.type, x.shape, call.node.place);
  for (let i = 0; i < y.data.length; i += 1) y.data[i] = stored(x.type, compute(x.data[i]!));
  return [y];
}

export function div(call: Call): OnnxTensor[] {
  const integer = !isFloat(required(call, 0).type);
  return [...binary((a, b) => (integer ? (b === 0 ? 0 : Math.trunc(a / b)) : a / b))(call)];
}

export const relu: Operator = (call) => mapped(call, required(call, 0), (x) => Math.max(0, x));

export function leakyRelu(call: Call): OnnxTensor[] {
  const alpha = floatAttribute(call.node, 'alpha', Math.fround(0.01));
  return mapped(call, required(call, 0), (x) => (x < 0 ? alpha * x : x));
}

export const sigmoid: Operator = (call) => mapped(call, required(call, 0), logistic);
export const tanh: Operator = (call) => mapped(call, required(call, 0), Math.tanh);

/** Bounds are inputs; up to operator set 10 they were attributes. */
export function clipBounds(call: Call): { min: number; max: number } {
  const bound = (index: number, name: string, none: number): number => {
    if (call.opset < 11) return floatAttribute(call.node, name, none);
    return optional(call, index)?.data[0] ?? none;
  };
  return { min: bound(1, 'min', Number.NEGATIVE_INFINITY), max: bound(2, 'max', Number.POSITIVE_INFINITY) };
}

export function clip(call: Call): OnnxTensor[] {
  const { min, max } = clipBounds(call);
  return mapped(call, required(call, 0), (x) => Math.min(max, Math.max(min, x)));
}

export function cast(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const code = intAttribute(call.node, 'to', 0);
  const type = typeOfCode(code);
  if (type === null)
    throw callFault(call, 'ONNX_TYPE', `a cast to data type ${code}`, 'see the supported tensor types');
  const y = newTensor(type, x.shape, call.node.place);
  const range = rangeOfType(type);
  for (let i = 0; i < y.data.length; i += 1) {
    const value = x.data[i]!;
    if (type === 'bool') y.data[i] = value === 0 ? 0 : 1;
    else y.data[i] = range === null ? stored(type, value) : Math.trunc(value);
  }
  return [y];
}

/** Inference form: scale * (x - mean) / sqrt(variance + epsilon) + bias per channel (axis 1). */
export function batchNormalization(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const channels = x.shape[1] ?? 1;
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) => required(call, index).data) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  if ([scale, bias, mean, variance].some((list) => list.length !== channels)) {
    throw callFault(
      call,
      'ONNX_SHAPE',
      `parameters for other than ${channels} channels`,
      'one value per channel is needed',
    );
  }
  const epsilon = floatAttribute(call.node, 'epsilon', Math.fround(1e-5));
  const inner = x.shape.slice(2).reduce((product, size) => product * size, 1);
  const y = newTensor(x.type, x.shape, call.node.place);
  for (let i = 0; i < y.data.length; i += 1) {
    const c = Math.floor(i / inner) % channels;
    y.data[i] = stored(x.type, (scale[c]! * (x.data[i]! - mean[c]!)) / Math.sqrt(variance[c]! + epsilon) + bias[c]!);
  }
  return [y];
}
