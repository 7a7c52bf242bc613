/** Shapes, axes and selections: most are free, as they only change the view of a value. */

import type { Shape } from '../../../graph.ts';
import { resizeSource } from '../../../resize-source.ts';
import { axisOf, intAttribute } from '../attributes.ts';
import { axesOf, permutationOf } from '../evaluate/movement.ts';
import { meanOf } from '../evaluate/reduce.ts';
import { concatShape, nearestOf, nearestPositions, padOf, sliceOf, splitOf } from '../evaluate/select.ts';
import { reshapeTarget } from '../evaluate/shapes.ts';
import { elementsOf } from '../types.ts';
import { storeOrdered } from './constants.ts';
import {
  type At,
  activationAt,
  arrange,
  asImage,
  constantAt,
  emit,
  fault,
  isConstant,
  plain,
  refuseDynamic,
  type Value,
  valueAt,
} from './context.ts';
import {
  arrangedView,
  dimensionOf,
  imageOrder,
  logicalShape,
  plainView,
  regrouped,
  reordered,
  type View,
} from './view.ts';

/** The same elements under another shape. */
export function reshaped(at: At, view: View, shape: Shape): View {
  const free = regrouped(view, shape);
  if (free) return free;
  const { id } = plain(at, view);
  return plainView(emit(at, 'reshape', { kind: 'reshape', input: id }, shape).id, shape);
}

function reshapedTo(at: At, shape: Shape | null): Value[] {
  const x = activationAt(at, 0);
  const from = logicalShape(x.view);
  if (shape === null || elementsOf(shape) !== elementsOf(from)) {
    const cause = `[${from.join(', ')}] becomes ${shape ? `[${shape.join(', ')}]` : 'a shape that does not fit'}`;
    throw fault(at, 'ONNX_SHAPE', cause, 'the number of elements must stay; export with batch 1');
  }
  return [{ ...x, view: reshaped(at, x.view, shape) }];
}

export function reshape(at: At): Value[] {
  const wanted = constantAt(at, 1, 'the shape').tensor;
  const from = logicalShape(activationAt(at, 0).view);
  return reshapedTo(at, reshapeTarget(from, Array.from(wanted.data), intAttribute(at.node, 'allowzero', 0) !== 0));
}

export function flatten(at: At): Value[] {
  const from = logicalShape(activationAt(at, 0).view);
  const axis = intAttribute(at.node, 'axis', 1);
  const split = axis === from.length ? axis : axisOf(at.node, axis, from.length);
  return reshapedTo(at, [elementsOf(from.slice(0, split)), elementsOf(from.slice(split))]);
}

export function squeeze(at: At): Value[] {
  refuseDynamic(at, 1);
  const from = logicalShape(activationAt(at, 0).view);
  const axes = axesOf(at.call)?.map((axis) => axisOf(at.node, axis, from.length));
  return reshapedTo(
    at,
    from.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1)),
  );
}

export function unsqueeze(at: At): Value[] {
  refuseDynamic(at, 1);
  const from = logicalShape(activationAt(at, 0).view);
  const listed = axesOf(at.call) ?? [];
  const rank = from.length + listed.length;
  const axes = new Set(listed.map((axis) => axisOf(at.node, axis, rank)));
  let next = 0;
  const shape = Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (from[next++] ?? 1)));
  return reshapedTo(at, shape);
}

export function transpose(at: At): Value[] {
  const x = activationAt(at, 0);
  return [{ ...x, view: reordered(x.view, permutationOf(at.call, x.view.axes.length)) }];
}

/** A view in which each of these axes is one stored dimension. */
function separate(at: At, view: View, axes: readonly number[]): View {
  if (axes.every((axis) => dimensionOf(view, axis) !== null)) return view;
  return view.axes.length === 4 ? asImage(at, view) : plain(at, view);
}

/** Values listed per ONNX axis, as a list per stored dimension. */
function perDimension(view: View, list: readonly number[], rest: number): number[] {
  const result = new Array<number>(view.stored.length).fill(rest);
  for (const [axis, value] of list.entries()) {
    if (value !== rest) result[dimensionOf(view, axis)!] = value;
  }
  return result;
}

/** `begin`, `extent` and `step` per ONNX axis. */
function sliced(
  at: At,
  view: View,
  begin: readonly number[],
  extent: readonly number[],
  step: readonly number[],
  index: number,
): View {
  const from = logicalShape(view);
  const touched = from.flatMap((size, axis) => (extent[axis] === size && step[axis] === 1 ? [] : [axis]));
  if (touched.length === 0) return view;
  const x = separate(at, view, touched);
  const stored = [...x.stored];
  for (const axis of touched) stored[dimensionOf(x, axis)!] = extent[axis]!;
  const begins = perDimension(x, begin, 0);
  const steps = perDimension(x, step, 1);
  const layer = { kind: 'slice' as const, input: x.id, begin: begins, step: steps };
  return { ...x, id: emit(at, 'slice', layer, stored, at.node.outputs[index]).id, stored };
}

export function slice(at: At): Value[] {
  refuseDynamic(at, 1);
  const x = activationAt(at, 0);
  const slices = sliceOf(at.call, logicalShape(x.view));
  if (slices.some(({ count }) => count === 0)) {
    throw fault(at, 'ONNX_SHAPE', 'an empty slice', 'at least one element must stay');
  }
  const begin = slices.map((axis) => axis.begin);
  const extent = slices.map((axis) => axis.count);
  const step = slices.map((axis) => (axis.count > 1 ? axis.step : 1));
  return [{ ...x, view: sliced(at, x.view, begin, extent, step, 0) }];
}

const partLimit = 256;

export function split(at: At): Value[] {
  refuseDynamic(at, 1);
  const x = activationAt(at, 0);
  if (at.node.outputs.length > partLimit) {
    throw fault(at, 'ONNX_SHAPE', `${at.node.outputs.length} outputs`, `at most ${partLimit} are supported`);
  }
  const shape = logicalShape(x.view);
  const { axis, lengths } = splitOf(at.call, shape);
  let start = 0;
  return lengths.map((length, index) => {
    const begin = shape.map((_, i) => (i === axis ? start : 0));
    const extent = shape.map((size, i) => (i === axis ? length : size));
    start += length;
    return {
      ...x,
      view: sliced(
        at,
        x.view,
        begin,
        extent,
        shape.map(() => 1),
        index,
      ),
    };
  });
}

/** One element along an axis, chosen by a constant. */
export function gather(at: At): Value[] {
  const x = activationAt(at, 0);
  const { tensor } = constantAt(at, 1, 'the index');
  const shape = logicalShape(x.view);
  const axis = axisOf(at.node, intAttribute(at.node, 'axis', 0), shape.length);
  const index = tensor.data[0]! < 0 ? tensor.data[0]! + shape[axis]! : tensor.data[0]!;
  if (tensor.data.length !== 1 || !(index >= 0 && index < shape[axis]!)) {
    const cause = `${tensor.data.length} indices, the first ${tensor.data[0]}`;
    throw fault(at, 'ONNX_SHAPE', cause, 'one index inside the axis is supported; use Slice or Split for more');
  }
  const begin = shape.map((_, i) => (i === axis ? index : 0));
  const extent = shape.map((size, i) => (i === axis ? 1 : size));
  const view = sliced(
    at,
    x.view,
    begin,
    extent,
    shape.map(() => 1),
    0,
  );
  const axes = [...view.axes.slice(0, axis), ...tensor.shape.map(() => []), ...view.axes.slice(axis + 1)];
  return [{ ...x, view: { ...view, axes } }];
}

export function lowerConcat(at: At, operands: readonly Value[], statedAxis: number): View {
  const shapes = operands.map((operand) => (isConstant(operand) ? operand.tensor.shape : logicalShape(operand.view)));
  const rank = shapes[0]!.length;
  const axis = axisOf(at.node, statedAxis, rank);
  const shape = concatShape(at.call, shapes, axis);
  const [template] = operands;
  const key = (view: View): string => JSON.stringify([view.axes, view.stored.length]);
  const alike =
    template !== undefined &&
    !isConstant(template) &&
    template.view.axes[axis]!.length === 1 &&
    operands.every((operand) => !isConstant(operand) && key(operand.view) === key(template.view));
  if (alike) {
    const views = operands.map((operand) => (operand as { view: View }).view);
    const dimension = template.view.axes[axis]![0]!;
    const stored = template.view.stored.map((size, i) => (i === dimension ? shape[axis]! : size));
    const inputs = views.map((view) => view.id);
    const { id } = emit(at, 'concatenation', { kind: 'concatenation', inputs, axis: dimension }, stored);
    return { ...template.view, id, stored };
  }
  const order = rank === 4 ? imageOrder(4) : shape.map((_, i) => i);
  const inputs = operands.map((operand) =>
    isConstant(operand) ? storeOrdered(at, operand, order).id : arrange(at, operand.view, order).id,
  );
  const stored = order.map((i) => shape[i]!);
  const layer = { kind: 'concatenation' as const, inputs, axis: order.indexOf(axis) };
  return arrangedView(emit(at, 'concatenation', layer, stored).id, stored, order);
}

export function concat(at: At): Value[] {
  const operands = at.node.inputs.map((_, index) => valueAt(at, index));
  const [first] = operands;
  if (!first) throw fault(at, 'ONNX_OPERANDS', 'no inputs', 'at least one is needed');
  const activation = operands.find((operand) => !isConstant(operand)) as { type: 'float' };
  return [{ view: lowerConcat(at, operands, intAttribute(at.node, 'axis', 1)), type: activation.type }];
}

export function pad(at: At): Value[] {
  refuseDynamic(at, 1);
  const x = activationAt(at, 0);
  const { before, after, value } = padOf(at.call, logicalShape(x.view));
  const touched = before.flatMap((size, axis) => (size + after[axis]! === 0 ? [] : [axis]));
  if (touched.length === 0) return [x];
  const view = separate(at, x.view, touched);
  const befores = perDimension(view, before, 0);
  const afters = perDimension(view, after, 0);
  const stored = view.stored.map((size, i) => size + befores[i]! + afters[i]!);
  const { id } = emit(at, 'pad', { kind: 'pad', input: view.id, before: befores, after: afters, value }, stored);
  return [{ ...x, view: { ...view, id, stored } }];
}

/** Nearest neighbour along height and width, if its choice of pixels is one that the network's layer knows. */
export function resize(at: At): Value[] {
  refuseDynamic(at, 1);
  const x = activationAt(at, 0);
  const from = logicalShape(x.view);
  const rules = nearestOf(at.call, from);
  if (from.length !== 4 || rules.shape[0] !== from[0] || rules.shape[1] !== from[1]) {
    const cause = `[${from.join(', ')}] becomes [${rules.shape.join(', ')}]`;
    throw fault(at, 'ONNX_SHAPE', cause, 'height and width of an image may change');
  }
  if (rules.shape[2]! > 65536 || rules.shape[3]! > 65536) {
    throw fault(
      at,
      'ONNX_SHAPE',
      `an image of ${rules.shape[2]} x ${rules.shape[3]}`,
      'at most 65536 x 65536 is supported',
    );
  }
  const image = asImage(at, x.view);
  const wanted = [2, 3].map((axis) => nearestPositions(rules, axis, from[axis]!));
  const modes = [
    { alignCorners: false, halfPixelCenters: false },
    { alignCorners: false, halfPixelCenters: true },
    { alignCorners: true, halfPixelCenters: false },
    { alignCorners: true, halfPixelCenters: true },
  ];
  const mode = modes.find((candidate) =>
    wanted.every((list, i) =>
      list.every((position, at) => resizeSource(at, from[2 + i]!, list.length, candidate) === position),
    ),
  );
  if (mode === undefined) {
    const cause = `coordinates ${rules.coordinates} with rounding ${rules.rounding}`;
    throw fault(at, 'ONNX_ATTRIBUTE', cause, 'use asymmetric coordinates with nearest_mode floor, or a whole factor');
  }
  const stored = [from[0]!, rules.shape[2]!, rules.shape[3]!, from[1]!];
  const { id } = emit(at, 'resize_nearest', { kind: 'resizeNearest', input: image.id, ...mode }, stored);
  return [{ ...x, view: { ...image, id, stored } }];
}

/** The mean over axes; over height and width of an image it is an average pool. */
export function reduceMean(at: At): Value[] {
  refuseDynamic(at, 1);
  const x = activationAt(at, 0);
  const { axes, keep } = meanOf(at.call, x.view.axes.length);
  return [{ ...x, view: lowerMean(at, x.view, axes, keep) }];
}

export function lowerMean(at: At, view: View, axes: readonly number[], keep: boolean): View {
  const dimensions = axes.flatMap((axis) => view.axes[axis]!).sort((a, b) => a - b);
  const stored = view.stored.map((size, i) => (dimensions.includes(i) ? 1 : size));
  const left = view.axes.flatMap((group, axis) => (axes.includes(axis) ? (keep ? [[]] : []) : [group]));
  const long = dimensions.filter((i) => view.stored[i] !== 1);
  if (long.length === 0) return { ...view, axes: left };
  if (
    view.stored.length === 4 &&
    view.stored[0] === 1 &&
    long.every((i) => i === 1 || i === 2) &&
    dimensions.join() === '1,2'
  ) {
    const kernel = { height: view.stored[1]!, width: view.stored[2]! };
    const padding = { top: 0, left: 0, bottom: 0, right: 0 };
    const layer = { kind: 'averagePool2d' as const, input: view.id, kernel, stride: kernel, padding };
    return { id: emit(at, 'average_pool2d', layer, stored).id, stored, axes: left };
  }
  return { id: emit(at, 'mean', { kind: 'mean', input: view.id, axes: dimensions }, stored).id, stored, axes: left };
}
