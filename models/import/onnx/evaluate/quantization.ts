/**
 * QuantizeLinear, DequantizeLinear and DynamicQuantizeLinear: float32 division, rounding half to even, saturation after the zero
 * point. Source: onnx/docs/Operators.md of the three operators.
 */

import { stridesOf } from '../../../broadcast.ts';
import { dequantized, quantized, rintHalfEven } from '../../../onnx-arithmetic.ts';
import { axisOf, intAttribute } from '../attributes.ts';
import { newTensor, type OnnxTensor, type OnnxType, rangeOfType, roundToHalf, saturate, typeOfCode } from '../types.ts';
import { type Call, callFault, optional, required } from './call.ts';

/** For every element of `shape` the index of its scale: one scale, one per slice of `axis`, or one per block along it. */
export function scaleIndex(call: Call, shape: readonly number[], scale: OnnxTensor): (element: number) => number {
  if (scale.data.length === 1) return () => 0;
  const axis = axisOf(call.node, intAttribute(call.node, 'axis', 1), shape.length);
  const strides = stridesOf(shape);
  const stride = strides[axis]!;
  const size = shape[axis]!;
  const block = intAttribute(call.node, 'block_size', 0);
  if (scale.shape.length === 1 && block === 0) {
    if (scale.shape[0] === size) return (element) => Math.floor(element / stride) % size;
    const cause = `${scale.shape[0]} scales along axis ${axis} of [${shape.join(', ')}]`;
    throw callFault(call, 'ONNX_QUANTIZATION', cause, `one scale, or ${size}, are needed`);
  }
  const blocks = scale.shape[axis] ?? 0;
  const fits = scale.shape.every((length, at) => length === (at === axis ? Math.ceil(size / block) : shape[at]));
  if (block <= 0 || scale.shape.length !== shape.length || !fits) {
    const cause = `scales of shape [${scale.shape.join(', ')}] with block size ${block} for [${shape.join(', ')}]`;
    throw callFault(
      call,
      'ONNX_QUANTIZATION',
      cause,
      'one scale, one per slice of the axis or one per block are needed',
    );
  }
  return (element) => {
    const outer = Math.floor(element / (stride * size));
    const along = Math.floor(element / stride) % size;
    return (outer * blocks + Math.floor(along / block)) * stride + (element % stride);
  };
}

function zeroPoints(call: Call, index: number, scale: OnnxTensor): OnnxTensor | null {
  const zero = optional(call, index);
  if (zero === null || zero.data.length === scale.data.length) return zero;
  const cause = `${zero.data.length} zero points for ${scale.data.length} scales`;
  throw callFault(call, 'ONNX_QUANTIZATION', cause, 'as many zero points as scales are needed');
}

/** The integer type that QuantizeLinear makes: of its zero point, of attribute output_dtype, or uint8. */
export function quantizedType(call: Call): OnnxType {
  const zero = optional(call, 2);
  const stated = intAttribute(call.node, 'output_dtype', 0);
  const type = zero ? zero.type : stated === 0 ? 'uint8' : typeOfCode(stated);
  if (type !== null && rangeOfType(type) !== null) return type;
  throw callFault(call, 'ONNX_TYPE', `output data type ${stated}`, 'an integer type is needed');
}

export function quantizeLinear(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const scale = required(call, 1);
  const zero = zeroPoints(call, 2, scale);
  const type = quantizedType(call);
  const range = rangeOfType(type)!;
  const at = scaleIndex(call, x.shape, scale);
  const y = newTensor(type, x.shape, call.node.place);
  for (let i = 0; i < y.data.length; i += 1) {
    const k = at(i);
    y.data[i] = quantized(x.data[i]!, scale.data[k]!, zero ? zero.data[k]! : 0, range[0], range[1]);
  }
  return [y];
}

export function dequantizeLinear(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const scale = required(call, 1);
  const zero = zeroPoints(call, 2, scale);
  const at = scaleIndex(call, x.shape, scale);
  const y = newTensor(scale.type, x.shape, call.node.place);
  for (let i = 0; i < y.data.length; i += 1) {
    const k = at(i);
    const value = dequantized(x.data[i]!, scale.data[k]!, zero ? zero.data[k]! : 0);
    y.data[i] = scale.type === 'float16' ? roundToHalf(value) : value;
  }
  return [y];
}

export function dynamicQuantizeLinear(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  let low = 0;
  let high = 0;
  for (const value of x.data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const range = [0, 255] as const;
  const spread = Math.fround(Math.fround(high - low) / 255);
  const scale = spread > 0 ? spread : 1;
  const zeroPoint = rintHalfEven(saturate(Math.fround(0 - Math.fround(low / scale)), range));
  const y = newTensor('uint8', x.shape, call.node.place);
  for (let i = 0; i < y.data.length; i += 1) y.data[i] = quantized(x.data[i]!, scale, zeroPoint, range[0], range[1]);
  return [
    y,
    { type: 'float', shape: [], data: Float32Array.of(scale) },
    { type: 'uint8', shape: [], data: Uint8Array.of(zeroPoint) },
  ];
}
