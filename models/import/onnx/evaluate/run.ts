/** Evaluates a whole ONNX graph on tensors in the axis order of the file: the exact meaning that the importer must keep. */
import { Fault } from '../../../../specs/fault.ts';
import { refuseUnsupported } from '../known-operators.ts';
import type { OnnxModel } from '../model.ts';
import type { OnnxTensor } from '../types.ts';
import { operators } from './operators.ts';

/** Every value of the graph by name. Inputs are given by name; optional ones may be left out. Faults: `ONNX_*`. */
export function runOnnx(model: OnnxModel, inputs: ReadonlyMap<string, OnnxTensor>): Map<string, OnnxTensor> {
  refuseUnsupported(model);
  const values = new Map([...model.initializers, ...inputs]);
  for (const node of model.nodes) {
    const given = node.inputs.map((name) => {
      if (name === '') return null;
      const value = values.get(name);
      if (value) return value;
      throw new Fault({
        code: 'ONNX_VALUE',
        place: node.place,
        cause: `it reads "${name}" before anything has written it`,
        wayOut: 'give every input of the network; nodes stand in the order of execution',
      });
    });
    const results = operators[node.operator]!({ node, opset: model.opset, inputs: given });
    for (const [index, name] of node.outputs.entries()) {
      const result = results[index];
      if (name !== '' && result) values.set(name, result);
    }
  }
  return values;
}
