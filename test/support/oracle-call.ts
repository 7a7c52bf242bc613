/** What the parts of the oracle share: one operator of a file with its tensors and their content. */
import type { Field } from './flatbuffer-writer.ts';
import { type FileOperator, type FileTensor, tensorType } from './tflite-writer.ts';

export type Values = readonly number[];
export type Index = readonly number[];

export const f32 = Math.fround;
export const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Every index of a shape, in C order. */
export function indices(shape: readonly number[]): Index[] {
  let list: Index[] = [[]];
  for (const extent of shape) {
    list = list.flatMap((index) => Array.from({ length: extent }, (_, at) => [...index, at]));
  }
  return list;
}

export const flat = (index: Index, shape: readonly number[]): number =>
  index.reduce((at, n, axis) => at * shape[axis]! + n, 0);

export const wide = (tensor: FileTensor): boolean => tensor.type === tensorType.int16;
export const lowest = (tensor: FileTensor): number =>
  wide(tensor) ? -32768 : tensor.type === tensorType.uint8 ? 0 : -128;
export const highest = (tensor: FileTensor): number =>
  wide(tensor) ? 32767 : tensor.type === tensorType.uint8 ? 255 : 127;
export const scaleOf = (tensor: FileTensor): number => tensor.scales[0]!;
export const zeroOf = (tensor: FileTensor): number => tensor.zeroPoints[0]!;

export function option(operator: FileOperator, slot: number, missing = 0): number {
  const field: Field | undefined = operator.options?.[slot];
  if (field === undefined) return missing;
  if (field.field === 'offset') throw new Error(`slot ${slot} is no number`);
  return field.value;
}

/** Constant content as numbers, whatever the type. */
export function contentOf(tensor: FileTensor): number[] {
  const data = tensor.data!;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: size(tensor.shape) }, (_, at) => {
    if (tensor.type === tensorType.int32) return view.getInt32(4 * at, true);
    if (tensor.type === tensorType.int64) return Number(view.getBigInt64(8 * at, true));
    if (tensor.type === tensorType.int16) return view.getInt16(2 * at, true);
    if (tensor.type === tensorType.int4) {
      const half = (data[Math.floor(at / 2)]! >> (4 * (at % 2))) & 15;
      return half > 7 ? half - 16 : half;
    }
    return view.getInt8(at);
  });
}

export interface Call {
  readonly operator: FileOperator;
  readonly inputs: readonly FileTensor[];
  readonly outputs: readonly FileTensor[];
  /** Content of input `at`, constants included. */
  readonly data: (at: number) => Values;
}

/** Halves away from zero; never -0. */
export const round = (real: number): number => Math.sign(real) * Math.floor(Math.abs(real) + 0.5) + 0;

/** Range after a fused activation. */
export function range(activation: number, output: FileTensor): [number, number] {
  const q = (real: number): number => zeroOf(output) + round(f32(real / scaleOf(output)));
  const [low, high] = [lowest(output), highest(output)];
  if (activation === 1) return [Math.max(low, q(0)), high];
  if (activation === 2) return [Math.max(low, q(-1)), Math.min(high, q(1))];
  if (activation === 3) return [Math.max(low, q(0)), Math.min(high, q(6))];
  return [low, high];
}

export const clamp = (value: number, [low, high]: readonly [number, number]): number =>
  Math.max(low, Math.min(high, value));
export const finish = (scaled: bigint, output: FileTensor, bounds: readonly [number, number]): number =>
  clamp(Number(scaled) + zeroOf(output), bounds);
export const whole = (output: FileTensor): [number, number] => [lowest(output), highest(output)];
