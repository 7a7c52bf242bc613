/** TensorFlow operators with windows or weights, plain and fused. */
import { resolvePadding } from '../../arithmetic.ts';
import type { FloatCore } from '../../float-shape.ts';
import type { Extent, Padding } from '../../graph.ts';
import { booleanOf, floatOf, integersOf, stringOf, stringsOf } from './graph-attributes.ts';
import {
  apply,
  applyAffine,
  constantOf,
  type GraphReading,
  idOf,
  inputOf,
  shapeOfValue,
  unsupportedNode,
  type Value,
} from './graph-values.ts';
import type { NamedWeights } from './weights.ts';

export function refuseChannelsFirst({ node }: GraphReading): void {
  const format = stringOf(node, 'data_format', 'NHWC');
  if (format !== 'NHWC') throw unsupportedNode(node, 'data_format', format, 'NHWC');
}

/** Height and width of a list [batch, height, width, channels], whose ends are 1. */
export function spatial(reading: GraphReading, key: string): Extent {
  const list = integersOf(reading.node, key);
  if (list.length === 0) return { height: 1, width: 1 };
  if (list.length === 4 && list[0] === 1 && list[3] === 1) return { height: list[1]!, width: list[2]! };
  throw unsupportedNode(reading.node, key, list, '[1, height, width, 1]');
}

/** The padding that the node names, for an input image. */
export function paddingOf(reading: GraphReading, kernel: Extent, stride: Extent, dilation: Extent): Padding {
  const { node, draft } = reading;
  const shape = shapeOfValue(draft, inputOf(reading, 0));
  if (shape.length !== 4) throw unsupportedNode(node, 'an input of shape', shape, 'batch, height, width and channels');
  const mode = stringOf(node, 'padding', '');
  if (mode === 'EXPLICIT') {
    const list = integersOf(node, 'explicit_paddings');
    if (list.length !== 8) throw unsupportedNode(node, 'explicit_paddings', list, 'a list of 8 whole numbers');
    return { top: list[2]!, bottom: list[3]!, left: list[4]!, right: list[5]! };
  }
  if (mode !== 'SAME' && mode !== 'VALID') throw unsupportedNode(node, 'padding', mode, 'SAME, VALID or EXPLICIT');
  const name = mode === 'SAME' ? 'same' : 'valid';
  const rows = resolvePadding(name, shape[1]!, kernel.height, stride.height, dilation.height);
  const columns = resolvePadding(name, shape[2]!, kernel.width, stride.width, dilation.width);
  return { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
}

function filterOf(reading: GraphReading, rank: number): NamedWeights {
  const filter = constantOf(reading, 1, 'weights');
  if (filter.shape.length === rank && !filter.shape.includes(0)) return filter;
  throw unsupportedNode(reading.node, 'weights of shape', filter.shape, `a filter of ${rank} dimensions`);
}

/** Steps that fused operators do after their main one: a bias, then an activation. */
function fused(reading: GraphReading, value: Value): Value {
  const { node } = reading;
  let result = value;
  let next = 2;
  for (const step of stringsOf(node, 'fused_ops')) {
    if (step === 'BiasAdd') {
      result = biasAdd(reading, result, constantOf(reading, next, 'bias'));
      next += 1;
    } else {
      const core = activationCore(step, floatOf(node, 'leakyrelu_alpha', 0.2));
      if (!core) throw unsupportedNode(node, 'a fused', step, 'BiasAdd, Relu, Relu6, LeakyRelu, Sigmoid or Tanh');
      result = apply(reading, core, [result]);
    }
  }
  return result;
}

export function activationCore(op: string, alpha: number): FloatCore | null {
  switch (op) {
    case 'Relu':
      return { kind: 'activation', function: 'relu' };
    case 'Relu6':
      return { kind: 'activation', function: 'relu6' };
    case 'LeakyRelu':
      return { kind: 'activation', function: 'leakyRelu', alpha };
    case 'Sigmoid':
      return { kind: 'activation', function: 'logistic' };
    case 'Tanh':
      return { kind: 'activation', function: 'tanh' };
    default:
      return null;
  }
}

export function biasAdd(reading: GraphReading, value: Value, bias: NamedWeights): Value {
  if ('constant' in value) return apply(reading, { kind: 'add', activation: 'none' }, [value, { constant: bias }]);
  const offset = Float64Array.from(bias.values());
  return applyAffine(
    reading,
    { kind: 'affine', factor: Float64Array.of(1), center: Float64Array.of(0), offset },
    value.id,
  );
}

export function conv2d(reading: GraphReading): Value {
  refuseChannelsFirst(reading);
  const filter = filterOf(reading, 4);
  const [height, width, perGroup, channels] = filter.shape as [number, number, number, number];
  const kernel = { height, width };
  const stride = spatial(reading, 'strides');
  const dilation = spatial(reading, 'dilations');
  const padding = paddingOf(reading, kernel, stride, dilation);
  const groups = shapeOfValue(reading.draft, inputOf(reading, 0))[3]! / perGroup;
  const weights = filter.outputsFirst();
  const bias = new Float32Array(channels);
  const window = { kernel, stride, dilation, padding };
  const core = { kind: 'conv2d' as const, ...window, groups, weights, bias, activation: 'none' as const };
  return fused(reading, apply(reading, core, [{ id: idOf(reading, inputOf(reading, 0)) }]));
}

export function depthwiseConv2d(reading: GraphReading): Value {
  refuseChannelsFirst(reading);
  const filter = filterOf(reading, 4);
  const [height, width, depth, depthMultiplier] = filter.shape as [number, number, number, number];
  const kernel = { height, width };
  const stride = spatial(reading, 'strides');
  const dilation = spatial(reading, 'dilations');
  const padding = paddingOf(reading, kernel, stride, dilation);
  const window = { kernel, stride, dilation, padding };
  const arrays = { weights: filter.values(), bias: new Float32Array(depth * depthMultiplier) };
  const core = { kind: 'depthwiseConv2d' as const, ...window, depthMultiplier, ...arrays, activation: 'none' as const };
  return fused(reading, apply(reading, core, [{ id: idOf(reading, inputOf(reading, 0)) }]));
}

/** With constant weights a fully connected layer, else a matrix product. */
export function matMul(reading: GraphReading): Value {
  const { node } = reading;
  const second = inputOf(reading, 1);
  const turned = booleanOf(node, 'transpose_b');
  const first = booleanOf(node, 'transpose_a');
  if (!('constant' in second) || 'constant' in inputOf(reading, 0) || first) {
    const core = { kind: 'batchMatMul' as const, adjointFirst: first, adjointSecond: turned };
    return fused(reading, apply(reading, core, [inputOf(reading, 0), second]));
  }
  const weights = filterOf(reading, 2);
  const [inputs, outputs] = (turned ? [...weights.shape].reverse() : weights.shape) as [number, number];
  const shape = shapeOfValue(reading.draft, inputOf(reading, 0));
  if (shape.length !== 2 || shape[1] !== inputs) {
    throw unsupportedNode(node, 'an input of shape', shape, `[rows, ${inputs}]`);
  }
  const values = turned ? weights.values() : weights.outputsFirst();
  const core = {
    kind: 'fullyConnected' as const,
    weights: values,
    bias: new Float32Array(outputs),
    activation: 'none' as const,
  };
  return fused(reading, apply(reading, core, [inputOf(reading, 0)]));
}

export function batchNorm(reading: GraphReading): Value {
  const { node } = reading;
  refuseChannelsFirst(reading);
  if (booleanOf(node, 'is_training'))
    throw unsupportedNode(node, 'is_training', true, 'a model that is ready to predict');
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => constantOf(reading, i, 'statistics').values());
  const epsilon = floatOf(node, 'epsilon', 1e-4);
  const affine = {
    kind: 'affine' as const,
    factor: Float64Array.from(variance!, (v, c) => (gamma![c] ?? Number.NaN) / Math.sqrt(v + epsilon)),
    center: Float64Array.from(mean!),
    offset: Float64Array.from(beta!),
  };
  return applyAffine(reading, affine, idOf(reading, inputOf(reading, 0)));
}

export function pool(reading: GraphReading, kind: 'averagePool2d' | 'maxPool2d'): Value {
  refuseChannelsFirst(reading);
  const kernel = spatial(reading, 'ksize');
  const stride = spatial(reading, 'strides');
  const padding = paddingOf(reading, kernel, stride, { height: 1, width: 1 });
  return apply(reading, { kind, kernel, stride, padding }, [{ id: idOf(reading, inputOf(reading, 0)) }]);
}
