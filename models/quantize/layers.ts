/** One float layer, between tensors whose scales are known, as an integer layer. */
import { Fault } from '../../specs/fault.ts';
import type { WeightedLayer } from '../accumulator.ts';
import { type Activation, activationRange, softmaxScaling } from '../arithmetic.ts';
import {
  addFactors,
  matMulFactor,
  meanFactor,
  mulFactor,
  quantizeFactor,
  reluFactor,
  requantizeOf,
} from '../factors.ts';
import type { FloatActivation, FloatLayer, FloatWeightedLayer } from '../float.ts';
import type { Clamp, Layer, Quantize, Tensor } from '../graph.ts';
import { leakyReluTable, logisticTable, tanhTable } from '../lookup.ts';
import { quantizeValue } from '../quantize-range.ts';
import { quantizeWeights, type WeightForm } from '../quantize-weights.ts';

const whole: Clamp = { min: -128, max: 127 };

const clampOf = (activation: Activation, { scale, zeroPoint }: Tensor): Clamp =>
  activationRange(activation, scale, zeroPoint);

/** The integer layer. `form` says how weights are quantised. Fault: QUANTIZE_SOFTMAX. */
export function integerLayer(layer: FloatLayer, inputs: readonly Tensor[], output: Tensor, form: WeightForm): Layer {
  const [input, second] = inputs as [Tensor, Tensor];
  switch (layer.kind) {
    case 'conv2d': {
      const { activation, ...rest } = layer;
      return { ...rest, ...weighted(layer, input, output, form), clamp: clampOf(activation, output) };
    }
    case 'depthwiseConv2d': {
      const { activation, ...rest } = layer;
      return { ...rest, ...weighted(layer, input, output, form), clamp: clampOf(activation, output) };
    }
    case 'fullyConnected': {
      const { activation, ...rest } = layer;
      const clamp = clampOf(activation, output);
      return { ...rest, weightZeroPoint: 0, ...weighted(layer, input, output, form), clamp };
    }
    case 'averagePool2d':
    case 'maxPool2d':
      return { ...layer, clamp: whole };
    case 'softmax':
      return { ...layer, ...softmaxNumbers(layer, input) };
    case 'activation':
      return activationLayer(layer, input, output);
    case 'add':
    case 'sub': {
      const { activation, ...rest } = layer;
      return {
        ...rest,
        kind: layer.kind,
        ...addFactors(layer.kind, input, second, output),
        clamp: clampOf(activation, output),
      };
    }
    case 'mul': {
      const { activation, ...rest } = layer;
      const requantize = requantizeOf(mulFactor(input, second, output));
      return { ...rest, kind: 'mul', requantize, clamp: clampOf(activation, output) };
    }
    case 'pad':
      return { ...layer, value: quantizeValue(layer.value, output) };
    case 'mean': {
      const count = layer.axes.reduce((product, axis) => product * input.shape[axis]!, 1);
      return { ...layer, requantize: requantizeOf(meanFactor(input, output, count)), clamp: whole };
    }
    case 'batchMatMul':
      return { ...layer, requantize: requantizeOf(matMulFactor(input, second, output)), clamp: whole };
    case 'reshape':
    case 'concatenation':
    case 'resizeNearest':
    case 'slice':
    case 'transpose':
      return layer;
  }
}

/** The layer that brings one tensor to the scale of another. */
export function rescaling(name: string, input: Tensor, output: Tensor): Quantize {
  const requantize = requantizeOf(quantizeFactor(input, output));
  return { kind: 'quantize', name, input: input.id, output: output.id, requantize, clamp: whole };
}

function weighted(
  layer: FloatWeightedLayer,
  input: Tensor,
  output: Tensor,
  form: WeightForm,
): Pick<WeightedLayer, 'weights' | 'bias' | 'requantize' | 'weightBits'> {
  const { weights, bias, requantize } = quantizeWeights(layer, input, output, form);
  // Ternary weights are kept in the narrowest form that graphs know.
  return { weights, bias, requantize, ...((form.bits ?? 8) < 8 ? { weightBits: 4 as const } : {}) };
}

function softmaxNumbers(layer: Extract<FloatLayer, { kind: 'softmax' }>, input: Tensor) {
  const numbers = softmaxScaling(layer.beta, input.scale);
  if (numbers) return numbers;
  throw new Fault({
    code: 'QUANTIZE_SOFTMAX',
    place: `layer ${layer.name}`,
    cause: `its input scale ${input.scale} times beta ${layer.beta} is too small for the fixed-point softmax`,
    wayOut: 'calibrate with inputs for which the logits differ, or leave softmax out of the network',
  });
}

function activationLayer(layer: FloatActivation, input: Tensor, output: Tensor): Layer {
  const { name } = layer;
  const ends = { name, input: layer.input, output: layer.output };
  switch (layer.function) {
    case 'relu':
    case 'relu6':
    case 'reluN1To1': {
      const requantize = requantizeOf(reluFactor(input, output));
      return { kind: 'quantize', ...ends, requantize, clamp: clampOf(layer.function, output) };
    }
    case 'logistic':
      return { kind: 'lookup', ...ends, function: 'logistic', table: logisticTable(input, output)! };
    case 'tanh':
      return { kind: 'lookup', ...ends, function: 'tanh', table: tanhTable(input, output)! };
    case 'leakyRelu': {
      const table = leakyReluTable(input, output, Math.fround(layer.alpha ?? 0));
      return { kind: 'lookup', ...ends, function: 'leakyRelu', table: table! };
    }
  }
}
