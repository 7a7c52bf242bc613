import { broadcastStrides, walk } from '../broadcast.ts';
import type { FloatBatchMatMul, FloatFullyConnected, FloatTensor } from '../float.ts';
import { tensorElements } from '../shape.ts';
import { activate } from './activate.ts';

export function fullyConnected(layer: FloatFullyConnected, x: Float32Array): Float32Array {
  const { weights, bias, activation } = layer;
  const inputs = weights.length / bias.length;
  const rows = x.length / inputs;
  const out = new Float32Array(rows * bias.length);
  let at = 0;
  for (let row = 0; row < x.length; row += inputs) {
    for (let o = 0; o < bias.length; o++) {
      let sum = bias[o]!;
      for (let i = 0; i < inputs; i++) sum += x[row + i]! * weights[o * inputs + i]!;
      out[at++] = activate(activation, sum);
    }
  }
  return out;
}

export function batchMatMul(
  layer: FloatBatchMatMul,
  first: FloatTensor,
  second: FloatTensor,
  to: FloatTensor,
  a: Float32Array,
  b: Float32Array,
): Float32Array {
  const [rows, columns] = to.shape.slice(-2) as [number, number];
  const inner = first.shape.at(layer.adjointFirst ? -2 : -1)!;
  const batches = to.shape.slice(0, -2);
  // Strides of the leading dimensions count matrices.
  const startsOf = (tensor: FloatTensor) => walk(batches, broadcastStrides(tensor.shape.slice(0, -2), batches));
  const [startsA, startsB] = [startsOf(first), startsOf(second)];
  const [rowA, innerA] = layer.adjointFirst ? [1, rows] : [inner, 1];
  const [innerB, columnB] = layer.adjointSecond ? [1, inner] : [columns, 1];
  const out = new Float32Array(tensorElements(to.shape));
  let at = 0;
  for (const [batch, startA] of startsA.entries()) {
    const baseA = startA * rows * inner;
    const baseB = startsB[batch]! * inner * columns;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        let sum = 0;
        for (let i = 0; i < inner; i++) sum += a[baseA + r * rowA + i * innerA]! * b[baseB + i * innerB + c * columnB]!;
        out[at++] = sum;
      }
    }
  }
  return out;
}
