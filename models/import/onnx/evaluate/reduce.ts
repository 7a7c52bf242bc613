/** Operators that bring many elements together: pools, means, Softmax. Sums are taken in double and rounded once. */
import { axisOf, intAttribute, intsAttribute } from '../attributes.ts';
import { newTensor, type OnnxTensor, roundToHalf } from '../types.ts';
import { type Call, callFault, integersOf, required } from './call.ts';
import { type SlidingWindow, slidingShape, slidingWindow } from './window.ts';

interface Tap {
  /** Elements inside the image. */
  readonly values: number[];
  /** Elements of the window that lie in the image or in the padding that the attributes state. */
  readonly padded: number;
}

function eachWindow(x: OnnxTensor, window: SlidingWindow, visit: (tap: Tap) => void): void {
  const { input, kernel, stride, dilation, before, after, output } = window;
  const area = input[0] * input[1];
  const inPadding = (at: number, axis: 0 | 1): boolean => at < input[axis] + after[axis];
  for (let image = 0; image < x.data.length / area; image += 1) {
    for (let row = 0; row < output[0]; row += 1) {
      for (let column = 0; column < output[1]; column += 1) {
        const values: number[] = [];
        let padded = 0;
        for (let ky = 0; ky < kernel[0]; ky += 1) {
          const y = row * stride[0] - before[0] + ky * dilation[0];
          for (let kx = 0; kx < kernel[1]; kx += 1) {
            const at = column * stride[1] - before[1] + kx * dilation[1];
            if (inPadding(y, 0) && inPadding(at, 1)) padded += 1;
            if (y < 0 || y >= input[0] || at < 0 || at >= input[1]) continue;
            values.push(x.data[image * area + y * input[1] + at]!);
          }
        }
        visit({ values, padded });
      }
    }
  }
}

function pooled(call: Call, reduce: (tap: Tap) => number): OnnxTensor[] {
  const x = required(call, 0);
  const window = slidingWindow(call.node, x.shape, null);
  const y = newTensor(x.type, slidingShape(window, x.shape[0]!, x.shape[1]!), call.node.place);
  let element = 0;
  eachWindow(x, window, (tap) => {
    const value = reduce(tap);
    y.data[element] = x.type === 'float16' ? roundToHalf(value) : value;
    element += 1;
  });
  return [y];
}

export function maxPool(call: Call): OnnxTensor[] {
  return pooled(call, ({ values }) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY));
}

export function averagePool(call: Call): OnnxTensor[] {
  const include = intAttribute(call.node, 'count_include_pad', 0) !== 0;
  return pooled(call, ({ values, padded }) => {
    const sum = values.reduce((a, b) => a + b, 0);
    return sum / (include ? padded : values.length);
  });
}

/** The mean over `axes`; the axes stay with size 1 when `keep`. */
function meanOver(call: Call, axes: readonly number[], keep: boolean): OnnxTensor[] {
  const x = required(call, 0);
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const sums = new Float64Array(shape.reduce((product, size) => product * size, 1));
  const index = new Array<number>(shape.length).fill(0);
  for (let from = 0; from < x.data.length; from += 1) {
    let to = 0;
    for (let axis = 0; axis < shape.length; axis += 1) {
      to = to * shape[axis]! + (shape[axis] === 1 ? 0 : index[axis]!);
    }
    sums[to]! += x.data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      if (index[axis]! < x.shape[axis]!) break;
      index[axis] = 0;
    }
  }
  const count = x.data.length / sums.length;
  const kept = keep ? shape : x.shape.filter((_, axis) => !axes.includes(axis));
  const y = newTensor(x.type, kept, call.node.place);
  for (let i = 0; i < sums.length; i += 1) {
    y.data[i] = x.type === 'float16' ? roundToHalf(sums[i]! / count) : sums[i]! / count;
  }
  return [y];
}

export function globalAveragePool(call: Call): OnnxTensor[] {
  const rank = required(call, 0).shape.length;
  return meanOver(
    call,
    Array.from({ length: Math.max(0, rank - 2) }, (_, i) => i + 2),
    true,
  );
}

export interface Mean {
  readonly axes: readonly number[];
  readonly keep: boolean;
}

/** Axes of ReduceMean: an input since operator set 18, an attribute before; none means all. */
export function meanOf(call: Call, rank: number): Mean {
  const listed = integersOf(call, 1) ?? intsAttribute(call.node, 'axes') ?? [];
  const none = listed.length === 0 && intAttribute(call.node, 'noop_with_empty_axes', 0) === 0;
  const axes = none ? Array.from({ length: rank }, (_, i) => i) : listed.map((axis) => axisOf(call.node, axis, rank));
  return { axes, keep: intAttribute(call.node, 'keepdims', 1) !== 0 };
}

export function reduceMean(call: Call): OnnxTensor[] {
  const { axes, keep } = meanOf(call, required(call, 0).shape.length);
  return meanOver(call, axes, keep);
}

/** Since operator set 13 over one axis (the last unless told); before, over everything from the axis on. */
export function softmax(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const rank = x.shape.length;
  if (rank === 0) throw callFault(call, 'ONNX_SHAPE', 'softmax of a scalar', 'at least one dimension is needed');
  const axis = axisOf(call.node, intAttribute(call.node, 'axis', call.opset < 13 ? 1 : -1), rank);
  const inner = call.opset < 13 ? 1 : x.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const depth = call.opset < 13 ? x.shape.slice(axis).reduce((product, size) => product * size, 1) : x.shape[axis]!;
  const y = newTensor(x.type, x.shape, call.node.place);
  for (let start = 0; start < x.data.length; start += depth * inner) {
    for (let i = start; i < start + inner; i += 1) {
      let highest = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < depth; k += 1) highest = Math.max(highest, x.data[i + k * inner]!);
      let sum = 0;
      for (let k = 0; k < depth; k += 1) sum += Math.exp(x.data[i + k * inner]! - highest);
      for (let k = 0; k < depth; k += 1) {
        const value = Math.exp(x.data[i + k * inner]! - highest) / sum;
        y.data[i + k * inner] = x.type === 'float16' ? roundToHalf(value) : value;
      }
    }
  }
  return [y];
}
