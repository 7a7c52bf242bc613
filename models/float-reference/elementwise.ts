import { broadcastStrides, walk } from '../broadcast.ts';
import type { FloatActivation, FloatElementwise, FloatTensor } from '../float.ts';
import { activate, activationFunction } from './activate.ts';

const combine = {
  add: (a: number, b: number): number => a + b,
  sub: (a: number, b: number): number => a - b,
  mul: (a: number, b: number): number => a * b,
} as const;

export function elementwise(
  layer: FloatElementwise,
  first: FloatTensor,
  second: FloatTensor,
  to: FloatTensor,
  a: Float32Array,
  b: Float32Array,
): Float32Array {
  const fromA = walk(to.shape, broadcastStrides(first.shape, to.shape));
  const fromB = walk(to.shape, broadcastStrides(second.shape, to.shape));
  const operate = combine[layer.kind];
  const out = new Float32Array(fromA.length);
  for (let i = 0; i < out.length; i++) out[i] = activate(layer.activation, operate(a[fromA[i]!]!, b[fromB[i]!]!));
  return out;
}

export function activation(layer: FloatActivation, x: Float32Array): Float32Array {
  return x.map((value) => activationFunction(layer.function, layer.alpha ?? 0, value));
}

export function softmax(beta: number, to: FloatTensor, x: Float32Array): Float32Array {
  const depth = to.shape.at(-1) ?? 1;
  const out = new Float32Array(x.length);
  for (let row = 0; row < x.length; row += depth) {
    const logits = x.subarray(row, row + depth);
    const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (const logit of logits) sum += Math.exp(beta * (logit - largest));
    for (let i = 0; i < depth; i++) out[row + i] = Math.exp(beta * (logits[i]! - largest)) / sum;
  }
  return out;
}
