/** What convolutions and fully connected layers share: constant int8 weights, an int32 bias, one multiplier per output channel. */
import { Fault } from '../../specs/fault.ts';
import { quantizeMultiplier } from '../arithmetic.ts';
import type { Requantize } from '../graph.ts';
import { int32At, int64At } from './flatbuffer.ts';
import type { FileOperator, ModelFile } from './model-file.ts';
import { tensorTypeName } from './operators.ts';
import type { Reading } from './reading.ts';
import { type FileTensor, readTensor } from './tensor-file.ts';

const int8Type = 9;
const int32Type = 2;
const int64Type = 4;
const int4Type = 17;

export interface Weights {
  readonly shape: readonly number[];
  readonly data: Int8Array;
  readonly bits: 4 | 8;
  /** One entry, or one per output channel. */
  readonly scales: readonly number[];
  readonly zeroPoint: number;
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function refuseType(tensor: FileTensor, wanted: number, place: string, role: string): void {
  if (tensor.type === wanted) return;
  throw new Fault({
    code: 'TFLITE_TYPE',
    place: `${place}, ${role} (tensor ${tensor.index})`,
    cause: `type ${tensorTypeName(tensor.type)}`,
    wayOut: `${tensorTypeName(wanted)} is needed; quantise the whole model to int8 (full integer quantisation)`,
  });
}

/** Every scale a finite float32 above zero, every zero point inside its type. */
export function refuseScales(tensor: FileTensor, place: string, role: string): void {
  const type = tensorTypeName(tensor.type).toLowerCase();
  // Weights of 4 bits are symmetric; int16 is, too, but its check names the tensor.
  const [lowest, highest] = type === 'uint8' ? [0, 255] : [-128, 127];
  const bad = tensor.scales.find((scale) => !(Number.isFinite(scale) && scale > 0));
  const badZero = tensor.zeroPoints.find((zero) => zero < lowest || zero > highest);
  if (tensor.scales.length > 0 && bad === undefined && badZero === undefined) return;
  const cause =
    tensor.scales.length === 0
      ? 'no scale'
      : bad !== undefined
        ? `scale ${bad}`
        : `zero point ${badZero} of an ${type} tensor`;
  throw new Fault({
    code: 'TFLITE_QUANTIZATION',
    place: `${place}, ${role} (tensor ${tensor.index})`,
    cause,
    wayOut: `a finite scale above 0 and a zero point from ${lowest} to ${highest} are needed; quantise the model again`,
  });
}

function constantBytes(tensor: FileTensor, elementBytes: number, place: string, role: string): void {
  const expected = Math.ceil(elementsOf(tensor.shape) * elementBytes);
  if (tensor.data.length === expected && tensor.shape.every((size) => size > 0)) return;
  throw new Fault({
    code: 'TFLITE_BUFFER',
    place: `${place}, ${role} (tensor ${tensor.index})`,
    cause: `its buffer has ${tensor.data.length} bytes, shape [${tensor.shape.join(', ')}] needs ${expected}`,
    wayOut: `constant ${role} of that size are needed; export the model again`,
  });
}

/** Two weights in a byte, the first in its low half. Source: tensor_utils::UnpackDenseInt4IntoInt8. */
function unpack(stored: Int8Array, elements: number): Int8Array {
  const weights = new Int8Array(elements);
  for (let at = 0; at < elements; at += 1) {
    const pair = stored[at >> 1]!;
    weights[at] = at % 2 === 0 ? (pair << 28) >> 28 : pair >> 4;
  }
  return weights;
}

/** Constant weights of the given rank whose scales run along `axis` (the output channels). */
export function readWeights(model: ModelFile, operator: FileOperator, rank: number, axis: number): Weights {
  const { place } = operator;
  const tensor = readTensor(model, operator.inputs[1] ?? -1, place);
  const bits = tensor.type === int4Type ? 4 : 8;
  if (bits === 8) refuseType(tensor, int8Type, place, 'weights');
  if (tensor.shape.length !== rank) {
    throw new Fault({
      code: 'TFLITE_SHAPE',
      place: `${place}, weights (tensor ${tensor.index})`,
      cause: `shape [${tensor.shape.join(', ')}]`,
      wayOut: `weights with ${rank} dimensions are needed`,
    });
  }
  constantBytes(tensor, bits / 8, place, 'weights');
  refuseScales(tensor, place, 'weights');
  const perChannel = tensor.scales.length > 1;
  if (perChannel && (tensor.quantizedDimension !== axis || tensor.scales.length !== tensor.shape[axis])) {
    throw new Fault({
      code: 'TFLITE_QUANTIZATION',
      place: `${place}, weights (tensor ${tensor.index})`,
      cause: `${tensor.scales.length} scales along axis ${tensor.quantizedDimension} of shape [${tensor.shape.join(', ')}]`,
      wayOut: `one scale, or one per output channel along axis ${axis}, is needed`,
    });
  }
  const zero = tensor.zeroPoints.find((value) => value !== 0) ?? 0;
  // Only fully connected layers with one scale subtract a weight zero point in the reference kernels.
  if (zero !== 0 && (perChannel || operator.name !== 'FULLY_CONNECTED')) {
    throw new Fault({
      code: 'TFLITE_QUANTIZATION',
      place: `${place}, weights (tensor ${tensor.index})`,
      cause: `weight zero point ${zero}`,
      wayOut: 'symmetric weights (zero point 0) are needed here',
    });
  }
  const { bytes } = model.file;
  const stored = new Int8Array(bytes.buffer, bytes.byteOffset + tensor.data.start, tensor.data.length);
  return {
    shape: tensor.shape,
    data: bits === 4 ? unpack(stored, elementsOf(tensor.shape)) : stored,
    bits,
    scales: tensor.scales,
    zeroPoint: zero,
  };
}

/** Without a bias, only convolutions of int16 activations sum in 32 bits in the reference kernels. */
function noBias(reading: Reading, channels: number): Int32Array | Float64Array {
  const wide = reading.input.type === 'int16' && reading.operator.name !== 'CONV_2D';
  return wide ? new Float64Array(channels) : new Int32Array(channels);
}

/** The bias, or zeros when the operator has none; an array of doubles for one of 64 bits. */
export function readBias(reading: Reading, channels: number): Int32Array | Float64Array {
  const { model, operator, input } = reading;
  const index = operator.inputs[2] ?? -1;
  if (index === -1) return noBias(reading, channels);
  const tensor = readTensor(model, index, operator.place);
  const wide = input.type === 'int16' && tensor.type === int64Type;
  if (!wide) refuseType(tensor, int32Type, operator.place, 'bias');
  if (elementsOf(tensor.shape) !== channels) {
    throw new Fault({
      code: 'TFLITE_BIAS',
      place: `${operator.place}, bias (tensor ${index})`,
      cause: `shape [${tensor.shape.join(', ')}]`,
      wayOut: `${channels} values, one per output channel, are needed`,
    });
  }
  constantBytes(tensor, wide ? 8 : 4, operator.place, 'bias');
  return wide
    ? Float64Array.from({ length: channels }, (_, channel) => int64At(tensor.data, channel))
    : Int32Array.from({ length: channels }, (_, channel) => int32At(tensor.data, channel));
}

/** Real factors, one or one per channel, as fixed-point multipliers. */
export function requantizeTable(factors: readonly number[], place: string): Requantize {
  const multiplier = new Int32Array(factors.length);
  const shift = new Int32Array(factors.length);
  for (const [channel, factor] of factors.entries()) {
    const fixed = quantizeMultiplier(factor);
    if (fixed.shift > 30) {
      throw new Fault({
        code: 'TFLITE_QUANTIZATION',
        place: `${place}, channel ${channel}`,
        cause: `input scale times weight scale over output scale is ${factor}`,
        wayOut: 'it must stay below 2^30; quantise the model again',
      });
    }
    multiplier[channel] = fixed.multiplier;
    shift[channel] = fixed.shift;
  }
  return { multiplier, shift };
}
