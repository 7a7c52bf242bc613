import { broadcastStrides, walk } from '../../broadcast.ts';
import type { AddOrSub, Mul, Quantize, Tensor, TensorData } from '../../graph.ts';
import { dequantized, quantized } from '../../onnx-arithmetic.ts';
import { tensorElements } from '../../shape.ts';
import { allocate, highestOf, lowestOf } from '../../tensor-type.ts';
import type { Operand } from '../operand.ts';

/** The real number of every value of the tensor's type, the lowest first. */
export function realTable(tensor: Tensor): Float32Array {
  const lowest = lowestOf(tensor);
  return Float32Array.from({ length: highestOf(tensor) - lowest + 1 }, (_, i) =>
    dequantized(lowest + i, tensor.scale, tensor.zeroPoint),
  );
}

/** QuantizeLinear(DequantizeLinear(a) +, - or * DequantizeLinear(b)), each step in float32. */
export function elementwise(layer: AddOrSub | Mul, operands: readonly Operand[], output: Tensor): TensorData {
  const [first, second] = operands as [Operand, Operand];
  const fromA = walk(output.shape, broadcastStrides(first.tensor.shape, output.shape), 0);
  const fromB = walk(output.shape, broadcastStrides(second.tensor.shape, output.shape), 0);
  const a = realTable(first.tensor);
  const b = realTable(second.tensor);
  const lowestA = lowestOf(first.tensor);
  const lowestB = lowestOf(second.tensor);
  const { min, max } = layer.clamp;
  const sign = layer.kind === 'sub' ? -1 : 1;
  const product = layer.kind === 'mul';
  const result = allocate(output, tensorElements(output.shape));
  for (let i = 0; i < result.length; i += 1) {
    const x = a[first.data[fromA[i]!]! - lowestA]!;
    const y = b[second.data[fromB[i]!]! - lowestB]!;
    const value = Math.fround(product ? x * y : x + sign * y);
    result[i] = quantized(value, output.scale, output.zeroPoint, min, max);
  }
  return result;
}

/** QuantizeLinear(DequantizeLinear(x)) with other parameters. */
export function requantize(layer: Quantize, input: Tensor, output: Tensor, data: TensorData): TensorData {
  const { min, max } = layer.clamp;
  const lowest = lowestOf(input);
  const table = Int32Array.from(realTable(input), (real) => quantized(real, output.scale, output.zeroPoint, min, max));
  const result = allocate(output, data.length);
  for (let i = 0; i < data.length; i += 1) result[i] = table[data[i]! - lowest]!;
  return result;
}
