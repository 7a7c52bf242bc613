/** The three kinds of layers with weights under one numbering: output channel, tap, one of the input channels it reads. */
import type { WeightedLayer } from '../accumulator.ts';
import type { Conv2d, DepthwiseConv2d, Graph, Shape } from '../graph.ts';

/** On how many output pixels a kernel tap lies inside the image. */
export const presence = { never: 0, sometimes: 1, always: 2 } as const;

export interface WeightedView {
  readonly outputs: number;
  /** Kernel taps; of a fully connected layer how often the input's channels repeat in a row. */
  readonly taps: number;
  /** Input channels that one output channel reads. */
  readonly depth: number;
  /** The first of them. */
  readonly firstInput: (output: number) => number;
  /** Where the weight stands in `layer.weights`. */
  readonly index: (output: number, tap: number, input: number) => number;
  /** Subtracted from every weight. */
  readonly zero: number;
  /** One of `presence` for every tap. */
  readonly inside: Uint8Array;
}

/** Channels of a tensor: its last dimension; a scalar is one. */
export const channelsOf = (shape: Shape): number => shape.at(-1) ?? 1;

function along(
  inputs: number,
  outputs: number,
  kernel: number,
  stride: number,
  dilation: number,
  pad: number,
): Uint8Array {
  return Uint8Array.from({ length: kernel }, (_, tap) => {
    let count = 0;
    for (let output = 0; output < outputs; output += 1) {
      const position = output * stride - pad + tap * dilation;
      if (position >= 0 && position < inputs) count += 1;
    }
    return count === 0 ? presence.never : count === outputs ? presence.always : presence.sometimes;
  });
}

function insideOf(layer: Conv2d | DepthwiseConv2d, input: Shape, output: Shape): Uint8Array {
  const { kernel, stride, dilation, padding } = layer;
  const rows = along(input[1]!, output[1]!, kernel.height, stride.height, dilation.height, padding.top);
  const columns = along(input[2]!, output[2]!, kernel.width, stride.width, dilation.width, padding.left);
  return Uint8Array.from({ length: kernel.height * kernel.width }, (_, tap) =>
    Math.min(rows[Math.floor(tap / kernel.width)]!, columns[tap % kernel.width]!),
  );
}

/** Null for a fully connected layer whose rows do not follow the channels of its tensors. */
export function weightedView(layer: WeightedLayer, graph: Graph): WeightedView | null {
  const input = graph.tensors.get(layer.input)!.shape;
  const output = graph.tensors.get(layer.output)!.shape;
  const channels = channelsOf(input);
  const outputs = layer.bias.length;
  if (layer.kind === 'fullyConnected') {
    const taps = layer.weights.length / outputs / channels;
    if (!Number.isInteger(taps) || channelsOf(output) !== outputs) return null;
    return {
      outputs,
      taps,
      depth: channels,
      firstInput: () => 0,
      index: (o, tap, at) => (o * taps + tap) * channels + at,
      zero: layer.weightZeroPoint,
      inside: new Uint8Array(taps).fill(presence.always),
    };
  }
  const inside = insideOf(layer, input, output);
  const taps = inside.length;
  if (layer.kind === 'depthwiseConv2d') {
    const firstInput = (o: number) => Math.floor(o / layer.depthMultiplier);
    return { outputs, taps, depth: 1, firstInput, index: (o, tap) => tap * outputs + o, zero: 0, inside };
  }
  const depth = channels / layer.groups;
  const perGroup = outputs / layer.groups;
  return {
    outputs,
    taps,
    depth,
    firstInput: (o) => Math.floor(o / perGroup) * depth,
    index: (o, tap, at) => (o * taps + tap) * depth + at,
    zero: 0,
    inside,
  };
}

/** Whether any output channel may read any input channel, so that both sides shrink on their own. */
export function isDense(layer: WeightedLayer): boolean {
  return layer.kind === 'fullyConnected' || (layer.kind === 'conv2d' && layer.groups === 1);
}
