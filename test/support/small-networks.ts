import type { Graph, Shape } from '../../models/graph.ts';
import type { DesignRequest, Folding } from '../../specs/design.ts';
import { type Conv2dDescription, graphOf, type LayerDescription } from './model-description.ts';
import { randomInt8s, seededRandom } from './random.ts';

const one = { height: 1, width: 1 };

/** `rows` x `columns` x `channels` bytes in, one layer after the other. */
export const networkOf = (shape: Shape, ...layers: LayerDescription[]): Graph =>
  graphOf({ name: 'net', input: { shape, scale: 1, zeroPoint: 3 }, layers });

const weighted = (weights: number, channels: number) => ({
  weights: randomInt8s(seededRandom(weights), weights),
  // Not a power of two, which needs no multiplier and takes fewer clocks.
  weightScales: [1 / 500],
  bias: Int32Array.from({ length: channels }, (_, channel) => 100 * channel - 50),
  activation: 'none' as const,
  output: { scale: 1, zeroPoint: -7 },
});

export const dense = (inputs: number, channels: number): LayerDescription => ({
  kind: 'fullyConnected',
  weightZeroPoint: 0,
  channels,
  ...weighted(inputs * channels, channels),
});

/** A 3 x 3 convolution that keeps the map's size. */
export const conv3x3 = (inputs: number, channels: number): Conv2dDescription => ({
  kind: 'conv2d',
  kernel: { height: 3, width: 3 },
  stride: one,
  dilation: one,
  padding: 'same',
  groups: 1,
  channels,
  ...weighted(9 * inputs * channels, channels),
});

/** A 2 x 2 depthwise convolution, `multiplier` outputs for each input channel. */
export const depthwise2x2 = (inputs: number, multiplier: number): LayerDescription => ({
  kind: 'depthwiseConv2d',
  kernel: { height: 2, width: 2 },
  stride: one,
  dilation: one,
  padding: 'same',
  channels: inputs * multiplier,
  ...weighted(4 * inputs * multiplier, inputs * multiplier),
});

export const averagePool = (height: number, width: number): LayerDescription => ({
  kind: 'averagePool2d',
  kernel: { height, width },
  stride: one,
  padding: 'valid',
  activation: 'none',
});

/** A design of such a network with its foldings given by layer name. */
export const designOf = (foldings: Readonly<Record<string, Folding>>): DesignRequest => ({
  name: 'small_design',
  model: 'net',
  architecture: 'stream',
  parameters: { foldings: { ...foldings } },
  clock: '100 MHz',
  technology: 'asap7',
});
