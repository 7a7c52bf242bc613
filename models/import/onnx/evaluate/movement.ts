/** Operators that only change a shape or the order of axes, and those that compute with shapes. */
import { broadcastShape, broadcastStrides } from '../../../broadcast.ts';
import { axisOf, intAttribute, intsAttribute } from '../attributes.ts';
import { elementsOf, newTensor, type OnnxTensor } from '../types.ts';
import { type Call, callFault, integersOf, optional, required } from './call.ts';
import { everything, selected, strided, transposed } from './indexing.ts';
import { reshapeTarget } from './shapes.ts';

function withShape(call: Call, x: OnnxTensor, shape: readonly number[] | null, wanted: string): OnnxTensor[] {
  if (shape !== null && elementsOf(shape) === elementsOf(x.shape)) return [{ ...x, shape }];
  throw callFault(call, 'ONNX_SHAPE', `[${x.shape.join(', ')}] becomes ${wanted}`, 'the number of elements must stay');
}

export function reshape(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const wanted = integersOf(call, 1) ?? [];
  const shape = reshapeTarget(x.shape, wanted, intAttribute(call.node, 'allowzero', 0) !== 0);
  return withShape(call, x, shape, `[${wanted.slice(0, 9).join(', ')}]`);
}

export function flatten(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const axis = intAttribute(call.node, 'axis', 1);
  const at = axis === x.shape.length ? axis : axisOf(call.node, axis, x.shape.length);
  return withShape(call, x, [elementsOf(x.shape.slice(0, at)), elementsOf(x.shape.slice(at))], 'two dimensions');
}

/** An input since operator set 13, an attribute before. */
export function axesOf(call: Call): readonly number[] | null {
  return integersOf(call, 1) ?? intsAttribute(call.node, 'axes');
}

export function squeeze(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const rank = x.shape.length;
  const axes = axesOf(call)?.map((axis) => axisOf(call.node, axis, rank));
  const shape = x.shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1));
  return withShape(call, x, shape, `[${shape.join(', ')}]`);
}

export function unsqueeze(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const listed = axesOf(call) ?? [];
  const rank = x.shape.length + listed.length;
  const axes = new Set(listed.map((axis) => axisOf(call.node, axis, rank)));
  let next = 0;
  const shape = Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (x.shape[next++] ?? 1)));
  return withShape(call, x, shape, `[${shape.join(', ')}]`);
}

export function permutationOf(call: Pick<Call, 'node'>, rank: number): readonly number[] {
  const permutation = intsAttribute(call.node, 'perm') ?? everything(rank).reverse();
  if (permutation.length === rank && everything(rank).every((axis) => permutation.includes(axis))) return permutation;
  const cause = `perm [${permutation.slice(0, 9).join(', ')}]`;
  throw callFault(
    { ...call, opset: 0, inputs: [] },
    'ONNX_ATTRIBUTE',
    cause,
    `every axis from 0 to ${rank - 1} once is needed`,
  );
}

export function transpose(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  return [transposed(x, permutationOf(call, x.shape.length), call.node.place)];
}

export function identity(call: Call): OnnxTensor[] {
  return [required(call, 0)];
}

export function expand(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const shape = broadcastShape(x.shape, integersOf(call, 1) ?? []);
  if (shape === null)
    throw callFault(call, 'ONNX_SHAPE', `[${x.shape.join(', ')}] does not broadcast`, 'correct the shape');
  return [strided(x, shape, broadcastStrides(x.shape, shape), call.node.place)];
}

export function constant(call: Call): OnnxTensor[] {
  const { attributes } = call.node;
  const value = attributes.get('value');
  if (value?.kind === 'tensor') return [value.value];
  const float = attributes.get('value_float');
  if (float?.kind === 'float') return [{ type: 'float', shape: [], data: Float32Array.of(float.value) }];
  const int = attributes.get('value_int');
  if (int?.kind === 'int') return [{ type: 'int64', shape: [], data: Float64Array.of(int.value) }];
  const floats = attributes.get('value_floats');
  if (floats?.kind === 'floats') {
    return [{ type: 'float', shape: [floats.value.length], data: Float32Array.from(floats.value) }];
  }
  const ints = attributes.get('value_ints');
  if (ints?.kind === 'ints')
    return [{ type: 'int64', shape: [ints.value.length], data: Float64Array.from(ints.value) }];
  throw callFault(
    call,
    'ONNX_ATTRIBUTE',
    'no value that is read',
    'value, value_float(s) and value_int(s) are supported',
  );
}

export function constantOfShape(call: Call): OnnxTensor[] {
  const shape = integersOf(call, 0) ?? [];
  const value = call.node.attributes.get('value');
  const filler = value?.kind === 'tensor' ? value.value : null;
  const y = newTensor(filler?.type ?? 'float', shape, call.node.place);
  y.data.fill(filler?.data[0] ?? 0);
  return [y];
}

export function shape(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const rank = x.shape.length;
  const clamped = (value: number): number => Math.min(rank, Math.max(0, value < 0 ? value + rank : value));
  const start = clamped(intAttribute(call.node, 'start', 0));
  const sizes = x.shape.slice(start, clamped(intAttribute(call.node, 'end', rank)));
  return [{ type: 'int64', shape: [sizes.length], data: Float64Array.from(sizes) }];
}

export function gather(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const indices = required(call, 1);
  const axis = axisOf(call.node, intAttribute(call.node, 'axis', 0), x.shape.length);
  const size = x.shape[axis]!;
  const positions = Array.from(indices.data, (index) => (index < 0 ? index + size : index));
  if (positions.some((position) => !(position >= 0 && position < size))) {
    throw callFault(call, 'ONNX_SHAPE', `an index outside 0 to ${size - 1}`, 'correct the indices');
  }
  const { place } = call.node;
  const taken = selected(
    x,
    x.shape.map((length, at) => (at === axis ? positions : everything(length))),
    0,
    place,
  );
  const shapeOut = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return [{ ...taken, shape: shapeOut }];
}

export function dropout(call: Call): OnnxTensor[] {
  if ((optional(call, 2)?.data[0] ?? 0) !== 0) {
    throw callFault(call, 'ONNX_ATTRIBUTE', 'it is in training mode', 'export the network for inference');
  }
  return [required(call, 0)];
}
