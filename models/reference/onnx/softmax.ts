import type { Softmax, Tensor, TensorData } from '../../graph.ts';
import { quantized } from '../../onnx-arithmetic.ts';
import { allocate, highestOf, lowestOf } from '../../tensor-type.ts';
import { realTable } from './elementwise.ts';

/** QuantizeLinear(Softmax(DequantizeLinear(x))) over the last axis: exponentials and their sum in double, the quotient in float32. */
export function softmax(layer: Softmax, input: Tensor, output: Tensor, data: TensorData): TensorData {
  const depth = input.shape[input.shape.length - 1]!;
  const real = realTable(input);
  const lowest = lowestOf(input);
  const result = allocate(output, data.length);
  const [min, max] = [lowestOf(output), highestOf(output)];
  for (let start = 0; start < data.length; start += depth) {
    const row = Array.from(data.subarray(start, start + depth), (q) => real[q - lowest]!);
    let largest = Number.NEGATIVE_INFINITY;
    for (const value of row) largest = Math.max(largest, value);
    const powers = row.map((value) => Math.exp(layer.beta * (value - largest)));
    let sum = 0;
    for (const power of powers) sum += power;
    for (const [i, power] of powers.entries()) {
      result[start + i] = quantized(Math.fround(power / sum), output.scale, output.zeroPoint, min, max);
    }
  }
  return result;
}
