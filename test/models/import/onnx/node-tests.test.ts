import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { runOnnx } from '../../../../models/import/onnx/evaluate/run.ts';
import { readOnnxModel } from '../../../../models/import/onnx/model.ts';
import { readTensorFile } from '../../../../models/import/onnx/tensor-proto.ts';
import type { OnnxTensor } from '../../../../models/import/onnx/types.ts';
import { needData, readBytes } from '../../../support/data.ts';

/** The ONNX project's own tests of the quantised operators (onnx v1.19.0, backend/test/data/node). */
const cases = [
  'test_convinteger_with_padding',
  'test_convinteger_without_padding',
  'test_dequantizelinear',
  'test_dequantizelinear_axis',
  'test_dequantizelinear_int16',
  'test_dequantizelinear_int4',
  'test_dynamicquantizelinear',
  'test_matmulinteger',
  'test_qlinearconv',
  'test_qlinearmatmul_2D_int8_float32',
  'test_qlinearmatmul_2D_uint8_float32',
  'test_qlinearmatmul_3D_int8_float32',
  'test_quantizelinear',
  'test_quantizelinear_axis',
  'test_quantizelinear_int16',
  'test_quantizelinear_int4',
];

/**
 * These two expect values that NumPy wrapped to int8 on overflow, a mistake of ONNX's reference implementation up to 1.19 that
 * onnx/onnx pull request 7868 corrected (issues 6169 and 7835): QLinearMatMul saturates, in its definition and in onnxruntime.
 */
const wrapped: readonly string[] = ['test_qlinearmatmul_2D_int8_float32', 'test_qlinearmatmul_3D_int8_float32'];

/** QLinearMatMul of matrices without saturation, written out once more: the unlimited values behind both conventions. */
function unlimitedProduct(inputs: readonly OnnxTensor[]): number[] {
  const [a, aScale, aZero, b, bScale, bZero, yScale, yZero] = inputs.map(({ data }) => data) as OnnxTensor['data'][];
  const inner = inputs[0]!.shape.at(-1)!;
  const rows = inputs[0]!.shape.at(-2)!;
  const columns = inputs[3]!.shape.at(-1)!;
  const factor = Math.fround(Math.fround(aScale![0]! * bScale![0]!) / yScale![0]!);
  return Array.from({ length: (a!.length / inner) * columns }, (_, element) => {
    const row = Math.floor(element / columns);
    const matrix = Math.floor(row / rows);
    let sum = 0;
    for (let k = 0; k < inner; k += 1) {
      sum +=
        (a![row * inner + k]! - aZero![0]!) * (b![(matrix * inner + k) * columns + (element % columns)]! - bZero![0]!);
    }
    // No result of these cases lies near a half, where Math.round and the rounding to even would part.
    return Math.round(sum * factor) + yZero![0]!;
  });
}

function tensors(folder: string, name: string, role: 'input' | 'output'): OnnxTensor[] {
  const found: OnnxTensor[] = [];
  for (;;) {
    const file = `onnx_node_tests/${name}/test_data_set_0/${role}_${found.length}.pb`;
    if (!existsSync(path.join(folder, file))) return found;
    found.push(readTensorFile(readBytes(folder, file), file));
  }
}

for (const name of cases) {
  needData(`${name}: equal to ONNX's expected outputs`, [`onnx_node_tests/${name}/model.onnx`], (folder) => {
    const model = readOnnxModel(readBytes(folder, `onnx_node_tests/${name}/model.onnx`), name);
    const given = tensors(folder, name, 'input');
    const expected = tensors(folder, name, 'output');
    expect(model.inputs.length).toBe(given.length);
    expect(model.outputs.length).toBe(expected.length);
    expect(expected.length).toBeGreaterThan(0);
    const values = runOnnx(model, new Map(model.inputs.map((port, index) => [port.name, given[index]!])));
    const found = model.outputs.map((port) => values.get(port.name));
    if (!wrapped.includes(name)) {
      expect(found).toEqual(expected);
      return;
    }
    const unlimited = unlimitedProduct(given);
    const saturated = unlimited.map((value) => Math.min(127, Math.max(-128, value)));
    expect([...expected[0]!.data]).toEqual(unlimited.map((value) => (value << 24) >> 24));
    expect(found).toEqual([{ ...expected[0]!, data: Int8Array.from(saturated) }]);
    expect(saturated).not.toEqual(unlimited);
  });
}
