/**
 * The QLinear operators of onnxruntime's domain com.microsoft. Each is defined here as QuantizeLinear(operator(DequantizeLinear(...))),
 * every step in float32; onnxruntime's kernels take shortcuts that may differ where a result lies within rounding of a half.
 */

import { dequantized, quantized } from '../../../onnx-arithmetic.ts';
import { intAttribute } from '../attributes.ts';
import { newTensor, type OnnxTensor } from '../types.ts';
import { type Call, callFault, type Operator, optional, required } from './call.ts';
import { add, leakyRelu, mul, sigmoid } from './elementwise.ts';
import { averagePool, globalAveragePool, softmax } from './reduce.ts';
import { byteRange, single } from './requantize.ts';
import { concat } from './select.ts';

function zeroAt(call: Call, index: number): number {
  return optional(call, index) ? single(call, index) : 0;
}

/** Input `index` with its scale and zero point in the two inputs behind it. */
function realInput(call: Call, index: number): OnnxTensor {
  const x = required(call, index);
  byteRange(call, x);
  const scale = single(call, index + 1);
  const zero = zeroAt(call, index + 2);
  const y = newTensor('float', x.shape, call.node.place);
  for (let i = 0; i < y.data.length; i += 1) y.data[i] = dequantized(x.data[i]!, scale, zero);
  return y;
}

function result(call: Call, real: OnnxTensor, scaleIndex: number, like: OnnxTensor): OnnxTensor[] {
  const type = optional(call, scaleIndex + 1)?.type ?? like.type;
  const y = newTensor(type, real.shape, call.node.place);
  const [min, max] = byteRange(call, y);
  const scale = single(call, scaleIndex);
  const zero = zeroAt(call, scaleIndex + 1);
  for (let i = 0; i < y.data.length; i += 1) y.data[i] = quantized(real.data[i]!, scale, zero, min, max);
  return [y];
}

function one(operator: Operator, call: Call, inputs: readonly OnnxTensor[]): OnnxTensor {
  return operator({ ...call, inputs })[0]!;
}

const binary =
  (operator: Operator): Operator =>
  (call) =>
    result(call, one(operator, call, [realInput(call, 0), realInput(call, 3)]), 6, required(call, 0));

const unary =
  (operator: Operator): Operator =>
  (call) =>
    result(call, one(operator, call, [realInput(call, 0)]), 3, required(call, 0));

function channelsFirst(operator: Operator): Operator {
  return (call) => {
    if (intAttribute(call.node, 'channels_last', 0) === 0) return unary(operator)(call);
    throw callFault(call, 'ONNX_ATTRIBUTE', 'channels_last 1', 'export with channels first');
  };
}

const qLinearConcat: Operator = (call) => {
  const count = Math.floor((call.inputs.length - 2) / 3);
  const inputs = Array.from({ length: count }, (_, i) => realInput(call, 2 + 3 * i));
  return result(call, one(concat, call, inputs), 0, required(call, 2));
};

export const microsoftOperators: Readonly<Record<string, Operator>> = {
  'com.microsoft.QLinearAdd': binary(add),
  'com.microsoft.QLinearMul': binary(mul),
  'com.microsoft.QLinearSigmoid': unary(sigmoid),
  'com.microsoft.QLinearLeakyRelu': unary(leakyRelu),
  'com.microsoft.QLinearAveragePool': channelsFirst(averagePool),
  'com.microsoft.QLinearGlobalAveragePool': channelsFirst(globalAveragePool),
  'com.microsoft.QLinearSoftmax': (call) => unary(softmax)({ ...call, opset: 13 }),
  'com.microsoft.QLinearConcat': qLinearConcat,
};
