/** Operators that pick elements: Slice, Split, Concat, Pad, Resize to the nearest element. */
import { axisOf, intAttribute, intsAttribute, textAttribute } from '../attributes.ts';
import { newTensor, type OnnxTensor } from '../types.ts';
import { type Call, callFault, integersOf, optional, required } from './call.ts';
import { everything, selected } from './indexing.ts';
import { type AxisSlice, axisSlice } from './shapes.ts';

/** What Slice takes along every axis of an input of this shape. */
export function sliceOf(call: Call, shape: readonly number[]): AxisSlice[] {
  const rank = shape.length;
  const starts = integersOf(call, 1) ?? [];
  const ends = integersOf(call, 2) ?? [];
  const axes = integersOf(call, 3) ?? everything(starts.length);
  const steps = integersOf(call, 4) ?? starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length) {
    throw callFault(
      call,
      'ONNX_SHAPE',
      'starts, ends, axes and steps of different lengths',
      'one of each per axis is needed',
    );
  }
  const slices: AxisSlice[] = shape.map((count) => ({ begin: 0, count, step: 1 }));
  for (const [i, start] of starts.entries()) {
    const axis = axisOf(call.node, axes[i]!, rank);
    if (steps[i] === 0) throw callFault(call, 'ONNX_ATTRIBUTE', 'step 0', 'a step other than 0 is needed');
    slices[axis] = axisSlice(shape[axis]!, start, ends[i]!, steps[i]!);
  }
  return slices;
}

export function slice(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const positions = sliceOf(call, x.shape).map(({ begin, count, step }) =>
    Array.from({ length: count }, (_, i) => begin + i * step),
  );
  return [selected(x, positions, 0, call.node.place)];
}

export interface Parts {
  readonly axis: number;
  readonly lengths: readonly number[];
}

/** Axis and lengths of Split's outputs. */
export function splitOf(call: Call, shape: readonly number[]): Parts {
  const axis = axisOf(call.node, intAttribute(call.node, 'axis', 0), shape.length);
  const size = shape[axis]!;
  const stated = integersOf(call, 1) ?? intsAttribute(call.node, 'split');
  const count = call.node.outputs.length;
  const part = Math.ceil(size / count);
  const lengths = stated ?? Array.from({ length: count }, (_, i) => Math.min(part, size - i * part));
  const fits = lengths.length === count && lengths.every((length) => Number.isInteger(length) && length > 0);
  if (fits && lengths.reduce((sum, length) => sum + length, 0) === size) return { axis, lengths };
  throw callFault(
    call,
    'ONNX_SHAPE',
    `${count} parts of axis ${axis} with ${size} elements`,
    'the parts must add up to the axis',
  );
}

export function split(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const { axis, lengths } = splitOf(call, x.shape);
  let start = 0;
  return lengths.map((length) => {
    const from = start;
    start += length;
    const positions = x.shape.map((size, at) =>
      at === axis ? Array.from({ length }, (_, i) => from + i) : everything(size),
    );
    return selected(x, positions, 0, call.node.place);
  });
}

/** The shape of joined operands, or a Fault when they differ in another axis. */
export function concatShape(call: Call, shapes: readonly (readonly number[])[], axis: number): number[] {
  const first = shapes[0]!;
  const fits = shapes.every(
    (shape) => shape.length === first.length && shape.every((size, at) => at === axis || size === first[at]),
  );
  if (fits) return first.map((size, at) => (at === axis ? shapes.reduce((sum, shape) => sum + shape[axis]!, 0) : size));
  const cause = shapes.map((shape) => `[${shape.join(', ')}]`).join(', ');
  throw callFault(call, 'ONNX_SHAPE', `operands of ${cause}`, `they may only differ in axis ${axis}`);
}

export function concat(call: Call): OnnxTensor[] {
  const tensors = call.inputs.map((_, index) => required(call, index));
  const first = required(call, 0);
  const axis = axisOf(call.node, intAttribute(call.node, 'axis', 1), first.shape.length);
  const y = newTensor(
    first.type,
    concatShape(
      call,
      tensors.map((tensor) => tensor.shape),
      axis,
    ),
    call.node.place,
  );
  const inner = first.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const outer = first.shape.slice(0, axis).reduce((product, size) => product * size, 1);
  let to = 0;
  for (let o = 0; o < outer; o += 1) {
    for (const { shape, data } of tensors) {
      const length = shape[axis]! * inner;
      y.data.set(data.subarray(o * length, (o + 1) * length), to);
      to += length;
    }
  }
  return [y];
}

export interface Pads {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

/** Pads of every axis; only the constant mode is supported. Before operator set 11 they are attributes. */
export function padOf(call: Call, shape: readonly number[]): Pads {
  const mode = textAttribute(call.node, 'mode', 'constant');
  if (mode !== 'constant') {
    throw callFault(call, 'ONNX_ATTRIBUTE', `padding mode ${mode}`, 'constant padding is supported');
  }
  const rank = shape.length;
  const listed = integersOf(call, 1) ?? intsAttribute(call.node, 'pads') ?? [];
  const axes = integersOf(call, 3)?.map((axis) => axisOf(call.node, axis, rank)) ?? everything(rank);
  if (listed.length !== 2 * axes.length) {
    throw callFault(call, 'ONNX_SHAPE', `${listed.length} pads for ${axes.length} axes`, 'two per axis are needed');
  }
  if (listed.some((pad) => !Number.isInteger(pad) || pad < 0 || pad > 2 ** 31)) {
    throw callFault(
      call,
      'ONNX_ATTRIBUTE',
      `pads [${listed.slice(0, 9).join(', ')}]`,
      'whole numbers of 0 or more are supported',
    );
  }
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  for (const [i, axis] of axes.entries()) {
    before[axis] = listed[i]!;
    after[axis] = listed[i + axes.length]!;
  }
  return { before, after, value: optional(call, 2)?.data[0] ?? 0 };
}

export function pad(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const { before, after, value } = padOf(call, x.shape);
  const shape = x.shape.map((size, axis) => before[axis]! + size + after[axis]!);
  newTensor('bool', shape, call.node.place);
  const positions = x.shape.map((size, axis) => [
    ...new Array<number>(before[axis]!).fill(-1),
    ...everything(size),
    ...new Array<number>(after[axis]!).fill(-1),
  ]);
  return [selected(x, positions, value, call.node.place)];
}

export interface Nearest {
  readonly shape: number[];
  readonly coordinates: string;
  readonly rounding: string;
  readonly scales: readonly number[];
}

/** Output shape and rules of Resize in mode nearest: scales or sizes, coordinate transformation, rounding. */
export function nearestOf(call: Call, shape: readonly number[]): Nearest {
  const mode = textAttribute(call.node, 'mode', 'nearest');
  const coordinates = textAttribute(
    call.node,
    'coordinate_transformation_mode',
    call.opset < 11 ? 'asymmetric' : 'half_pixel',
  );
  const rounding = textAttribute(call.node, 'nearest_mode', call.opset < 11 ? 'floor' : 'round_prefer_floor');
  const known = ['half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel'];
  if (mode !== 'nearest' || !known.includes(coordinates) || intsAttribute(call.node, 'axes') !== null) {
    const cause = `mode ${mode} with coordinates ${coordinates}`;
    throw callFault(
      call,
      'ONNX_ATTRIBUTE',
      cause,
      `mode nearest with one of ${known.join(', ')} on all axes is supported`,
    );
  }
  const scaleInput = optional(call, call.opset < 11 ? 1 : 2);
  const stated = scaleInput && scaleInput.data.length > 0 ? Array.from(scaleInput.data) : null;
  const sizes = call.opset < 11 ? null : integersOf(call, 3);
  const target = sizes ?? stated?.map((scale, axis) => Math.floor(scale * (shape[axis] ?? Number.NaN)));
  if (!target || target.length !== shape.length || !target.every((size) => size >= 1)) {
    throw callFault(call, 'ONNX_SHAPE', 'neither scales nor sizes for every axis', 'one of both is needed, positive');
  }
  const scales = stated ?? target.map((size, axis) => size / shape[axis]!);
  return { shape: [...target], coordinates, rounding, scales };
}

/** For every output position along an axis the input position that is nearest. */
export function nearestPositions(resize: Nearest, axis: number, input: number): number[] {
  const output = resize.shape[axis]!;
  const scale = resize.scales[axis]!;
  const source = (at: number): number => {
    if (resize.coordinates === 'asymmetric') return at / scale;
    if (resize.coordinates === 'align_corners') return output === 1 ? 0 : (at * (input - 1)) / (output - 1);
    if (resize.coordinates === 'pytorch_half_pixel' && output === 1) return 0;
    return (at + 0.5) / scale - 0.5;
  };
  const round = (value: number): number => {
    if (resize.rounding === 'floor') return Math.floor(value);
    if (resize.rounding === 'ceil') return Math.ceil(value);
    return resize.rounding === 'round_prefer_ceil' ? Math.floor(value + 0.5) : Math.ceil(value - 0.5);
  };
  return Array.from({ length: output }, (_, at) => Math.min(input - 1, Math.max(0, round(source(at)))));
}

export function resize(call: Call): OnnxTensor[] {
  const x = required(call, 0);
  const rules = nearestOf(call, x.shape);
  newTensor('bool', rules.shape, call.node.place);
  const positions = x.shape.map((size, axis) => nearestPositions(rules, axis, size));
  return [selected(x, positions, 0, call.node.place)];
}
