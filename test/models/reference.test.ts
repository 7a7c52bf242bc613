/** The fast reference against the equations written out one output at a time in BigInt, on random networks. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  AveragePool2d,
  Conv2d,
  DepthwiseConv2d,
  FullyConnected,
  Graph,
  Layer,
  Quantize,
  Reshape,
  Tensor,
  TensorData,
} from '../../models/graph.ts';
import { runReference } from '../../models/reference.ts';
import { tensorElements } from '../../models/shape.ts';
import { randomChain, randomInputs } from '../support/random-graph.ts';

/** Two roundings, each by its own definition: to nearest with ties up, then to nearest with ties away from zero. */
function rescale(sum: number, multiplier: number, shift: number): number {
  const left = BigInt(sum) << BigInt(Math.max(0, shift));
  const high = (left * BigInt(multiplier) + (1n << 30n)) >> 31n;
  const places = BigInt(Math.max(0, -shift));
  const magnitude = high < 0n ? -high : high;
  const rounded = (magnitude + ((1n << places) >> 1n)) >> places;
  return Number(high < 0n ? -rounded : rounded);
}

type Tap = (y: number, x: number, channel: number) => number;

function finish(
  layer: Conv2d | DepthwiseConv2d | FullyConnected | Quantize,
  output: Tensor,
  channel: number,
  sum: number,
): number {
  const { multiplier, shift } = layer.requantize;
  const entry = multiplier.length === 1 ? 0 : channel;
  const value = rescale(sum, multiplier[entry]!, shift[entry]!) + output.zeroPoint;
  return Math.min(layer.clamp.max, Math.max(layer.clamp.min, value));
}

function windowed(
  layer: Conv2d | DepthwiseConv2d,
  input: Tensor,
  output: Tensor,
  at: Tap,
  y: number,
  x: number,
  c: number,
): number {
  const [, height, width, depth] = input.shape as [number, number, number, number];
  const channels = output.shape[3]!;
  let sum = layer.bias[c]!;
  for (let ky = 0; ky < layer.kernel.height; ky += 1) {
    for (let kx = 0; kx < layer.kernel.width; kx += 1) {
      const iy = y * layer.stride.height + ky * layer.dilation.height - layer.padding.top;
      const ix = x * layer.stride.width + kx * layer.dilation.width - layer.padding.left;
      if (iy < 0 || ix < 0 || iy >= height || ix >= width) continue;
      const tap = ky * layer.kernel.width + kx;
      if (layer.kind === 'depthwiseConv2d') {
        const source = Math.floor(c / layer.depthMultiplier);
        sum += layer.weights[tap * channels + c]! * (at(iy, ix, source) - input.zeroPoint);
        continue;
      }
      const perGroup = depth / layer.groups;
      const group = Math.floor(c / (channels / layer.groups));
      for (let i = 0; i < perGroup; i += 1) {
        const weight = layer.weights[(c * layer.kernel.height * layer.kernel.width + tap) * perGroup + i]!;
        sum += weight * (at(iy, ix, group * perGroup + i) - input.zeroPoint);
      }
    }
  }
  return finish(layer, output, c, sum);
}

function pooled(layer: AveragePool2d, input: Tensor, at: Tap, y: number, x: number, c: number): number {
  const values: number[] = [];
  for (let iy = 0; iy < input.shape[1]!; iy += 1) {
    for (let ix = 0; ix < input.shape[2]!; ix += 1) {
      const dy = iy - (y * layer.stride.height - layer.padding.top);
      const dx = ix - (x * layer.stride.width - layer.padding.left);
      if (dy >= 0 && dy < layer.kernel.height && dx >= 0 && dx < layer.kernel.width) values.push(at(iy, ix, c));
    }
  }
  const sum = values.reduce((a, b) => a + b, 0);
  // Round half away from zero, on magnitudes.
  const mean = Math.sign(sum) * Math.floor((2 * Math.abs(sum) + values.length) / (2 * values.length));
  return Math.min(layer.clamp.max, Math.max(layer.clamp.min, mean));
}

function connected(layer: FullyConnected, input: Tensor, output: Tensor, data: TensorData, c: number): number {
  let sum = layer.bias[c]!;
  for (const [i, x] of data.entries()) {
    sum += (layer.weights[c * data.length + i]! - layer.weightZeroPoint) * (x - input.zeroPoint);
  }
  return finish(layer, output, c, sum);
}

type ChainLayer = Conv2d | DepthwiseConv2d | FullyConnected | AveragePool2d | Quantize | Reshape;

function layerByDefinition(layer: ChainLayer, input: Tensor, output: Tensor, data: TensorData): TensorData {
  if (layer.kind === 'reshape') return data;
  const [, , width, depth] = input.shape;
  const at: Tap = (y, x, channel) => data[(y * width! + x) * depth! + channel]!;
  const [, , columns, channels] = output.shape;
  return Int8Array.from({ length: tensorElements(output.shape) }, (_, index) => {
    if (layer.kind === 'fullyConnected') return connected(layer, input, output, data, index);
    if (layer.kind === 'quantize') return finish(layer, output, 0, data[index]! - input.zeroPoint);
    const c = index % channels!;
    const x = Math.floor(index / channels!) % columns!;
    const y = Math.floor(index / channels! / columns!);
    if (layer.kind === 'averagePool2d') return pooled(layer, input, at, y, x, c);
    return windowed(layer, input, output, at, y, x, c);
  });
}

function runByDefinition(graph: Graph, input: Int8Array): Map<number, TensorData> {
  const tensors = new Map<number, TensorData>([[graph.inputs[0]!, input]]);
  for (const layer of graph.layers as readonly ChainLayer[]) {
    const from = graph.tensors.get(layer.input)!;
    const to = graph.tensors.get(layer.output)!;
    tensors.set(layer.output, layerByDefinition(layer, from, to, tensors.get(layer.input)!));
  }
  return tensors;
}

describe('the reference', () => {
  test('equals the equations on random networks, every tensor', () => {
    const options = { explicitPadding: true, groups: true, weightZeroPoint: true, reshape: true, quantize: true };
    fc.assert(
      fc.property(randomChain(options), fc.integer(), (graph, seed) => {
        const input = randomInputs(graph, 1, seed);
        expect(runReference(graph, input, { capture: true }).tensors).toEqual(runByDefinition(graph, input));
      }),
      { numRuns: 500 },
    );
  });

  test('softmax gives the shares of e^(beta scale x), to the last place', () => {
    const tensor = (id: number, scale: number, zeroPoint: number): Tensor => ({
      id,
      name: `t${id}`,
      shape: [1, 3],
      scale,
      zeroPoint,
    });
    const tensors = new Map([
      [0, tensor(0, 0.0625, 5)],
      [1, tensor(1, 1 / 256, -128)],
    ]);
    const layer: Layer = {
      kind: 'softmax',
      name: 'softmax_0',
      input: 0,
      output: 1,
      beta: 1,
      multiplier: 1073741824,
      leftShift: 23,
      diffMin: -248,
    };
    const graph: Graph = {
      name: 's',
      tensors,
      layers: [layer],
      inputs: [0],
      outputs: [1],
      profile: 'tflite-reference',
    };
    // e^0 : e^-1 : e^-2 = 0.66524 : 0.24473 : 0.09003, times 256.
    expect([...runReference(graph, Int8Array.of(16, 0, -16)).output]).toEqual([170 - 128, 63 - 128, 23 - 128]);
    // A share of 256/256 does not fit and saturates; differences below the smallest give nothing.
    expect([...runReference(graph, Int8Array.of(-128, 127, -128)).output]).toEqual([-128, 127, -128]);
  });
});
