/** Layers with weights: integers of weights and bias, one float32 factor per output channel. */
import type { FloatWeightedLayer } from '../../../float.ts';
import type { Layer } from '../../../graph.ts';
import { requantizeFactor, rintHalfEven } from '../../../onnx-arithmetic.ts';
import type { IntegerBias, IntegerWeights, IrStep } from '../lower/ir.ts';
import { addLayer, addTensor, type Build, factors, fault, pending, type Real, tensorOf, type Wanted } from './real.ts';

interface CentredWeights {
  readonly values: Int8Array;
  readonly zeroPoint: number;
}

/** Weights as int8 around one zero point: 0 where they fit, else that of the whole tensor (fully connected layers only). */
function centred(layer: FloatWeightedLayer, integers: IntegerWeights, place: string): CentredWeights {
  const channels = layer.bias.length;
  const { values, zeroPoints } = integers;
  const taps = values.length / channels;
  const zeroOf = (index: number): number => {
    if (zeroPoints.length === 1) return zeroPoints[0]!;
    return zeroPoints[layer.kind === 'depthwiseConv2d' ? index % channels : Math.floor(index / taps)]!;
  };
  const shifted = values.map((value, index) => value - zeroOf(index));
  const fits = (list: Int16Array): boolean => list.every((value) => value >= -128 && value <= 127);
  if (fits(shifted)) return { values: Int8Array.from(shifted), zeroPoint: 0 };
  const [zero] = zeroPoints;
  if (layer.kind === 'fullyConnected' && zeroPoints.length === 1 && integers.type === 'uint8') {
    return { values: Int8Array.from(values, (value) => value - 128), zeroPoint: zero! - 128 };
  }
  if (layer.kind === 'fullyConnected' && zeroPoints.length === 1 && integers.type === 'int8') {
    return { values: Int8Array.from(values), zeroPoint: zero! };
  }
  const cause = `${integers.type} weights that reach ${Math.min(...extremes(shifted))} to ${Math.max(...extremes(shifted))} around their zero point`;
  throw fault(place, 'ONNX_QUANTIZATION', cause, '-128 to 127 is supported; quantise the weights symmetrically');
}

function extremes(list: Int16Array): [number, number] {
  let low = 0;
  let high = 0;
  for (const value of list) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
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

/** A convolution or fully connected layer of the int8 tensor `input`. */
export function weightedReal(build: Build, { place }: IrStep, layer: FloatWeightedLayer, input: number): Real {
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
  const { scale } = tensorOf(build, input);
  const weightScale = (channel: number): number => integers.scales[integers.scales.length === 1 ? 0 : channel]!;
  const weights = centred(layer, integers, place);
  const bias = biasOf(
    layer,
    build.ir.biases.get(layer.name),
    (channel) => Math.fround(scale * weightScale(channel)),
    place,
  );
  const shape = build.ir.tensors.get(layer.output)!;
  const bits = integers.type === 'int4' && weights.zeroPoint === 0 ? { weightBits: 4 as const } : {};
  return pending(place, [], null, (wanted: Wanted) => {
    const output = addTensor(build, shape.name, shape.shape, wanted);
    const requantize = factors(
      Array.from({ length: integers.scales.length }, (_, i) =>
        requantizeFactor(scale, integers.scales[i]!, wanted.scale),
      ),
    );
    const { activation: _, ...rest } = layer;
    const common = { ...bits, weights: weights.values, bias, input, output, requantize, clamp: wanted.clamp };
    const made: Layer =
      rest.kind === 'fullyConnected'
        ? { ...rest, ...common, weightZeroPoint: weights.zeroPoint }
        : { ...rest, ...common };
    return addLayer(build, made, place);
  });
}
