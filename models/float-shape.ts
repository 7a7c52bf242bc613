/** Shape inference for float layers. */
import { broadcastShape } from './broadcast.ts';
import type { FloatLayer } from './float.ts';
import type { Shape } from './graph.ts';
import { slidingOutput, tensorElements } from './shape.ts';

/** A float layer without its name and ends. */
export type FloatCore = FloatLayer extends infer L
  ? L extends FloatLayer
    ? Omit<L, 'name' | 'input' | 'inputs' | 'output'>
    : never
  : never;

/** What a layer asks of its output: exactly this shape, this many elements, or what a text says. */
export type OutputRule =
  | { readonly shape: Shape }
  | { readonly elements: number }
  /** `fits` judges the stated output; `expected` says in words what it would have accepted. */
  | { readonly fits: (output: Shape) => boolean; readonly expected: string };

const image = (shape: Shape): boolean => shape.length === 4 && shape[0] === 1;

/**
 * The output of a layer on inputs of these shapes, or null when such inputs make no sense for it (`why` then holds the words).
 * Layers whose output is free in part (reshape, slice, resizeNearest) state a rule instead.
 */
export function floatOutput(layer: FloatCore, inputs: readonly Shape[]): OutputRule | { readonly why: string } {
  const [x = [], y = []] = inputs;
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'averagePool2d':
    case 'maxPool2d': {
      if (!image(x)) return { why: 'a batch of 1, height, width and channels are needed' };
      const { height, width } = slidingOutput(layer, { height: x[1]!, width: x[2]! });
      if (height < 1 || width < 1) return { why: 'the window must fit into the padded input' };
      return { shape: [1, height, width, 'weights' in layer ? layer.bias.length : x[3]!] };
    }
    case 'fullyConnected': {
      const columns = layer.weights.length / layer.bias.length;
      const rows = tensorElements(x) / columns;
      if (!Number.isInteger(rows)) return { why: `the weights take rows of ${columns} values` };
      return { elements: rows * layer.bias.length };
    }
    case 'reshape':
      return { elements: tensorElements(x) };
    case 'softmax':
      return x.length > 0 ? { shape: x } : { why: 'softmax needs at least one dimension' };
    case 'activation':
      return { shape: x };
    case 'add':
    case 'sub':
    case 'mul': {
      const shape = broadcastShape(x, y);
      return shape ? { shape } : { why: 'sizes must be equal or 1, counted from the last dimension' };
    }
    case 'pad': {
      if (layer.before.length !== x.length || layer.after.length !== x.length) {
        return { why: `padding is given for ${layer.before.length} dimensions` };
      }
      return { shape: x.map((size, d) => size + layer.before[d]! + layer.after[d]!) };
    }
    case 'concatenation':
      return concatenated(layer.axis, inputs);
    case 'mean': {
      if (!layer.axes.every((d) => d < x.length)) return { why: `it has no axis ${Math.max(...layer.axes)}` };
      const kept = x.filter((_, d) => !layer.axes.includes(d));
      return { elements: tensorElements(kept) };
    }
    case 'resizeNearest': {
      if (!image(x)) return { why: 'a batch of 1, height, width and channels are needed' };
      const fits = (o: Shape): boolean => image(o) && o[3] === x[3];
      return { fits, expected: `[1, height, width, ${x[3]}]` };
    }
    case 'slice':
      return sliced(layer.begin, layer.step, x);
    case 'transpose': {
      const sorted = [...layer.permutation].sort((a, b) => a - b);
      if (sorted.length !== x.length || sorted.some((d, i) => d !== i)) {
        return { why: `[${layer.permutation.join(', ')}] is no permutation of its dimensions` };
      }
      return { shape: layer.permutation.map((d) => x[d]!) };
    }
    case 'batchMatMul':
      return product(x, y, layer.adjointFirst, layer.adjointSecond);
  }
}

function concatenated(axis: number, inputs: readonly Shape[]): OutputRule | { readonly why: string } {
  const first = inputs[0]!;
  const same = (shape: Shape): boolean =>
    shape.length === first.length && shape.every((size, d) => d === axis || size === first[d]);
  if (axis >= first.length || !inputs.every(same)) return { why: `sizes may differ along axis ${axis} only` };
  const total = inputs.reduce((sum, shape) => sum + shape[axis]!, 0);
  return { shape: first.map((size, d) => (d === axis ? total : size)) };
}

function sliced(begin: readonly number[], step: readonly number[], x: Shape): OutputRule | { readonly why: string } {
  if (begin.length !== x.length || step.length !== x.length) return { why: `it slices ${begin.length} dimensions` };
  const inside = (at: number, d: number): boolean => at >= 0 && at < x[d]!;
  const fits = (o: Shape): boolean =>
    o.length === x.length &&
    o.every((size, d) => inside(begin[d]!, d) && step[d] !== 0 && inside(begin[d]! + (size - 1) * step[d]!, d));
  return { fits, expected: `what lies inside, from [${begin.join(', ')}] in steps of [${step.join(', ')}],` };
}

function product(
  x: Shape,
  y: Shape,
  adjointFirst: boolean,
  adjointSecond: boolean,
): OutputRule | { readonly why: string } {
  if (x.length < 2 || y.length < 2) return { why: 'matrices have two dimensions or more' };
  const [a, b] = [x.slice(-2), y.slice(-2)];
  const [rows, inner] = adjointFirst ? [a[1]!, a[0]!] : [a[0]!, a[1]!];
  const [innerSecond, columns] = adjointSecond ? [b[1]!, b[0]!] : [b[0]!, b[1]!];
  const batches = broadcastShape(x.slice(0, -2), y.slice(0, -2));
  if (inner !== innerSecond || !batches) return { why: 'the inner sizes must be equal and the others broadcast' };
  return { shape: [...batches, rows, columns] };
}
