/** Layers with weights and windows on tfjs-core. Padding is a step of its own: backends differ in which explicit paddings they take. */
import {
  type FloatConv2d,
  type FloatDepthwiseConv2d,
  type FloatPool2d,
  type FloatTensor,
  type FloatWeightedLayer,
  imageShape,
} from './float.ts';
import type { Extent, Padding, Shape } from './graph.ts';
import type { TensorFlow, TfTensor } from './tf.ts';

type Compute = (inputs: readonly TfTensor[]) => TfTensor;
type Tensor4 = ReturnType<TensorFlow['core']['tensor4d']>;

/** Below every float32 that a network computes. */
const lowest = -3.4028234663852886e38;

function padded({ core }: TensorFlow, x: TfTensor, { top, bottom, left, right }: Padding, value: number): Tensor4 {
  if (top + bottom + left + right === 0) return x as Tensor4;
  return core.pad(
    x,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    value,
  ) as Tensor4;
}

const pair = ({ height, width }: Extent): [number, number] => [height, width];

/** TensorFlow.js refuses strides together with dilations: zeros between the taps are the same window. */
function spread(
  filter: Float32Array,
  layer: FloatConv2d | FloatDepthwiseConv2d,
  perTap: number,
  outer: number,
): { values: Float32Array; kernel: Extent; dilation: Extent } {
  const { kernel, stride, dilation } = layer;
  const both = Math.max(stride.height, stride.width) > 1 && Math.max(dilation.height, dilation.width) > 1;
  if (!both) return { values: filter, kernel, dilation };
  const wide = {
    height: (kernel.height - 1) * dilation.height + 1,
    width: (kernel.width - 1) * dilation.width + 1,
  };
  const values = new Float32Array(outer * wide.height * wide.width * perTap);
  for (let o = 0; o < outer; o++) {
    for (let ky = 0; ky < kernel.height; ky++) {
      for (let kx = 0; kx < kernel.width; kx++) {
        const from = ((o * kernel.height + ky) * kernel.width + kx) * perTap;
        const to = ((o * wide.height + ky * dilation.height) * wide.width + kx * dilation.width) * perTap;
        values.set(filter.subarray(from, from + perTap), to);
      }
    }
  }
  return { values, kernel: wide, dilation: { height: 1, width: 1 } };
}

function convolution(tf: TensorFlow, layer: FloatConv2d, depth: number, hold: (t: TfTensor) => TfTensor): Compute {
  const { core } = tf;
  const { groups, stride, padding, bias } = layer;
  const perGroup = depth / groups;
  const outputs = bias.length / groups;
  const { values, kernel, dilation } = spread(layer.weights, layer, perGroup, bias.length);
  const size = values.length / groups;
  const filters = Array.from({ length: groups }, (_, g) => {
    const part = values.subarray(g * size, (g + 1) * size);
    const outputsFirst = core.tensor4d(part, [outputs, kernel.height, kernel.width, perGroup]);
    return hold(core.transpose(outputsFirst, [1, 2, 3, 0])) as Tensor4;
  });
  const offset = hold(core.tensor1d(bias));
  return ([x]) => {
    const image = padded(tf, x!, padding, 0);
    const parts = filters.map((filter, g) => {
      const [, height, width] = image.shape;
      const channels = groups === 1 ? image : core.slice(image, [0, 0, 0, g * perGroup], [1, height, width, perGroup]);
      return core.conv2d(channels as Tensor4, filter, pair(stride), 'valid', 'NHWC', pair(dilation));
    });
    return core.add(parts.length === 1 ? parts[0]! : core.concat(parts, 3), offset);
  };
}

function depthwise(tf: TensorFlow, layer: FloatDepthwiseConv2d, hold: (t: TfTensor) => TfTensor): Compute {
  const { core } = tf;
  const { bias, depthMultiplier, stride, padding } = layer;
  const { values, kernel, dilation } = spread(layer.weights, layer, bias.length, 1);
  const shape: [number, number, number, number] = [
    kernel.height,
    kernel.width,
    bias.length / depthMultiplier,
    depthMultiplier,
  ];
  const filter = hold(core.tensor4d(values, shape)) as Tensor4;
  const offset = hold(core.tensor1d(bias));
  return ([x]) => {
    const image = padded(tf, x!, padding, 0);
    return core.add(core.depthwiseConv2d(image, filter, pair(stride), 'valid', 'NHWC', pair(dilation)), offset);
  };
}

export function weightedTf(
  tf: TensorFlow,
  layer: FloatWeightedLayer,
  input: Shape,
  hold: (tensor: TfTensor) => TfTensor,
): Compute {
  const { core } = tf;
  if (layer.kind === 'conv2d') return convolution(tf, layer, input[3]!, hold);
  if (layer.kind === 'depthwiseConv2d') return depthwise(tf, layer, hold);
  const outputs = layer.bias.length;
  const inputs = layer.weights.length / outputs;
  const weights = hold(core.tensor2d(layer.weights, [outputs, inputs]));
  const offset = hold(core.tensor1d(layer.bias));
  return ([x]) => core.add(core.matMul(core.reshape(x!, [-1, inputs]), weights, false, true), offset);
}

/** How much of the window lies inside the image, for every output pixel: window size over pixels inside. */
function borderFactors(layer: FloatPool2d, from: FloatTensor, to: FloatTensor): Float32Array {
  const [input, output] = [imageShape(from), imageShape(to)];
  const inside = (at: number, stride: number, before: number, kernel: number, size: number): number =>
    Math.min(size, at * stride - before + kernel) - Math.max(0, at * stride - before);
  const { kernel, stride, padding } = layer;
  return Float32Array.from({ length: output.height * output.width }, (_, i) => {
    const rows = inside(Math.floor(i / output.width), stride.height, padding.top, kernel.height, input.height);
    const columns = inside(i % output.width, stride.width, padding.left, kernel.width, input.width);
    return (kernel.height * kernel.width) / (rows * columns);
  });
}

export function poolTf(
  tf: TensorFlow,
  layer: FloatPool2d,
  from: FloatTensor,
  to: FloatTensor,
  hold: (tensor: TfTensor) => TfTensor,
): Compute {
  const { core } = tf;
  const { kernel, stride, padding } = layer;
  if (layer.kind === 'maxPool2d') {
    return ([x]) => core.maxPool(padded(tf, x!, padding, lowest), pair(kernel), pair(stride), 'valid');
  }
  const pool: Compute = ([x]) => core.avgPool(padded(tf, x!, padding, 0), pair(kernel), pair(stride), 'valid');
  if (padding.top + padding.bottom + padding.left + padding.right === 0) return pool;
  const { height, width } = imageShape(to);
  const factors = hold(core.tensor4d(borderFactors(layer, from, to), [1, height, width, 1]));
  return (inputs) => core.mul(pool(inputs), factors);
}
