/**
 * How an ONNX value lies in memory. Its axes keep ONNX's order (N, C, H, W), its storage is channels last; a view says which stored
 * dimensions make up which axis, so that transposes, flattens and squeezes cost nothing until an operator needs another order.
 */
import type { Shape } from '../../../graph.ts';

export interface View {
  /** Tensor of the network being built. */
  readonly id: number;
  readonly stored: Shape;
  /** For every ONNX axis the stored dimensions that it consists of, slowest first; none for an axis of size 1. */
  readonly axes: readonly (readonly number[])[];
}

/** A view whose storage has ONNX's own order. */
export function plainView(id: number, shape: Shape): View {
  return { id, stored: shape, axes: shape.map((_, axis) => [axis]) };
}

export function axisSize(view: View, axis: number): number {
  return view.axes[axis]!.reduce((product, dimension) => product * view.stored[dimension]!, 1);
}

/** The shape as ONNX sees it. */
export function logicalShape(view: View): number[] {
  return view.axes.map((_, axis) => axisSize(view, axis));
}

function longer(view: View, dimensions: readonly number[]): number[] {
  return dimensions.filter((dimension) => view.stored[dimension] !== 1);
}

/** The view under another shape with the same element order, or null when an axis would have to be cut inside a stored dimension. */
export function regrouped(view: View, shape: Shape): View | null {
  const sequence = longer(view, view.axes.flat());
  const axes: number[][] = [];
  let next = 0;
  for (const size of shape) {
    const group: number[] = [];
    for (let product = 1; product < size; next += 1) {
      if (next === sequence.length) return null;
      product *= view.stored[sequence[next]!]!;
      group.push(sequence[next]!);
      if (product > size) return null;
    }
    axes.push(group);
  }
  return next === sequence.length ? { ...view, axes } : null;
}

export function reordered(view: View, permutation: readonly number[]): View {
  return { ...view, axes: permutation.map((axis) => view.axes[axis]!) };
}

/** What must happen to the storage so that it has the given axes in the given order; -1 stands for an inserted dimension of 1. */
export interface Arrangement {
  readonly shape: number[];
  /** null when the elements already stand in this order. */
  readonly permutation: number[] | null;
  /** Shape after the permutation; differs from `shape` when a reshape is needed as well. */
  readonly permuted: number[];
}

export function arrangement(view: View, order: readonly number[]): Arrangement {
  const dimensions = order.flatMap((axis) => (axis < 0 ? [] : view.axes[axis]!));
  const shape = order.map((axis) => (axis < 0 ? 1 : axisSize(view, axis)));
  const sequence = longer(view, dimensions);
  if (sequence.every((dimension, i) => i === 0 || sequence[i - 1]! < dimension)) {
    return { shape, permutation: null, permuted: [...view.stored] };
  }
  const unused = view.stored.map((_, dimension) => dimension).filter((dimension) => !dimensions.includes(dimension));
  const permutation = [...dimensions, ...unused];
  return { shape, permutation, permuted: permutation.map((dimension) => view.stored[dimension]!) };
}

/** The stored dimension that is this axis and nothing else; null when the axis has none or several. */
export function dimensionOf(view: View, axis: number): number | null {
  const group = longer(view, view.axes[axis]!);
  if (group.length === 1) return group[0]!;
  return group.length === 0 && view.axes[axis]!.length === 1 ? view.axes[axis]![0]! : null;
}

/** Channels last: batch, spatial dimensions, channels. One spatial dimension gets a height of 1. */
export function imageOrder(rank: number): number[] {
  return rank === 3 ? [0, -1, 2, 1] : [0, 2, 3, 1];
}

/** The view of a tensor that was arranged in this order. */
export function arrangedView(id: number, shape: Shape, order: readonly number[]): View {
  const axes: number[][] = [];
  for (const [dimension, axis] of order.entries()) if (axis >= 0) axes[axis] = [dimension];
  return { id, stored: shape, axes };
}
