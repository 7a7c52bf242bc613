import type { FloatGraph } from '../float.ts';
import { emptyDraft, finishDraft } from './draft.ts';
import { readModelFile } from './model-file.ts';
import { floatReaders } from './tflite-float/operators.ts';
import { type FloatReading, fault, networkInput, operand } from './tflite-float/values.ts';

const supported = {
  operators: Object.keys(floatReaders),
  types: 'with float activations',
  file: 'with float activations',
};

/**
 * Reads a .tflite file whose activations are float32. Weights that the file keeps as float16, or as int8 with scales (dynamic
 * range quantisation), become their float values; the activations are never quantised here. `name` appears in every fault.
 * Faults: codes `TFLITE_*` for the file, `GRAPH_*` and `FLOAT_*` for a network that makes no sense.
 */
export function importFloatTflite(bytes: Uint8Array, name: string): FloatGraph {
  const model = readModelFile(bytes, name, supported);
  const draft = emptyDraft(name);
  const ids = new Map<number, number>();
  const decoded = new Map<number, Float32Array>();
  for (const index of model.inputs) networkInput(model, draft, ids, index);
  // A constant takes a byte or more; identical ones may share a few.
  const budget = { left: 4 * bytes.length + 65536 };
  let reading: FloatReading | null = null;
  for (const operator of model.operators) {
    reading = { model, operator, draft, ids, decoded, budget };
    if (operator.inputs.length === 0 || operator.outputs.length === 0) {
      const cause = `${operator.inputs.length} inputs and ${operator.outputs.length} outputs`;
      throw fault(reading, 'TFLITE_OPERANDS', cause, 'at least one of each is needed');
    }
    for (const [which, id] of floatReaders[operator.name]!(reading).entries()) ids.set(operator.outputs[which]!, id);
  }
  if (reading) draft.outputs.push(...model.outputs.map((index) => operand(reading, index)));
  return finishDraft(draft);
}
