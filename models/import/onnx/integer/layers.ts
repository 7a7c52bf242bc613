/** The meaning of each step in integers: layers from the network between, finished in the scale that is asked for. */
import { clampTo, quantizeMultiplier, softmaxScaling } from '../../../arithmetic.ts';
import type { FloatLayer } from '../../../float.ts';
import type { Layer } from '../../../graph.ts';
import { dequantized, logistic, requantizeFactor } from '../../../onnx-arithmetic.ts';
import type { ClipStep, IrStep } from '../lower/ir.ts';
import { constantReal } from './constants.ts';
import {
  addLayer,
  addTensor,
  type Build,
  factors,
  fault,
  type Known,
  likeTensor,
  meaningOf,
  pending,
  type Real,
  sameScale,
  stepsOf,
  tensorOf,
  type Wanted,
  wholeRange,
} from './real.ts';
import { weightedReal } from './weighted.ts';

type Movement = Extract<
  FloatLayer,
  { kind: 'reshape' | 'transpose' | 'slice' | 'resizeNearest' | 'maxPool2d' | 'pad' }
>;

export function realOf(build: Build, id: number, place: string): Real {
  const known = build.values.get(id);
  if (known && 'real' in known) return known.real;
  if (!known) return constantReal(build, id, place);
  const wayOut = 'put a DequantizeLinear before it';
  throw fault(place, 'ONNX_QUANTIZATION', 'it computes with integers whose scale it does not know', wayOut);
}

/** An operand that must be quantised: its int8 tensor, and the scale that it is read in. */
function operandAt(build: Build, id: number, place: string): { tensor: number; scale: number } {
  const { tensor, reading } = realOf(build, id, place);
  if (tensor !== null) return { tensor, scale: reading ?? tensorOf(build, tensor).scale };
  const wayOut =
    'put QuantizeLinear and DequantizeLinear between it and the operator before (quantise every activation)';
  throw fault(place, 'ONNX_FLOAT_LAYER', 'its input is not quantised', wayOut);
}

/** The int8 tensor of an operand that is read in its own scale. */
function tensorAt(build: Build, id: number, place: string): number {
  const { tensor, scale } = operandAt(build, id, place);
  const own = tensorOf(build, tensor).scale;
  if (scale === own) return tensor;
  const cause = `scale ${scale} for values quantised with scale ${own}`;
  throw fault(place, 'ONNX_QUANTIZATION', cause, 'quantise and dequantise a value with the same parameters');
}

function shapeOf(build: Build, id: number): { name: string; shape: readonly number[] } {
  return build.ir.tensors.get(id)!;
}

/** One movement of the int8 tensor `input`. */
function moved(build: Build, layer: Movement, input: number, place: string): number {
  const like = likeTensor(tensorOf(build, input));
  const { name, shape } = shapeOf(build, layer.output);
  const output = addTensor(build, name, shape, like);
  const ends = { input, output };
  const made: Layer =
    layer.kind === 'maxPool2d'
      ? { ...layer, ...ends, clamp: wholeRange }
      : layer.kind === 'pad'
        ? { ...layer, ...ends, value: stepsOf(layer.value, like) }
        : { ...layer, ...ends };
  return addLayer(build, made, place);
}

function movement(build: Build, layer: Movement, place: string): Known {
  const known = build.values.get(layer.input);
  if (known && 'integers' in known) {
    if (layer.kind === 'pad') {
      throw fault(
        place,
        'ONNX_QUANTIZATION',
        'it pads integers',
        'pad the real values, between DequantizeLinear and QuantizeLinear',
      );
    }
    return { integers: moved(build, layer, known.integers, place) };
  }
  const inner = realOf(build, layer.input, place);
  const exact = layer.kind !== 'pad' || layer.value === 0;
  if (inner.tensor !== null && inner.reading === null && exact) {
    return { real: meaningOf(build, moved(build, layer, inner.tensor, place), layer.name, place) };
  }
  return { real: pending(place, [inner], inner.natural, (wanted) => moved(build, layer, inner.finish(wanted), place)) };
}

function concatenation(build: Build, layer: Extract<FloatLayer, { kind: 'concatenation' }>, place: string): Known {
  const join = (inputs: readonly number[]): number => {
    const { name, shape } = shapeOf(build, layer.output);
    const output = addTensor(build, name, shape, likeTensor(tensorOf(build, inputs[0]!)));
    return addLayer(build, { ...layer, inputs, output }, place);
  };
  const known = layer.inputs.map((id) => build.values.get(id));
  const integers = known.flatMap((value) => (value && 'integers' in value ? [value.integers] : []));
  if (integers.length === known.length) {
    const [first, ...others] = integers.map((id) => tensorOf(build, id));
    if (others.every((tensor) => sameScale(tensor, first!))) return { integers: join(integers) };
    throw fault(place, 'ONNX_QUANTIZATION', 'it joins integers of different scales', 'put DequantizeLinear before it');
  }
  const reals = layer.inputs.map((id) => realOf(build, id, place));
  const ready = reals.flatMap((real) => (real.tensor !== null && real.reading === null ? [real.tensor] : []));
  const tensors = ready.map((id) => tensorOf(build, id));
  if (ready.length === reals.length && tensors.every((tensor) => sameScale(tensor, tensors[0]!))) {
    return { real: meaningOf(build, join(ready), layer.name, place) };
  }
  const natural = reals[0]!.natural;
  return { real: pending(place, reals, natural, (wanted) => join(reals.map((real) => real.finish(wanted)))) };
}

/** Limits in real numbers are limits in steps: rounding keeps the order. */
export function clipped(build: Build, layer: ClipStep, place: string): Real {
  const inner = realOf(build, layer.input, place);
  const limit = (wanted: Wanted): Wanted => {
    const low = layer.min === Number.NEGATIVE_INFINITY ? -128 : stepsOf(layer.min, wanted);
    const high = layer.max === Number.POSITIVE_INFINITY ? 127 : stepsOf(layer.max, wanted);
    const { min, max } = wanted.clamp;
    return { ...wanted, clamp: { min: clampTo(low, min, max), max: clampTo(high, min, max) } };
  };
  return pending(place, [inner], inner.natural, (wanted) => inner.finish(limit(wanted)));
}

function pooled(build: Build, layer: Extract<FloatLayer, { kind: 'averagePool2d' | 'mean' }>, place: string): Real {
  const input = tensorAt(build, layer.input, place);
  const from = tensorOf(build, input);
  const { name, shape } = shapeOf(build, layer.output);
  return pending(place, [], likeTensor(from), (wanted) => {
    const output = addTensor(build, name, shape, wanted);
    const ends = { input, output, clamp: wanted.clamp };
    if (layer.kind === 'averagePool2d') return addLayer(build, { ...layer, ...ends }, place);
    const count = layer.axes.reduce((product, axis) => product * from.shape[axis]!, 1);
    const requantize = factors([Math.fround(from.scale / count / wanted.scale)]);
    return addLayer(build, { ...layer, ...ends, requantize }, place);
  });
}

/** A function of one value as a table of 256. */
function lookup(build: Build, layer: Extract<FloatLayer, { kind: 'activation' }>, place: string): Real {
  const input = tensorAt(build, layer.input, place);
  const from = tensorOf(build, input);
  const { function: name } = layer;
  if (name !== 'logistic' && name !== 'tanh' && name !== 'leakyRelu') {
    throw fault(place, 'ONNX_FLOAT_LAYER', `activation ${name}`, 'express it as Relu or Clip');
  }
  const functions = {
    logistic,
    tanh: Math.tanh,
    leakyRelu: (x: number): number => (x < 0 ? (layer.alpha ?? 0) * x : x),
  };
  const natural = { logistic: 1 / 256, tanh: 1 / 128, leakyRelu: from.scale }[name];
  const zeroPoint = { logistic: -128, tanh: 0, leakyRelu: from.zeroPoint }[name];
  const own = { scale: natural, zeroPoint, unsigned: false, clamp: wholeRange };
  const { name: title, shape } = shapeOf(build, layer.output);
  return pending(place, [], own, (wanted) => {
    const output = addTensor(build, title, shape, wanted);
    const table = Int8Array.from({ length: 256 }, (_, i) => {
      const real = Math.fround(functions[name](dequantized(i - 128, from.scale, from.zeroPoint)));
      return clampTo(stepsOf(real, wanted), wanted.clamp.min, wanted.clamp.max);
    });
    return addLayer(build, { kind: 'lookup', name: layer.name, input, output, function: name, table }, place);
  });
}

function softmax(build: Build, layer: Extract<FloatLayer, { kind: 'softmax' }>, place: string): Real {
  const input = tensorAt(build, layer.input, place);
  const scaling = softmaxScaling(layer.beta, tensorOf(build, input).scale);
  if (scaling === null) {
    const cause = `softmax of values in steps of ${tensorOf(build, input).scale}`;
    throw fault(place, 'ONNX_QUANTIZATION', cause, 'a step above 2^-26 is needed; quantise the model again');
  }
  const { name, shape } = shapeOf(build, layer.output);
  const natural = { scale: 1 / 256, zeroPoint: -128, unsigned: false, clamp: wholeRange };
  return pending(place, [], natural, (wanted) => {
    const output = addTensor(build, name, shape, wanted);
    addLayer(build, { ...layer, ...scaling, input, output }, place);
    const { min, max } = wanted.clamp;
    const limited = min > -128 || max < 127;
    return limited ? meaningOf(build, output, layer.name, place).finish(wanted) : output;
  });
}

type Join = Extract<FloatLayer, { kind: 'add' | 'sub' | 'mul' | 'batchMatMul' }>;

function joined(build: Build, layer: Join, place: string): Real {
  const inputs = layer.inputs.map((id) => tensorAt(build, id, place));
  const [first, second] = inputs.map((id) => tensorOf(build, id)) as [
    ReturnType<typeof tensorOf>,
    ReturnType<typeof tensorOf>,
  ];
  const { name, shape } = shapeOf(build, layer.output);
  return pending(place, [], null, (wanted) => {
    const output = addTensor(build, name, shape, wanted);
    const ends = { name: layer.name, inputs, output, clamp: wanted.clamp };
    if (layer.kind === 'add' || layer.kind === 'sub') {
      const twice = 2 * Math.max(first.scale, second.scale);
      const rescale = quantizeMultiplier(twice / (2 ** 20 * wanted.scale));
      const scaled = {
        first: quantizeMultiplier(first.scale / twice),
        second: quantizeMultiplier(second.scale / twice),
      };
      return addLayer(build, { kind: layer.kind, ...ends, leftShift: 20, ...scaled, rescale }, place);
    }
    const requantize = factors([requantizeFactor(first.scale, second.scale, wanted.scale)]);
    if (!('adjointFirst' in layer)) return addLayer(build, { kind: 'mul', ...ends, requantize }, place);
    const { adjointFirst, adjointSecond } = layer;
    return addLayer(build, { kind: 'batchMatMul', ...ends, adjointFirst, adjointSecond, requantize }, place);
  });
}

/** The value that one float layer of the network between makes. */
export function layerValue(build: Build, step: IrStep, layer: FloatLayer): Known {
  const { place } = step;
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'fullyConnected':
      return { real: weightedReal(build, step, layer, operandAt(build, layer.input, place)) };
    case 'reshape':
    case 'transpose':
    case 'slice':
    case 'resizeNearest':
    case 'maxPool2d':
    case 'pad':
      return movement(build, layer, place);
    case 'concatenation':
      return concatenation(build, layer, place);
    case 'averagePool2d':
    case 'mean':
      return { real: pooled(build, layer, place) };
    case 'activation':
      return { real: lookup(build, layer, place) };
    case 'softmax':
      return { real: softmax(build, layer, place) };
    case 'add':
    case 'sub':
    case 'mul':
    case 'batchMatMul':
      return { real: joined(build, layer, place) };
  }
}
