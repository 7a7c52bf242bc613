/** Add, Sub, Mul, Div with broadcasting, activations, BatchNormalization. */
import { broadcastShape } from '../../../broadcast.ts';
import { floatAttribute } from '../attributes.ts';
import { clipBounds } from '../evaluate/elementwise.ts';
import type { OnnxTensor, OnnxType } from '../types.ts';
import { absorbed } from './affine.ts';
import { storeLike, storeOrdered } from './constants.ts';
import {
  type ActivationValue,
  type At,
  activationAt,
  arrange,
  type ConstantValue,
  constantAt,
  type Described,
  emit,
  fault,
  isConstant,
  refuseDynamic,
  type Value,
  valueAt,
} from './context.ts';
import { arrangedView, logicalShape, plainView, type View } from './view.ts';

type Kind = 'add' | 'sub' | 'mul';

function refuseShapes(at: At, a: readonly number[], b: readonly number[]): never {
  const cause = `operands of [${a.join(', ')}] and [${b.join(', ')}]`;
  throw fault(at, 'ONNX_SHAPE', cause, 'shapes that broadcast are needed');
}

function join(at: At, kind: Kind, inputs: readonly number[], shape: readonly number[]): number {
  return emit(at, kind, { kind, inputs, activation: 'none' }, shape).id;
}

/** Both operands with the axes of the result in one common order of storage. */
function aligned(
  at: At,
  operands: readonly Value[],
  shapes: readonly (readonly number[])[],
  rank: number,
): { id: number; shape: number[] }[] {
  const order = rank === 4 ? [0, 2, 3, 1] : Array.from({ length: rank }, (_, axis) => axis);
  return operands.map((operand, index) => {
    const missing = rank - shapes[index]!.length;
    if (isConstant(operand)) {
      const shape = [...new Array<number>(missing).fill(1), ...operand.tensor.shape];
      const reshaped = (tensor: OnnxTensor): OnnxTensor => ({ ...tensor, shape });
      const origin = operand.origin && { ...operand.origin, values: reshaped(operand.origin.values) };
      return storeOrdered(at, { tensor: reshaped(operand.tensor), origin }, order);
    }
    const axes = [...new Array<readonly number[]>(missing).fill([]), ...operand.view.axes];
    return arrange(at, { ...operand.view, axes }, order);
  });
}

function sameStorage(a: View, b: View): boolean {
  return JSON.stringify([a.stored, a.axes]) === JSON.stringify([b.stored, b.axes]);
}

/** One element-wise layer for two operands, at least one of which is an activation. */
export function lowerBinary(
  at: At,
  kind: Kind,
  operands: readonly [Value, Value],
  names: readonly [string, string],
): View {
  const [a, b] = operands;
  if (!isConstant(a) && isConstant(b) && absorbed(at, kind, names[0], a.view, b)) return a.view;
  if (kind !== 'sub' && isConstant(a) && !isConstant(b) && absorbed(at, kind, names[1], b.view, a)) return b.view;
  if (!isConstant(a) && !isConstant(b) && sameStorage(a.view, b.view)) {
    return { ...a.view, id: join(at, kind, [a.view.id, b.view.id], a.view.stored) };
  }
  const activation = isConstant(a) ? (b as ActivationValue) : a;
  if (isConstant(a) !== isConstant(b)) {
    const stored = storeLike(at, (isConstant(a) ? a : b) as ConstantValue, activation.view);
    if (stored !== null) {
      const { view } = activation;
      return { ...view, id: join(at, kind, isConstant(a) ? [stored, view.id] : [view.id, stored], view.stored) };
    }
  }
  const shapes = operands.map((operand) => (isConstant(operand) ? operand.tensor.shape : logicalShape(operand.view)));
  const shape = broadcastShape(shapes[0]!, shapes[1]!) ?? refuseShapes(at, shapes[0]!, shapes[1]!);
  const rank = shape.length;
  const [first, second] = aligned(at, operands, shapes, rank) as [
    { id: number; shape: number[] },
    { id: number; shape: number[] },
  ];
  const stored = broadcastShape(first.shape, second.shape)!;
  const id = join(at, kind, [first.id, second.id], stored);
  return rank === 4 ? arrangedView(id, stored, [0, 2, 3, 1]) : plainView(id, stored);
}

function resultType(a: Value, b: Value): OnnxType {
  const typed = isConstant(a) ? b : a;
  return isConstant(typed) ? typed.tensor.type : typed.type;
}

export function binary(kind: Kind): (at: At) => Value[] {
  return (at) => {
    const a = valueAt(at, 0);
    const b = valueAt(at, 1);
    const view = lowerBinary(at, kind, [a, b], [at.node.inputs[0]!, at.node.inputs[1]!]);
    return [{ view, type: resultType(a, b) }];
  };
}

function inverse(tensor: OnnxTensor): OnnxTensor {
  return { type: 'float', shape: tensor.shape, data: Float32Array.from(tensor.data, (value) => 1 / value) };
}

/** By a constant: times its inverse, rounded to float32. */
export function division(at: At): Value[] {
  const a = activationAt(at, 0);
  const { tensor } = constantAt(at, 1, 'the divisor');
  const view = lowerBinary(at, 'mul', [a, { tensor: inverse(tensor), origin: null }], [at.node.inputs[0]!, '']);
  return [{ view, type: a.type }];
}

/** A layer of one input that keeps shape and storage. */
export function unary(at: At, prefix: string, view: View, layer: (input: number) => Described): View {
  return { ...view, id: emit(at, prefix, layer(view.id), view.stored).id };
}

export function clipped(at: At, x: ActivationValue, min: number, max: number): Value[] {
  return [{ ...x, view: unary(at, 'clip', x.view, (input) => ({ kind: 'clip', input, min, max })) }];
}

export function relu(at: At): Value[] {
  return clipped(at, activationAt(at, 0), 0, Number.POSITIVE_INFINITY);
}

export function clip(at: At): Value[] {
  refuseDynamic(at, 1);
  const { min, max } = clipBounds(at.call);
  if (!(min <= max))
    throw fault(at, 'ONNX_ATTRIBUTE', `bounds ${min} and ${max}`, 'the lower must not exceed the upper');
  return clipped(at, activationAt(at, 0), min, max);
}

export function lowerActivation(at: At, view: View, name: 'logistic' | 'tanh' | 'leakyRelu'): View {
  const alpha = name === 'leakyRelu' ? { alpha: floatAttribute(at.node, 'alpha', Math.fround(0.01)) } : {};
  return unary(at, name === 'leakyRelu' ? 'leaky_relu' : name, view, (input) => ({
    kind: 'activation',
    function: name,
    ...alpha,
    input,
  }));
}

export function activation(name: 'logistic' | 'tanh' | 'leakyRelu'): (at: At) => Value[] {
  return (at) => {
    const x = activationAt(at, 0);
    return [{ ...x, view: lowerActivation(at, x.view, name) }];
  };
}

/** A factor and a summand per channel. */
export function batchNormalization(at: At): Value[] {
  const x = activationAt(at, 0);
  const shape = logicalShape(x.view);
  const channels = shape[1] ?? 1;
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map(
    (index) => constantAt(at, index, 'a parameter').tensor.data,
  ) as [OnnxTensor['data'], OnnxTensor['data'], OnnxTensor['data'], OnnxTensor['data']];
  if ([scale, bias, mean, variance].some((list) => list.length !== channels)) {
    throw fault(at, 'ONNX_SHAPE', `parameters for other than ${channels} channels`, 'one value per channel is needed');
  }
  const epsilon = floatAttribute(at.node, 'epsilon', Math.fround(1e-5));
  const factors = Float32Array.from(scale, (value, c) => value / Math.sqrt(variance[c]! + epsilon));
  const summands = Float32Array.from(
    bias,
    (value, c) => value - (scale[c]! * mean[c]!) / Math.sqrt(variance[c]! + epsilon),
  );
  const perChannel = [channels, ...new Array<number>(Math.max(0, shape.length - 2)).fill(1)];
  const constant = (data: Float32Array): Value => ({
    tensor: { type: 'float', shape: perChannel, data },
    origin: null,
  });
  const name = at.node.inputs[0]!;
  const view = lowerBinary(at, 'mul', [x, constant(factors)], [name, '']);
  // What was absorbed into the layer before leaves the value with one reader; a new product has one, too.
  const again = view.id === x.view.id ? name : '';
  const type = x.type;
  return [{ view: lowerBinary(at, 'add', [{ view, type }, constant(summands)], [again, '']), type }];
}
