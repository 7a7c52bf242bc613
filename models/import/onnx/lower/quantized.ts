/**
 * QuantizeLinear and DequantizeLinear stay as steps; the QLinear operators become DequantizeLinear, the operator, QuantizeLinear,
 * and the Integer operators work in steps of 1. What the integers then do together is decided later, in one place.
 */
import { floatAttribute, intAttribute } from '../attributes.ts';
import { quantizedType } from '../evaluate/quantization.ts';
import { isFloat, type OnnxType, rangeOfType, typeOfCode } from '../types.ts';
import { quantizedConstant, scalarOf } from './constants.ts';
import {
  type ActivationValue,
  type At,
  activationAt,
  constantAt,
  fault,
  isConstant,
  optionalAt,
  type Value,
  valueAt,
} from './context.ts';
import { lowerActivation, lowerBinary, unary } from './elementwise.ts';
import { lowerConcat } from './move.ts';
import { lowerGlobalPool, lowerMatMul, lowerPool, lowerSoftmax } from './reduce.ts';
import { reordered, type View } from './view.ts';
import { lowerConv, lowerFullyConnected } from './weighted.ts';

function constantTensor(at: At, index: number, what: string): ReturnType<typeof constantAt>['tensor'] | null {
  return optionalAt(at, index) ? constantAt(at, index, what).tensor : null;
}

function zeroOf(at: At, index: number): number {
  const tensor = constantTensor(at, index, 'the zero point');
  return tensor ? scalarOf(at, tensor, 'zero point') : 0;
}

function dequantized(at: At, x: ActivationValue, scale: number, zeroPoint: number): View {
  const { type } = x;
  if (isFloat(type)) throw fault(at, 'ONNX_TYPE', `${type} values are dequantised`, 'integers are expected here');
  return unary(at, 'dequantize', x.view, (input) => ({ kind: 'dequantize', input, scale, zeroPoint, type }));
}

function quantized(at: At, view: View, scale: number, zeroPoint: number, type: OnnxType): ActivationValue {
  return { view: unary(at, 'quantize', view, (input) => ({ kind: 'quantize', input, scale, zeroPoint, type })), type };
}

/** The real value of input `index`, its scale and zero point in the inputs behind it. */
function realAt(at: At, index: number): Value {
  const x = valueAt(at, index);
  const scale = constantAt(at, index + 1, 'the scale').tensor;
  const zeroPoint = constantTensor(at, index + 2, 'the zero point');
  if (isConstant(x)) return quantizedConstant(at, { values: x.tensor, scale, zeroPoint, axis: 0 });
  return { view: dequantized(at, x, scalarOf(at, scale, 'scale'), zeroOf(at, index + 2)), type: 'float' };
}

function realActivation(at: At, index: number): View {
  activationAt(at, index);
  return (realAt(at, index) as ActivationValue).view;
}

/** QuantizeLinear with scale and zero point in inputs `index` and `index + 1`. */
function resultAt(at: At, view: View, index: number, fallback: OnnxType): Value[] {
  const scale = scalarOf(at, constantAt(at, index, 'the scale').tensor, 'scale');
  const type = constantTensor(at, index + 1, 'the zero point')?.type ?? fallback;
  return [quantized(at, view, scale, zeroOf(at, index + 1), type)];
}

export function quantizeLinear(at: At): Value[] {
  const x = activationAt(at, 0);
  const scale = scalarOf(at, constantAt(at, 1, 'the scale').tensor, 'scale');
  return [quantized(at, x.view, scale, zeroOf(at, 2), quantizedType(at.call))];
}

export function dequantizeLinear(at: At): Value[] {
  const x = activationAt(at, 0);
  const { tensor: scale } = constantAt(at, 1, 'the scale');
  if (x.type === 'int32' && zeroOf(at, 2) === 0) {
    const view = lowerBinary(at, 'mul', [x, { tensor: scale, origin: null }], [at.node.inputs[0]!, '']);
    return [{ view, type: scale.type }];
  }
  return [{ view: dequantized(at, x, scalarOf(at, scale, 'scale'), zeroOf(at, 2)), type: scale.type }];
}

export function dynamicQuantizeLinear(at: At): Value[] {
  throw fault(
    at,
    'ONNX_DYNAMIC',
    'its scale is computed from each input at run time',
    'quantise the model statically, with calibration data',
  );
}

export function cast(at: At): Value[] {
  const x = activationAt(at, 0);
  const code = intAttribute(at.node, 'to', 0);
  const type = typeOfCode(code);
  if (type === x.type || (type !== null && isFloat(type) && (isFloat(x.type) || x.type === 'int32')))
    return [{ ...x, type }];
  if (type !== null && isFloat(type) && rangeOfType(x.type) !== null) return [{ view: dequantized(at, x, 1, 0), type }];
  throw fault(
    at,
    'ONNX_TYPE',
    `a cast from ${x.type} to data type ${code}`,
    'casts to float are supported; quantise with QuantizeLinear',
  );
}

/** Weights with scale 1 and the zero point in input `index`. */
function integerWeights(at: At, value: Value, index: number, axis: number): Value {
  if (!isConstant(value)) return { view: dequantized(at, value, 1, zeroOf(at, index)), type: 'float' };
  const zeroPoint = constantTensor(at, index, 'the zero point');
  const count = zeroPoint ? zeroPoint.data.length : 1;
  const scale = { type: 'float' as const, shape: [count], data: new Float32Array(count).fill(1) };
  return quantizedConstant(at, { values: value.tensor, scale, zeroPoint, axis });
}

function constantWeights(at: At, value: Value) {
  if (isConstant(value)) return value;
  throw fault(at, 'ONNX_DYNAMIC', 'the weights are computed at run time', 'constant weights are needed');
}

export function convInteger(at: At): Value[] {
  const x = activationAt(at, 0);
  const weights = constantWeights(at, integerWeights(at, valueAt(at, 1), 3, 0));
  const view = dequantized(at, x, 1, zeroOf(at, 2));
  return [{ view: lowerConv(at, view, weights, null), type: 'int32' }];
}

export function matMulInteger(at: At): Value[] {
  const a = integerWeights(at, valueAt(at, 0), 2, 0);
  return [{ view: lowerMatMul(at, a, integerWeights(at, valueAt(at, 1), 3, 1)), type: 'int32' }];
}

export function qLinearConv(at: At): Value[] {
  const { type } = activationAt(at, 0);
  const weights = constantWeights(at, realAt(at, 3));
  const view = lowerConv(at, realActivation(at, 0), weights, null);
  keepBias(at, 8, view);
  return resultAt(at, view, 6, type);
}

/** The int32 bias in input `index` goes to the layer just made. */
function keepBias(at: At, index: number, view: View): void {
  if (!optionalAt(at, index)) return;
  const { tensor } = constantAt(at, index, 'the bias');
  const channels = view.stored.at(-1)!;
  if (tensor.type !== 'int32' || tensor.data.length !== channels) {
    const cause = `a bias of ${tensor.data.length} ${tensor.type} values`;
    throw fault(at, 'ONNX_SHAPE', cause, `${channels} int32 values are needed`);
  }
  const layer = at.lowering.ir.steps.at(-1)!.layer.name;
  at.lowering.ir.biases.set(layer, { values: Int32Array.from(tensor.data), scales: null });
}

function qGemm(at: At): Value[] {
  const a = realActivation(at, 0);
  const view = intAttribute(at.node, 'transA', 0) === 0 ? a : reordered(a, [1, 0]);
  const turned = intAttribute(at.node, 'transB', 0) !== 0;
  if (floatAttribute(at.node, 'alpha', 1) !== 1 || !optionalAt(at, 8)) {
    throw fault(
      at,
      'ONNX_ATTRIBUTE',
      'alpha other than 1, or a float output',
      'quantise the output and leave alpha at 1',
    );
  }
  const weights = quantizedConstant(at, {
    values: constantAt(at, 3, 'the weights').tensor,
    scale: constantAt(at, 4, 'the scale').tensor,
    zeroPoint: constantTensor(at, 5, 'the zero point'),
    axis: turned ? 0 : 1,
  });
  const result = lowerFullyConnected(at, view, weights, turned, null);
  keepBias(at, 6, result);
  return resultAt(at, result, 7, 'uint8');
}

export function qLinearMatMul(at: At): Value[] {
  const a = realAt(at, 0);
  const b = valueAt(at, 3);
  const right = isConstant(b)
    ? quantizedConstant(at, {
        values: b.tensor,
        scale: constantAt(at, 4, 'the scale').tensor,
        zeroPoint: constantTensor(at, 5, 'the zero point'),
        axis: b.tensor.shape.length - 1,
      })
    : realAt(at, 3);
  return resultAt(at, lowerMatMul(at, a, right), 6, 'uint8');
}

function qLinearBinary(kind: 'add' | 'mul'): (at: At) => Value[] {
  return (at) => resultAt(at, lowerBinary(at, kind, [realAt(at, 0), realAt(at, 3)], ['', '']), 6, 'uint8');
}

function qLinearUnary(lower: (at: At, view: View) => View): (at: At) => Value[] {
  return (at) => resultAt(at, lower(at, realActivation(at, 0)), 3, activationAt(at, 0).type);
}

function channelsFirst(lower: (at: At, view: View) => View): (at: At) => Value[] {
  return (at) => {
    if (intAttribute(at.node, 'channels_last', 0) === 0) return qLinearUnary(lower)(at);
    throw fault(at, 'ONNX_ATTRIBUTE', 'channels_last 1', 'export with channels first');
  };
}

function qLinearConcat(at: At): Value[] {
  const count = Math.floor((at.node.inputs.length - 2) / 3);
  if (count < 1) throw fault(at, 'ONNX_OPERANDS', 'no inputs', 'at least one is needed');
  const operands = Array.from({ length: count }, (_, i) => realAt(at, 2 + 3 * i));
  return resultAt(at, lowerConcat(at, operands, intAttribute(at.node, 'axis', 1)), 0, 'uint8');
}

export const microsoftLowerings: Readonly<Record<string, (at: At) => Value[]>> = {
  'com.microsoft.QGemm': qGemm,
  'com.microsoft.QLinearAdd': qLinearBinary('add'),
  'com.microsoft.QLinearMul': qLinearBinary('mul'),
  'com.microsoft.QLinearSigmoid': qLinearUnary((at, view) => lowerActivation(at, view, 'logistic')),
  'com.microsoft.QLinearLeakyRelu': qLinearUnary((at, view) => lowerActivation(at, view, 'leakyRelu')),
  'com.microsoft.QLinearAveragePool': channelsFirst((at, view) => lowerPool(at, 'averagePool2d', view)),
  'com.microsoft.QLinearGlobalAveragePool': channelsFirst(lowerGlobalPool),
  'com.microsoft.QLinearSoftmax': qLinearUnary((at, view) => lowerSoftmax(at, view, 13)),
  'com.microsoft.QLinearConcat': qLinearConcat,
};
