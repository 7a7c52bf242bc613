import { flatFile, int32At, readInt8, readVector, rootTable, tableAtIndex } from './flatbuffer.ts';

/** TensorType of schema.fbs: int8, int16, uint8. */
const quantisedTypes = [9, 7, 3];

/**
 * Which importer a .tflite file is for. `integer`: at least one operator writes a quantised tensor; `float`: none does (weights
 * may be integers all the same). Faults: `TFLITE_BROKEN`. The file carries the mark TFL3; everything else the importer checks.
 */
export function tfliteActivations(bytes: Uint8Array, name: string): 'integer' | 'float' {
  const model = rootTable(flatFile(bytes, name), 'model');
  const subgraphs = readVector(model, 2, 4, 'subgraphs');
  if (subgraphs.length === 0) return 'integer';
  const subgraph = tableAtIndex(subgraphs, 0, 'subgraph 0');
  const tensors = readVector(subgraph, 0, 4, 'tensors');
  const operators = readVector(subgraph, 3, 4, 'operators');
  for (let index = 0; index < operators.length; index += 1) {
    const outputs = readVector(
      tableAtIndex(operators, index, `operator ${index}`),
      2,
      4,
      `outputs of operator ${index}`,
    );
    if (outputs.length === 0) continue;
    const tensor = int32At(outputs, 0);
    if (tensor < 0 || tensor >= tensors.length) continue;
    const type = readInt8(tableAtIndex(tensors, tensor, `tensor ${tensor}`), 1, 0);
    if (quantisedTypes.includes(type)) return 'integer';
  }
  return 'float';
}
