/** What follows from an activation's type: its range and its storage. */
import type { Tensor, TensorData, TensorType } from './graph.ts';

type Typed = Pick<Tensor, 'type'>;

export function typeOf(tensor: Typed): TensorType {
  return tensor.type ?? 'int8';
}

/** Bits of an activation. */
export type ElementBits = 8 | 16;

export function bitsOf(tensor: Typed): ElementBits {
  return tensor.type === 'int16' ? 16 : 8;
}

/** Smallest value of the type; -1 - it is the largest. */
export function lowestOf(tensor: Typed): number {
  return tensor.type === 'int16' ? -32768 : -128;
}

export function highestOf(tensor: Typed): number {
  return tensor.type === 'int16' ? 32767 : 127;
}

export function allocate(tensor: Typed, elements: number): TensorData {
  return elementsOf(bitsOf(tensor), elements);
}

/** Elements of so many bits, all 0. */
export function elementsOf(bits: ElementBits, count: number): TensorData {
  return bits === 16 ? new Int16Array(count) : new Int8Array(count);
}

/** Whether the array is of the tensor's type. */
export function holds(tensor: Typed, data: TensorData): boolean {
  return tensor.type === 'int16' ? data instanceof Int16Array : data instanceof Int8Array;
}
