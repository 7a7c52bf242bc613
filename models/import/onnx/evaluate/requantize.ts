/** What QLinearConv and QLinearMatMul share: the accumulator times one float32 factor. */
import { rintHalfEven } from '../../../onnx-arithmetic.ts';
import type { OnnxTensor } from '../types.ts';
import { rangeOfType, saturate } from '../types.ts';
import { type Call, callFault, required } from './call.ts';

/** saturate(rint_half_even(f32(f32(accumulator) * factor)) + zeroPoint). */
export function requantized(
  accumulator: number,
  factor: number,
  zeroPoint: number,
  range: readonly [number, number],
): number {
  return saturate(rintHalfEven(Math.fround(Math.fround(accumulator) * factor)) + zeroPoint, range);
}

/** The range of an 8-bit tensor. */
export function byteRange(call: Call, tensor: OnnxTensor): readonly [number, number] {
  if (tensor.type === 'int8' || tensor.type === 'uint8') return rangeOfType(tensor.type)!;
  throw callFault(call, 'ONNX_TYPE', `${tensor.type} values`, 'int8 or uint8 is needed');
}

/** A list of one value, or of one per channel. */
export function perChannel(call: Call, index: number, channels: number): (channel: number) => number {
  const { data } = required(call, index);
  if (data.length === 1) return () => data[0]!;
  if (data.length === channels) return (channel) => data[channel]!;
  throw callFault(call, 'ONNX_QUANTIZATION', `input ${index} has ${data.length} values`, `1 or ${channels} are needed`);
}

export function single(call: Call, index: number): number {
  const { data } = required(call, index);
  if (data.length === 1) return data[0]!;
  throw callFault(call, 'ONNX_QUANTIZATION', `input ${index} has ${data.length} values`, 'one is needed');
}
