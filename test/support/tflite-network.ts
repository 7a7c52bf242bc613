/** Builds .tflite files operator by operator, in the words of the schema: for every operator the importer reads. */
import type { TensorData, TensorType } from '../../models/graph.ts';
import { child, type Field, float32, int8, int32, int32Vector } from './flatbuffer-writer.ts';
import { type FileTensor, operatorCode, type TfliteFile, tensorType } from './tflite-writer.ts';

export type OperatorName = Exclude<keyof typeof operatorCode, 'CUSTOM' | 'CUMSUM' | 'WHERE' | 'DEQUANTIZE'>;

/** BuiltinOptions numbers of the schema; 0 for operators without a table. */
export const optionsTypes: Readonly<Record<OperatorName, number>> = {
  ADD: 11,
  AVERAGE_POOL_2D: 5,
  BATCH_MATMUL: 101,
  CONCATENATION: 10,
  CONV_2D: 1,
  DEPTHWISE_CONV_2D: 2,
  EXPAND_DIMS: 52,
  FULLY_CONNECTED: 8,
  LEAKY_RELU: 75,
  LOGISTIC: 0,
  MAX_POOL_2D: 5,
  MEAN: 27,
  MUL: 21,
  PAD: 22,
  PADV2: 43,
  QUANTIZE: 89,
  RELU: 0,
  RELU6: 0,
  RELU_N1_TO_1: 0,
  RESHAPE: 17,
  RESIZE_NEAREST_NEIGHBOR: 74,
  SLICE: 48,
  SOFTMAX: 9,
  SPLIT: 35,
  SPLIT_V: 79,
  SQUEEZE: 30,
  STRIDED_SLICE: 32,
  SUB: 28,
  TANH: 0,
  TRANSPOSE: 26,
};

export interface QuantizedSpec {
  readonly shape: readonly number[];
  readonly scale: number;
  readonly zeroPoint: number;
  readonly type?: TensorType;
}

const activationCodes = { none: 0, relu: 1, reluN1To1: 2, relu6: 3 } as const;
export type FusedActivation = keyof typeof activationCodes;

export const fused = (activation: FusedActivation): Field => int8(activationCodes[activation]);
export const flag = (on: boolean): Field => int8(on ? 1 : 0);
export const named = (padding: 'same' | 'valid'): Field => int8(padding === 'same' ? 0 : 1);
export { child, float32, int8, int32, int32Vector };

export interface NetworkBuilder {
  readonly file: TfliteFile;
  /** An activation, or a constant where data is given. */
  quantized(spec: QuantizedSpec, data?: TensorData): number;
  /** Constant int32 or int64 numbers. */
  numbers(values: readonly number[], shape?: readonly number[], bits?: 32 | 64): number;
  /** Weights with their scales along `axis`; 4 bits packed two in a byte. */
  weights(
    shape: readonly number[],
    values: Int8Array,
    scales: readonly number[],
    axis: number,
    zeroPoint?: number,
    bits?: 4 | 8,
  ): number;
  operator(
    name: OperatorName,
    inputs: readonly number[],
    outputs: readonly number[],
    options?: Record<number, Field>,
  ): void;
}

function bytesOf(data: TensorData | Int32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(data.slice().buffer);
}

/** Low half of a byte first. */
export function packNibbles(values: Int8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(values.length / 2));
  for (const [at, value] of values.entries()) packed[at >> 1]! |= (value & 15) << (at % 2 === 0 ? 0 : 4);
  return packed;
}

export function networkBuilder(): NetworkBuilder {
  const file: TfliteFile = { version: 3, tensors: [], operators: [], inputs: [], outputs: [], subgraphs: 1 };
  const add = (tensor: Omit<FileTensor, 'name'>): number =>
    file.tensors.push({ name: `tensor_${file.tensors.length}`, ...tensor }) - 1;
  return {
    file,
    quantized({ shape, scale, zeroPoint, type }, data) {
      const content = data === undefined ? null : bytesOf(data);
      return add({
        type: tensorType[type ?? 'int8'],
        shape: [...shape],
        scales: [scale],
        zeroPoints: [zeroPoint],
        axis: 0,
        data: content,
      });
    },
    numbers(values, shape = [values.length], bits = 32) {
      const data = bits === 32 ? Int32Array.from(values) : BigInt64Array.from(values, BigInt);
      const type = bits === 32 ? tensorType.int32 : tensorType.int64;
      return add({ type, shape: [...shape], scales: [], zeroPoints: [], axis: 0, data: bytesOf(data) });
    },
    weights(shape, values, scales, axis, zeroPoint = 0, bits = 8) {
      return add({
        type: bits === 4 ? tensorType.int4 : tensorType.int8,
        shape: [...shape],
        scales: [...scales],
        zeroPoints: scales.map(() => zeroPoint),
        axis,
        data: bits === 4 ? packNibbles(values) : bytesOf(values),
      });
    },
    operator(name, inputs, outputs, options = {}) {
      const optionsType = optionsTypes[name];
      file.operators.push({
        code: operatorCode[name],
        inputs: [...inputs],
        outputs: [...outputs],
        optionsType,
        options: optionsType === 0 ? null : options,
      });
    },
  };
}
