/** The operators of ONNX that joulesmith reads, in the words of its errors. */
import { Fault } from '../../../specs/fault.ts';
import type { OnnxModel } from './model.ts';

const standard =
  `Add AveragePool BatchNormalization Cast Clip Concat Constant ConstantOfShape Conv ConvInteger DequantizeLinear Div Dropout
DynamicQuantizeLinear Expand Flatten Gather Gemm GlobalAveragePool Identity LeakyRelu MatMul MatMulInteger MaxPool Mul Pad QLinearConv
QLinearMatMul QuantizeLinear ReduceMean Relu Reshape Resize Shape Sigmoid Slice Softmax Split Squeeze Sub Tanh Transpose Unsqueeze`.split(
    /\s/,
  );

const microsoft =
  'QuantizeLinear DequantizeLinear QGemm QLinearAdd QLinearMul QLinearSigmoid QLinearLeakyRelu QLinearAveragePool QLinearGlobalAveragePool QLinearSoftmax QLinearConcat'
    .split(' ')
    .map((name) => `com.microsoft.${name}`);

export const supportedOperators: readonly string[] = [...standard, ...microsoft];

/** The first twelve, and how many more: a message stays readable whatever the file claims. */
function listSome(items: readonly string[], separator: string): string {
  const rest = items.length - 12;
  return items.slice(0, 12).join(separator) + (rest > 0 ? `${separator}and ${rest} more` : '');
}

/** One Fault for all operators of the model that are not supported, each with the nodes that use it. */
export function refuseUnsupported(model: OnnxModel): void {
  const known = new Set(supportedOperators);
  const positions = new Map<string, string[]>();
  for (const { operator, index } of model.nodes) {
    if (known.has(operator)) continue;
    const list = positions.get(operator);
    if (list) list.push(String(index));
    else positions.set(operator, [String(index)]);
  }
  if (positions.size === 0) return;
  const listed = [...positions].map(([operator, nodes]) => `${operator.slice(0, 80)} (node ${listSome(nodes, ', ')})`);
  throw new Fault({
    code: 'ONNX_UNSUPPORTED_OPERATOR',
    place: model.name,
    cause: `the model needs ${listSome(listed, '; ')}`,
    wayOut: `supported are ${supportedOperators.join(', ')}`,
  });
}
