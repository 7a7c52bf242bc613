/** Shape inference: what a layer makes of the shapes of its inputs. */
import { broadcastShape } from './broadcast.ts';
import type { Extent, Layer, Padding, Shape } from './graph.ts';

/** Number of elements of a shape. */
export function tensorElements(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export interface Sliding {
  readonly kernel: Extent;
  readonly stride: Extent;
  readonly padding: Padding;
  readonly dilation?: Extent;
}

/** Output height and width of a sliding window over `input`; 0 or less where it does not fit. */
export function slidingOutput(layer: Sliding, input: Extent): Extent {
  const dilation = layer.dilation ?? { height: 1, width: 1 };
  const along = (size: number, pads: number, kernel: number, step: number, stride: number): number =>
    Math.floor((size + pads - ((kernel - 1) * step + 1)) / stride) + 1;
  const { kernel, stride, padding } = layer;
  return {
    height: along(input.height, padding.top + padding.bottom, kernel.height, dilation.height, stride.height),
    width: along(input.width, padding.left + padding.right, kernel.width, dilation.width, stride.width),
  };
}

function concatenated(inputs: readonly Shape[], axis: number): Shape | null {
  const [first, ...others] = inputs;
  if (first === undefined || !(axis >= 0 && axis < first.length)) return null;
  const alike = (shape: Shape): boolean =>
    shape.length === first.length && shape.every((size, at) => at === axis || size === first[at]);
  if (!others.every(alike)) return null;
  return first.map((size, at) => (at === axis ? inputs.reduce((sum, shape) => sum + shape[at]!, 0) : size));
}

/** The output of a batchMatMul, or null where sizes contradict. Both inputs have two dimensions or more. */
function matMulShape(first: Shape, second: Shape, adjointFirst: boolean, adjointSecond: boolean): Shape | null {
  const [rows, depth] = adjointFirst ? [first.at(-1)!, first.at(-2)!] : [first.at(-2)!, first.at(-1)!];
  const [also, columns] = adjointSecond ? [second.at(-1)!, second.at(-2)!] : [second.at(-2)!, second.at(-1)!];
  const batches = broadcastShape(first.slice(0, -2), second.slice(0, -2));
  return batches === null || depth !== also ? null : [...batches, rows, columns];
}

/**
 * The shapes a layer's output may have, given those of its inputs: one in most cases, none where the inputs contradict each
 * other, null where any shape of the right size does (reshape, fullyConnected). `output` is the stated shape, which resize
 * and slice choose for themselves. The inputs have the rank the layer needs (see checkRanks).
 */
export function outputShapes(layer: Layer, inputs: readonly Shape[], output: Shape): readonly Shape[] | null {
  const input = inputs[0]!;
  const only = (shape: Shape | null): Shape[] => (shape === null ? [] : [shape]);
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'averagePool2d':
    case 'maxPool2d': {
      const { height, width } = slidingOutput(layer, { height: input[1]!, width: input[2]! });
      return [[1, height, width, 'bias' in layer ? layer.bias.length : input[3]!]];
    }
    case 'softmax':
    case 'quantize':
    case 'lookup':
      return [input];
    case 'add':
    case 'sub':
    case 'mul':
      return only(broadcastShape(input, inputs[1]!));
    case 'pad':
      return [input.map((size, axis) => size + layer.before[axis]! + layer.after[axis]!)];
    case 'concatenation':
      return only(concatenated(inputs, layer.axis));
    case 'mean':
      return [
        input.map((size, axis) => (layer.axes.includes(axis) ? 1 : size)),
        input.filter((_, axis) => !layer.axes.includes(axis)),
      ];
    case 'resizeNearest':
      return output.length === 4 ? [[input[0]!, output[1]!, output[2]!, input[3]!]] : [];
    case 'slice':
      return output.length === input.length ? [output] : [];
    case 'transpose':
      return [layer.permutation.map((axis) => input[axis]!)];
    case 'batchMatMul':
      return only(matMulShape(input, inputs[1]!, layer.adjointFirst, layer.adjointSecond));
    case 'fullyConnected':
    case 'reshape':
      return null;
  }
}
