/** Every operator that is evaluated, by name. */
import type { Operator } from './call.ts';
import { conv, convInteger, qLinearConv } from './convolution.ts';
import { add, batchNormalization, cast, clip, div, leakyRelu, mul, relu, sigmoid, sub, tanh } from './elementwise.ts';
import { gemm, matMul, matMulInteger, qGemm, qLinearMatMul } from './matrix.ts';
import { microsoftOperators } from './microsoft.ts';
import {
  constant,
  constantOfShape,
  dropout,
  expand,
  flatten,
  gather,
  identity,
  reshape,
  shape,
  squeeze,
  transpose,
  unsqueeze,
} from './movement.ts';
import { dequantizeLinear, dynamicQuantizeLinear, quantizeLinear } from './quantization.ts';
import { averagePool, globalAveragePool, maxPool, reduceMean, softmax } from './reduce.ts';
import { concat, pad, resize, slice, split } from './select.ts';

export const operators: Readonly<Record<string, Operator>> = {
  Add: add,
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Cast: cast,
  Clip: clip,
  Concat: concat,
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Conv: conv,
  ConvInteger: convInteger,
  DequantizeLinear: dequantizeLinear,
  Div: div,
  Dropout: dropout,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  Expand: expand,
  Flatten: flatten,
  Gather: gather,
  Gemm: gemm,
  GlobalAveragePool: globalAveragePool,
  Identity: identity,
  LeakyRelu: leakyRelu,
  MatMul: matMul,
  MatMulInteger: matMulInteger,
  MaxPool: maxPool,
  Mul: mul,
  Pad: pad,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  QuantizeLinear: quantizeLinear,
  ReduceMean: reduceMean,
  Relu: relu,
  Reshape: reshape,
  Resize: resize,
  Shape: shape,
  Sigmoid: sigmoid,
  Slice: slice,
  Softmax: softmax,
  Split: split,
  Squeeze: squeeze,
  Sub: sub,
  Tanh: tanh,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  'com.microsoft.DequantizeLinear': dequantizeLinear,
  'com.microsoft.QGemm': qGemm,
  'com.microsoft.QuantizeLinear': quantizeLinear,
  ...microsoftOperators,
};
