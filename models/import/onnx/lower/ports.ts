/** In which order an input of the network is stored. */
import type { OnnxModel, OnnxNode } from '../model.ts';

/** Operators that leave order and shape of their first input alone. */
const passing = new Set(
  'QuantizeLinear DequantizeLinear Relu Clip Cast Identity Dropout Add Sub Mul Div LeakyRelu Sigmoid Tanh Pad'.split(
    ' ',
  ),
);
const sliding = /Conv|Pool|^Resize$|^BatchNormalization$/;

/**
 * True when the first operator that cares about the order of axes is one that takes [N, C, ...]; a Transpose or Reshape means that
 * the file stores its input in another order. A value with three axes or four can be an image.
 */
export function wantsChannelsLast(model: OnnxModel, input: string, rank: number): boolean {
  if (rank !== 3 && rank !== 4) return false;
  const readers = new Map<string, OnnxNode[]>();
  for (const node of model.nodes) {
    for (const name of new Set(node.inputs)) {
      const list = readers.get(name);
      if (list) list.push(node);
      else readers.set(name, [node]);
    }
  }
  const seen = new Set([input]);
  const open = [input];
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    for (const node of readers.get(name) ?? []) {
      if (sliding.test(node.operator)) return true;
      if (!passing.has(node.operator.replace('com.microsoft.', ''))) continue;
      const [output] = node.outputs;
      if (output === undefined || seen.has(output)) continue;
      seen.add(output);
      open.push(output);
    }
  }
  return false;
}
