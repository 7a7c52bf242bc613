/** Pools, Softmax and products of two activations. */
import { axisOf, floatAttribute, intAttribute } from '../attributes.ts';
import { productOf } from '../evaluate/matrix.ts';
import { slidingShape, slidingWindow } from '../evaluate/window.ts';
import { storeOrdered } from './constants.ts';
import {
  type ActivationValue,
  type At,
  activationAt,
  arrange,
  asImage,
  type ConstantValue,
  emit,
  fault,
  isConstant,
  optionalAt,
  plain,
  type Value,
  valueAt,
} from './context.ts';
import { lowerMean, reshaped } from './move.ts';
import { arrangedView, dimensionOf, imageOrder, logicalShape, plainView, reordered, type View } from './view.ts';
import { extentOf, lowerFullyConnected, paddedImage, paddingOf } from './weighted.ts';

export function lowerPool(at: At, kind: 'averagePool2d' | 'maxPool2d', x: View): View {
  const shape = logicalShape(x);
  const window = slidingWindow(at.node, shape, null);
  if (window.dilation.some((dilation) => dilation !== 1)) {
    throw fault(at, 'ONNX_ATTRIBUTE', `dilations [${window.dilation.join(', ')}] of a pool`, '1 is supported');
  }
  if ((at.node.outputs[1] ?? '') !== '') {
    throw fault(at, 'ONNX_OPERANDS', 'the indices of the maxima are asked for', 'export the pool with one output');
  }
  let image = asImage(at, x);
  let padding = paddingOf(window);
  const ends = Object.values(padding).some((size) => size > 0);
  const counted = kind === 'averagePool2d' && intAttribute(at.node, 'count_include_pad', 0) !== 0 && ends;
  if (counted) {
    if (intAttribute(at.node, 'ceil_mode', 0) !== 0) {
      throw fault(at, 'ONNX_ATTRIBUTE', 'count_include_pad with ceil_mode', 'use one of the two');
    }
    image = paddedImage(at, image, padding, 0);
    padding = { top: 0, left: 0, bottom: 0, right: 0 };
  }
  const stored = [shape[0]!, ...window.output, shape[1]!];
  const layer = { input: image.id, kernel: extentOf(window.kernel), stride: extentOf(window.stride), padding };
  const { id } = emit(at, kind === 'maxPool2d' ? 'max_pool2d' : 'average_pool2d', { kind, ...layer }, stored);
  return arrangedView(id, stored, imageOrder(slidingShape(window, 1, 1).length));
}

export function pool(kind: 'averagePool2d' | 'maxPool2d'): (at: At) => Value[] {
  return (at) => {
    const x = activationAt(at, 0);
    return [{ ...x, view: lowerPool(at, kind, x.view) }];
  };
}

export function lowerGlobalPool(at: At, x: View): View {
  const axes = x.axes.map((_, axis) => axis).slice(2);
  return lowerMean(at, x.axes.length === 4 ? asImage(at, x) : x, axes, true);
}

export function globalAveragePool(at: At): Value[] {
  const x = activationAt(at, 0);
  return [{ ...x, view: lowerGlobalPool(at, x.view) }];
}

function softmaxOver(at: At, x: View, axis: number): View {
  const last = dimensionOf(x, axis) === x.stored.length - 1;
  const rest = x.axes.map((_, i) => i).filter((i) => i !== axis);
  const order = [...rest, axis];
  const view = last ? x : (({ id, shape }) => arrangedView(id, shape, order))(arrange(at, x, order));
  const { id } = emit(at, 'softmax', { kind: 'softmax', input: view.id, beta: 1 }, view.stored);
  return { ...view, id };
}

export function lowerSoftmax(at: At, x: View, opset: number): View {
  const shape = logicalShape(x);
  const axis = axisOf(at.node, intAttribute(at.node, 'axis', opset < 13 ? 1 : -1), shape.length);
  if (opset >= 13 || axis === shape.length - 1) return softmaxOver(at, x, axis);
  const columns = shape.slice(axis).reduce((product, size) => product * size, 1);
  const rows = shape.slice(0, axis).reduce((product, size) => product * size, 1);
  return reshaped(at, softmaxOver(at, reshaped(at, x, [rows, columns]), 1), shape);
}

export function softmax(at: At): Value[] {
  const x = activationAt(at, 0);
  return [{ ...x, view: lowerSoftmax(at, x.view, at.call.opset) }];
}

/** Products of matrices; with a constant right matrix a fully connected layer. */
export function lowerMatMul(at: At, a: Value, b: Value): View {
  if (!isConstant(a) && isConstant(b) && b.tensor.shape.length === 2)
    return lowerFullyConnected(at, a.view, b, false, null);
  const shapes = [a, b].map((value) => (isConstant(value) ? value.tensor.shape : logicalShape(value.view))) as [
    number[],
    number[],
  ];
  const product = productOf(shapes[0], shapes[1]);
  if (product === null || shapes.some((shape) => shape.length < 2)) {
    const cause = `[${shapes[0].join(', ')}] times [${shapes[1].join(', ')}]`;
    throw fault(at, 'ONNX_SHAPE', cause, 'matrices whose inner dimensions are equal are needed');
  }
  const inputs = [a, b].map((value) => {
    if (!isConstant(value)) return plain(at, value.view).id;
    return storeOrdered(
      at,
      value,
      value.tensor.shape.map((_, axis) => axis),
    ).id;
  });
  const layer = { kind: 'batchMatMul' as const, inputs, adjointFirst: false, adjointSecond: false };
  return plainView(emit(at, 'batch_mat_mul', layer, product.shape).id, product.shape);
}

export function matMul(at: At): Value[] {
  const a = valueAt(at, 0);
  const b = valueAt(at, 1);
  const typed = (isConstant(a) ? b : a) as ActivationValue;
  return [{ view: lowerMatMul(at, a, b), type: typed.type }];
}

export function gemm(at: At): Value[] {
  const a = activationAt(at, 0);
  const weights = valueAt(at, 1);
  if (!isConstant(weights) || weights.tensor.shape.length !== 2) {
    throw fault(
      at,
      'ONNX_DYNAMIC',
      'weights (input 1) that are no constant matrix',
      'a constant matrix is needed; use MatMul for two activations',
    );
  }
  const view = intAttribute(at.node, 'transA', 0) === 0 ? a.view : reordered(a.view, [1, 0]);
  const alpha = floatAttribute(at.node, 'alpha', 1);
  const beta = floatAttribute(at.node, 'beta', 1);
  const scaled = (value: ConstantValue, factor: number): ConstantValue =>
    factor === 1
      ? value
      : { tensor: { ...value.tensor, data: Float32Array.from(value.tensor.data, (x) => factor * x) }, origin: null };
  const bias = optionalAt(at, 2);
  const stated = bias && isConstant(bias) ? scaled(bias, beta) : bias;
  const turned = intAttribute(at.node, 'transB', 0) !== 0;
  return [{ ...a, view: lowerFullyConnected(at, view, scaled(weights, alpha), turned, stated) }];
}
