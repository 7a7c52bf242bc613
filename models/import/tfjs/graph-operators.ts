/** One reader per TensorFlow operator: the node's inputs in, its outputs out. */

import type { Shape } from '../../graph.ts';
import { tensorElements } from '../../shape.ts';
import { resolveSlice } from '../strided-slice.ts';
import { booleanOf, floatOf, integerOf, integersOf } from './graph-attributes.ts';
import {
  apply,
  applyAffine,
  computed,
  constantOf,
  type GraphReading,
  idOf,
  inputOf,
  shapeOfValue,
  sizesOf,
  spend,
  unsupportedNode,
  type Value,
} from './graph-values.ts';
import {
  activationCore,
  batchNorm,
  biasAdd,
  conv2d,
  depthwiseConv2d,
  matMul,
  pool,
  refuseChannelsFirst,
} from './graph-weighted.ts';

type Reader = (reading: GraphReading) => Value | readonly Value[];

const first = (reading: GraphReading): Value => inputOf(reading, 0);
const shapeOfInput = (reading: GraphReading, index = 0): Shape => shapeOfValue(reading.draft, inputOf(reading, index));

function activation(op: string): Reader {
  return (reading) => apply(reading, activationCore(op, floatOf(reading.node, 'alpha', 0.2))!, [first(reading)]);
}

/** One value for all, or one for each channel of an activation of this shape. */
function perChannel(constant: Shape, shape: Shape): boolean {
  const elements = tensorElements(constant);
  return (
    constant.length <= shape.length && (elements === 1 || (elements === constant.at(-1) && elements === shape.at(-1)))
  );
}

/** With such a constant the operator is a step that a neighbour can take in; else a layer of two inputs. */
function elementwise(kind: 'add' | 'sub' | 'mul'): Reader {
  return (reading) => {
    const [a, b] = [first(reading), inputOf(reading, 1)];
    const [value, constant, swapped] = 'constant' in a ? [b, a, true] : [a, b, false];
    const plain = (): Value => apply(reading, { kind, activation: 'none' }, [a, b]);
    if (!('id' in value) || !('constant' in constant)) return plain();
    if (!perChannel(constant.constant.shape, shapeOfValue(reading.draft, value))) return plain();
    const operand = Float64Array.from(constant.constant.values());
    const [one, zero] = [Float64Array.of(1), Float64Array.of(0)];
    if (kind === 'mul')
      return applyAffine(reading, { kind: 'affine', factor: operand, center: zero, offset: zero }, value.id);
    const sign = kind === 'sub' && !swapped ? -1 : 1;
    const factor = kind === 'sub' && swapped ? Float64Array.of(-1) : one;
    return applyAffine(
      reading,
      { kind: 'affine', factor, center: zero, offset: operand.map((x) => sign * x) },
      value.id,
    );
  };
}

/** By a constant: a product with its inverse. */
const divide: Reader = (reading) => {
  const divisor = constantOf(reading, 1, 'divisor');
  const value = first(reading);
  if ('constant' in value) {
    const inverse = divisor.values().map((x) => 1 / x);
    return apply(reading, { kind: 'mul', activation: 'none' }, [value, computed(divisor.shape, inverse)]);
  }
  if (!perChannel(divisor.shape, shapeOfInput(reading))) {
    throw unsupportedNode(reading.node, 'a divisor of shape', divisor.shape, 'one for all or one per channel');
  }
  const factor = Float64Array.from(divisor.values(), (x) => 1 / x);
  const zero = Float64Array.of(0);
  return applyAffine(reading, { kind: 'affine', factor, center: zero, offset: zero }, value.id);
};

/** A function of constants, left by batch normalisation that was not folded. */
const ofConstant =
  (f: (x: number) => number): Reader =>
  (reading) => {
    const constant = constantOf(reading, 0, 'operand');
    spend(reading, tensorElements(constant.shape));
    return computed(constant.shape, constant.values().map(f));
  };

function axisOf(reading: GraphReading, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(counted) && counted >= 0 && counted < rank) return counted;
  throw unsupportedNode(reading.node, 'axis', axis, `one of ${rank} dimensions`);
}

/** Over height and width of an image it is a pool, which hardware has; else a mean. */
const mean: Reader = (reading) => {
  const shape = shapeOfInput(reading);
  const axes = [...new Set(sizesOf(reading, 1, 'axes').map((axis) => axisOf(reading, axis, shape.length)))].sort(
    (a, b) => a - b,
  );
  const keep = booleanOf(reading.node, 'keep_dims');
  const output = keep
    ? shape.map((size, d) => (axes.includes(d) ? 1 : size))
    : shape.filter((_, d) => !axes.includes(d));
  if (shape.length !== 4 || axes.join() !== '1,2')
    return apply(reading, { kind: 'mean', axes }, [first(reading)], output);
  const kernel = { height: shape[1]!, width: shape[2]! };
  const padding = { top: 0, left: 0, bottom: 0, right: 0 };
  const pooled = apply(reading, { kind: 'averagePool2d', kernel, stride: kernel, padding }, [first(reading)]);
  return keep ? pooled : apply(reading, { kind: 'reshape' }, [pooled], output);
};

function reshaped(reading: GraphReading, shape: Shape): Value {
  return apply(reading, { kind: 'reshape' }, [first(reading)], shape);
}

const reshape: Reader = (reading) => {
  const target = sizesOf(reading, 1, 'shape');
  const elements = tensorElements(shapeOfInput(reading));
  const known = tensorElements(target.filter((size) => size !== -1));
  return reshaped(
    reading,
    target.map((size) => (size === -1 ? elements / known : size)),
  );
};

const squeeze: Reader = (reading) => {
  const shape = shapeOfInput(reading);
  const listed = [...integersOf(reading.node, 'squeeze_dims'), ...integersOf(reading.node, 'axis')];
  const axes = listed.map((axis) => axisOf(reading, axis, shape.length));
  return reshaped(
    reading,
    shape.filter((size, d) => (axes.length === 0 ? size !== 1 : !axes.includes(d))),
  );
};

const expandDims: Reader = (reading) => {
  const shape = [...shapeOfInput(reading)];
  shape.splice(axisOf(reading, sizesOf(reading, 1, 'axis')[0] ?? 0, shape.length + 1), 0, 1);
  return reshaped(reading, shape);
};

const pad: Reader = (reading) => {
  const widths = sizesOf(reading, 1, 'paddings');
  const value = reading.inputs.length > 2 ? (sizesOf(reading, 2, 'padding value')[0] ?? 0) : 0;
  const [before, after] = [0, 1].map((side) => widths.filter((_, i) => i % 2 === side));
  return apply(reading, { kind: 'pad', before: before!, after: after!, value }, [first(reading)]);
};

/** The axis is the last input of ConcatV2. */
const concat: Reader = (reading) => {
  const values = reading.inputs.slice(0, -1);
  const [axis = 0] = sizesOf(reading, reading.inputs.length - 1, 'axis');
  const rank = values[0] ? shapeOfValue(reading.draft, values[0]).length : 0;
  const core = { kind: 'concatenation' as const, axis: axisOf(reading, axis, rank) };
  return values.length === 1 ? values[0]! : apply(reading, core, values);
};

/** Constants (or activations) stacked along a new axis. */
const pack: Reader = (reading) => {
  const rank = shapeOfInput(reading).length;
  const axis = axisOf(reading, integerOf(reading.node, 'axis', 0), rank + 1);
  const parts = reading.inputs.map((value) => {
    const shape = [...shapeOfValue(reading.draft, value)];
    shape.splice(axis, 0, 1);
    return apply(reading, { kind: 'reshape' }, [value], shape);
  });
  return parts.length === 1 ? parts[0]! : apply(reading, { kind: 'concatenation', axis }, parts);
};

const stridedSlice: Reader = (reading) => {
  const { node } = reading;
  const masks = ['ellipsis_mask', 'new_axis_mask'].find((key) => integerOf(node, key, 0) !== 0);
  if (masks) throw unsupportedNode(node, masks, integerOf(node, masks, 0), '0');
  const resolved = resolveSlice(
    {
      begin: sizesOf(reading, 1, 'begins'),
      end: sizesOf(reading, 2, 'ends'),
      strides: sizesOf(reading, 3, 'strides'),
      beginMask: integerOf(node, 'begin_mask', 0),
      endMask: integerOf(node, 'end_mask', 0),
      shrinkMask: integerOf(node, 'shrink_axis_mask', 0),
    },
    shapeOfInput(reading),
  );
  const { begin, step, extent, shape } = resolved;
  const part = apply(reading, { kind: 'slice', begin, step }, [first(reading)], extent);
  return shape.length === extent.length ? part : apply(reading, { kind: 'reshape' }, [part], shape);
};

const slice: Reader = (reading) => {
  const shape = shapeOfInput(reading);
  const begin = sizesOf(reading, 1, 'begins');
  const size = sizesOf(reading, 2, 'sizes').map((extent, d) => (extent === -1 ? shape[d]! - begin[d]! : extent));
  return apply(reading, { kind: 'slice', begin, step: begin.map(() => 1) }, [first(reading)], size);
};

/** Consecutive slices along one axis. */
function parts(reading: GraphReading, value: Value, axis: number, extents: readonly number[]): Value[] {
  const shape = shapeOfValue(reading.draft, value);
  let next = 0;
  return extents.map((extent) => {
    const begin = shape.map((_, d) => (d === axis ? next : 0));
    next += extent;
    const output = shape.map((size, d) => (d === axis ? extent : size));
    return apply(reading, { kind: 'slice', begin, step: shape.map(() => 1) }, [value], output);
  });
}

const split: Reader = (reading) => {
  const shape = shapeOfInput(reading, 1);
  const axis = axisOf(reading, sizesOf(reading, 0, 'axis')[0] ?? 0, shape.length);
  const count = integerOf(reading.node, 'num_split', 1);
  if (count < 1 || count > 64) throw unsupportedNode(reading.node, 'num_split', count, '1 to 64');
  return parts(reading, inputOf(reading, 1), axis, Array<number>(count).fill(shape[axis]! / count));
};

const splitV: Reader = (reading) => {
  const shape = shapeOfInput(reading);
  const axis = axisOf(reading, sizesOf(reading, 2, 'axis')[0] ?? 0, shape.length);
  const stated = sizesOf(reading, 1, 'sizes');
  const rest = shape[axis]! - stated.filter((size) => size !== -1).reduce((sum, size) => sum + size, 0);
  return parts(
    reading,
    first(reading),
    axis,
    stated.map((size) => (size === -1 ? rest : size)),
  );
};

const resizeNearest: Reader = (reading) => {
  const { node } = reading;
  const shape = shapeOfInput(reading);
  const [height = 0, width = 0] = sizesOf(reading, 1, 'size');
  const core = {
    kind: 'resizeNearest' as const,
    alignCorners: booleanOf(node, 'align_corners'),
    halfPixelCenters: booleanOf(node, 'half_pixel_centers'),
  };
  return apply(reading, core, [first(reading)], [shape[0]!, height, width, shape[3]!]);
};

const batchMatMul: Reader = (reading) => {
  const [adjointFirst, adjointSecond] = [booleanOf(reading.node, 'adj_x'), booleanOf(reading.node, 'adj_y')];
  return apply(reading, { kind: 'batchMatMul', adjointFirst, adjointSecond }, [first(reading), inputOf(reading, 1)]);
};

const transpose: Reader = (reading) =>
  apply(reading, { kind: 'transpose', permutation: sizesOf(reading, 1, 'permutation') }, [first(reading)]);

const bias: Reader = (reading) => {
  refuseChannelsFirst(reading);
  return biasAdd(reading, first(reading), constantOf(reading, 1, 'bias'));
};

const shape: Reader = (reading) => {
  const sizes = shapeOfInput(reading);
  return computed([sizes.length], Float32Array.from(sizes));
};

const softmax: Reader = (reading) =>
  apply(reading, { kind: 'softmax', beta: 1 }, [{ id: idOf(reading, first(reading)) }]);

export const graphReaders: Readonly<Record<string, Reader>> = {
  Identity: first,
  StopGradient: first,
  Cast: first,
  Conv2D: conv2d,
  _FusedConv2D: conv2d,
  DepthwiseConv2dNative: depthwiseConv2d,
  FusedDepthwiseConv2dNative: depthwiseConv2d,
  MatMul: matMul,
  _FusedMatMul: matMul,
  BatchMatMul: batchMatMul,
  BatchMatMulV2: batchMatMul,
  BiasAdd: bias,
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  Relu: activation('Relu'),
  Relu6: activation('Relu6'),
  LeakyRelu: activation('LeakyRelu'),
  Sigmoid: activation('Sigmoid'),
  Tanh: activation('Tanh'),
  Softmax: softmax,
  Add: elementwise('add'),
  AddV2: elementwise('add'),
  Sub: elementwise('sub'),
  Mul: elementwise('mul'),
  RealDiv: divide,
  Rsqrt: ofConstant((x) => 1 / Math.sqrt(x)),
  Sqrt: ofConstant(Math.sqrt),
  AvgPool: (reading) => pool(reading, 'averagePool2d'),
  MaxPool: (reading) => pool(reading, 'maxPool2d'),
  Mean: mean,
  Reshape: reshape,
  Squeeze: squeeze,
  ExpandDims: expandDims,
  Shape: shape,
  Pad: pad,
  PadV2: pad,
  ConcatV2: concat,
  Pack: pack,
  Transpose: transpose,
  StridedSlice: stridedSlice,
  Slice: slice,
  Split: split,
  SplitV: splitV,
  ResizeNearestNeighbor: resizeNearest,
};
