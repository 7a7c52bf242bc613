/** Layers with weights: integers of weights and bias, one float32 factor per output channel. */
import type { FloatWeightedLayer } from '../../../float.ts';
import type { Conv2d, Layer } from '../../../graph.ts';
import { requantizeFactor, rintHalfEven } from '../../../onnx-arithmetic.ts';
import type { IntegerBias, IntegerWeights, IrStep } from '../lower/ir.ts';
import { addLayer, addTensor, type Build, factors, fault, pending, type Real, type Wanted } from './real.ts';
import { wideConvolution, wideMatrix } from './wide-weights.ts';

interface CentredWeights {
  readonly values: Int16Array;
  readonly zeroPoint: number;
  /** How many int8 weights add up to each of these. */
  readonly copies: number;
}

/**
 * Weights around one zero point: 0 where all fit int8, else that of the whole matrix (fully connected layers only). Weights of a
 * convolution that do not fit are sums of several, each on a copy of the input.
 */
function centred(layer: FloatWeightedLayer, integers: IntegerWeights): CentredWeights {
  const channels = layer.bias.length;
  const { values, zeroPoints, type } = integers;
  const taps = values.length / channels;
  const zeroOf = (index: number): number => {
    if (zeroPoints.length === 1) return zeroPoints[0]!;
    return zeroPoints[layer.kind === 'depthwiseConv2d' ? index % channels : Math.floor(index / taps)]!;
  };
  const shifted = values.map((value, index) => value - zeroOf(index));
  const low = shifted.reduce((least, value) => Math.min(least, value), 0);
  const high = shifted.reduce((most, value) => Math.max(most, value), 0);
  const copies = Math.max(1, Math.ceil(high / 127), Math.ceil(low / -128));
  const oneZero = layer.kind === 'fullyConnected' && zeroPoints.length === 1 && (type === 'uint8' || type === 'int8');
  if (copies === 1 || !oneZero) return { values: shifted, zeroPoint: 0, copies };
  const offset = type === 'uint8' ? 128 : 0;
  return { values: values.map((value) => value - offset), zeroPoint: zeroPoints[0]! - offset, copies: 1 };
}

const int32Limit = 2147483647;

/** The bias in steps of input scale times weight scale: as it stands, or rounded where the file has it in other steps or in float. */
function biasOf(
  layer: FloatWeightedLayer,
  stated: IntegerBias | undefined,
  steps: (channel: number) => number,
  place: string,
): Int32Array {
  const whole = stated?.scales === null ? stated.values : null;
  const bias = new Int32Array(layer.bias.length);
  for (let channel = 0; channel < bias.length; channel += 1) {
    const scale = stated?.scales?.[stated.scales.length === 1 ? 0 : channel];
    const step = steps(channel);
    // Exporters compute the product of the scales in float32 or in double: within that they mean the same step.
    const same = scale !== undefined && Math.abs(scale - step) <= 2 ** -22 * step;
    const value = whole ? whole[channel]! : same ? stated!.values[channel]! : rintHalfEven(layer.bias[channel]! / step);
    if (!(Math.abs(value) <= int32Limit)) {
      const cause = `bias ${layer.bias[channel]} of channel ${channel} is ${value} steps of ${step}`;
      throw fault(place, 'ONNX_QUANTIZATION', cause, '32 bits are supported; quantise the model again');
    }
    bias[channel] = value;
  }
  return bias;
}

type Ends = Pick<Conv2d, 'weightBits' | 'bias' | 'output' | 'requantize' | 'clamp'>;

function made(
  build: Build,
  layer: FloatWeightedLayer,
  input: number,
  weights: CentredWeights,
  ends: Ends,
  place: string,
): Layer {
  const { values, zeroPoint, copies } = weights;
  const plain = { input, weights: Int8Array.from(values) };
  const { activation: _, ...rest } = layer;
  if (rest.kind === 'fullyConnected') {
    const wide = copies > 1 ? wideMatrix(build, { ...rest, activation: 'none' }, input, values, copies, place) : plain;
    return { ...rest, ...ends, ...wide, weightZeroPoint: zeroPoint };
  }
  if (copies === 1) return { ...rest, ...ends, ...plain };
  const wide = wideConvolution(build, { ...rest, activation: 'none' }, input, values, copies, place);
  const { name, kernel, stride, dilation, padding } = rest;
  return { kind: 'conv2d', name, kernel, stride, dilation, padding, ...ends, ...wide };
}

/** A convolution or fully connected layer of an int8 tensor that is read in this scale. */
export function weightedReal(
  build: Build,
  { place }: IrStep,
  layer: FloatWeightedLayer,
  { tensor: input, scale }: { readonly tensor: number; readonly scale: number },
): Real {
  const integers = build.ir.weights.get(layer.name);
  if (!integers) {
    const wayOut = 'quantise the weights, too (DequantizeLinear of a constant, one scale or one per output channel)';
    throw fault(place, 'ONNX_FLOAT_LAYER', 'its weights are float', wayOut);
  }
  const badScale = integers.scales.find((scale) => !(scale > 0 && Number.isFinite(scale)));
  if (badScale !== undefined) {
    throw fault(
      place,
      'ONNX_QUANTIZATION',
      `weight scale ${badScale}`,
      'scales above 0 are needed; quantise the model again',
    );
  }
  const weightScale = (channel: number): number => integers.scales[integers.scales.length === 1 ? 0 : channel]!;
  const weights = centred(layer, integers);
  const bias = biasOf(
    layer,
    build.ir.biases.get(layer.name),
    (channel) => Math.fround(scale * weightScale(channel)),
    place,
  );
  const shape = build.ir.tensors.get(layer.output)!;
  const narrow = integers.type === 'int4' && weights.values.every((value) => value >= -8 && value <= 7);
  const bits = narrow ? { weightBits: 4 as const } : {};
  return pending(place, [], null, (wanted: Wanted) => {
    const output = addTensor(build, shape.name, shape.shape, wanted);
    const requantize = factors(
      Array.from({ length: integers.scales.length }, (_, i) =>
        requantizeFactor(scale, integers.scales[i]!, wanted.scale),
      ),
    );
    return addLayer(
      build,
      made(build, layer, input, weights, { ...bits, bias, output, requantize, clamp: wanted.clamp }, place),
      place,
    );
  });
}
