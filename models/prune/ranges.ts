/**
 * Between which bounds every channel of every tensor stays, whatever the input: bounds that are equal make a constant. The bounds go
 * through the reference's own arithmetic, every step of which is monotone, so they are exact for a single layer and never too tight.
 */

import type { WeightedLayer } from '../accumulator.ts';
import { clampTo } from '../arithmetic.ts';
import type { AddOrSub, Concatenation, Graph, Layer, Mean, Mul, Tensor, TensorData } from '../graph.ts';
import { inputsOf } from '../layer-ends.ts';
import { rescaleOf } from '../reference/rescale.ts';
import { runLayer } from '../reference.ts';
import { tensorElements } from '../shape.ts';
import { highestOf, lowestOf, typeOf } from '../tensor-type.ts';
import { channelsOf, presence, weightedView } from './weighted-view.ts';

/** Per channel, in steps of the tensor (the zero point is not subtracted). */
export interface ChannelRanges {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

function anything(tensor: Tensor): ChannelRanges {
  const channels = channelsOf(tensor.shape);
  return {
    low: new Int32Array(channels).fill(lowestOf(tensor)),
    high: new Int32Array(channels).fill(highestOf(tensor)),
  };
}

/** The narrowest range of `channels` channels; `visit` is handed what widens it. */
function hull(
  channels: number,
  visit: (widen: (channel: number, low: number, high: number) => void) => void,
): ChannelRanges {
  const low = new Int32Array(channels).fill(2147483647);
  const high = new Int32Array(channels).fill(-2147483648);
  visit((channel, least, most) => {
    low[channel] = Math.min(low[channel]!, least);
    high[channel] = Math.max(high[channel]!, most);
  });
  return { low, high };
}

function ofConstant(tensor: Tensor, data: TensorData): ChannelRanges {
  const channels = channelsOf(tensor.shape);
  return hull(channels, (widen) => {
    for (const [at, value] of data.entries()) widen(at % channels, value, value);
  });
}

function weighted(layer: WeightedLayer, graph: Graph, input: ChannelRanges): ChannelRanges {
  const output = graph.tensors.get(layer.output)!;
  const view = weightedView(layer, graph);
  if (view === null) return anything(output);
  const { zeroPoint } = graph.tensors.get(layer.input)!;
  const { weights, bias, clamp, requantize } = layer;
  const rescale = rescaleOf(graph.profile);
  const result = { low: new Int32Array(view.outputs), high: new Int32Array(view.outputs) };
  for (let o = 0; o < view.outputs; o += 1) {
    let low = bias[o]!;
    let high = low;
    for (let at = 0, channel = view.firstInput(o); at < view.depth; at += 1, channel += 1) {
      const least = input.low[channel]! - zeroPoint;
      const most = input.high[channel]! - zeroPoint;
      for (let tap = 0; tap < view.taps; tap += 1) {
        const inside = view.inside[tap]!;
        if (inside === presence.never) continue;
        const weight = weights[view.index(o, tap, at)]! - view.zero;
        const a = weight * least;
        const b = weight * most;
        // A tap outside the image adds nothing.
        const outside = inside === presence.always ? a : 0;
        low += Math.min(a, b, outside);
        high += Math.max(a, b, outside);
      }
    }
    const factor = requantize.multiplier.length === 1 ? 0 : o;
    const scaled = (sum: number) => {
      const value = rescale(sum, requantize.multiplier[factor]!, requantize.shift[factor]!) + output.zeroPoint;
      return clampTo(value, clamp.min, clamp.max);
    };
    result.low[o] = scaled(low);
    result.high[o] = scaled(high);
  }
  return result;
}

/** Runs an element-wise layer on one pixel of the output's channels. */
function onOnePixel(layer: Layer, graph: Graph, ends: readonly Int32Array[]): TensorData {
  const output = graph.tensors.get(layer.output)!;
  const channels = channelsOf(output.shape);
  const operands = inputsOf(layer).map((id, at) => {
    const tensor = { ...graph.tensors.get(id)!, shape: [channels] };
    const values = ends[at]!;
    return { tensor, data: Int8Array.from({ length: channels }, (_, c) => values[values.length === 1 ? 0 : c]!) };
  });
  return runLayer(layer, operands, { ...output, shape: [channels] }, graph.profile);
}

function addOrSub(layer: AddOrSub, graph: Graph, [a, b]: readonly [ChannelRanges, ChannelRanges]): ChannelRanges {
  const added = layer.kind === 'add';
  return {
    low: Int32Array.from(onOnePixel(layer, graph, [a.low, added ? b.low : b.high])),
    high: Int32Array.from(onOnePixel(layer, graph, [a.high, added ? b.high : b.low])),
  };
}

/** A product is least and greatest at the corners of its operands' ranges. */
function mul(layer: Mul, graph: Graph, [a, b]: readonly [ChannelRanges, ChannelRanges]): ChannelRanges {
  const corners = [a.low, a.high].flatMap((x) => [b.low, b.high].map((y) => onOnePixel(layer, graph, [x, y])));
  return hull(corners[0]!.length, (widen) => {
    for (const corner of corners) for (const [channel, value] of corner.entries()) widen(channel, value, value);
  });
}

function concatenation(layer: Concatenation, graph: Graph, inputs: readonly ChannelRanges[]): ChannelRanges {
  const { shape } = graph.tensors.get(layer.output)!;
  const channelwise = layer.axis === shape.length - 1;
  return hull(channelsOf(shape), (widen) => {
    let first = 0;
    for (const { low, high } of inputs) {
      for (let c = 0; c < low.length; c += 1) widen(first + c, low[c]!, high[c]!);
      if (channelwise) first += low.length;
    }
  });
}

function mean(layer: Mean, graph: Graph, input: ChannelRanges): ChannelRanges {
  const from = graph.tensors.get(layer.input)!;
  const output = graph.tensors.get(layer.output)!;
  const count = layer.axes.reduce((product, axis) => product * from.shape[axis]!, 1);
  const rescale = rescaleOf(graph.profile);
  const scaled = (value: number) => {
    const sum = count * (value - from.zeroPoint);
    const result = rescale(sum, layer.requantize.multiplier[0]!, layer.requantize.shift[0]!) + output.zeroPoint;
    return clampTo(result, layer.clamp.min, layer.clamp.max);
  };
  return { low: input.low.map(scaled), high: input.high.map(scaled) };
}

/** Every element of a reshape belongs to one channel before and one after. */
function reshaped(from: Tensor, to: Tensor, { low, high }: ChannelRanges): ChannelRanges {
  const channels = channelsOf(to.shape);
  return hull(channels, (widen) => {
    for (let at = 0; at < tensorElements(to.shape); at += 1) {
      const channel = at % channelsOf(from.shape);
      widen(at % channels, low[channel]!, high[channel]!);
    }
  });
}

function layerRanges(layer: Layer, graph: Graph, inputs: readonly ChannelRanges[]): ChannelRanges {
  const output = graph.tensors.get(layer.output)!;
  const [input, other] = inputs as readonly [ChannelRanges, ChannelRanges];
  const from = graph.tensors.get(inputsOf(layer)[0]!)!;
  const last = from.shape.length - 1;
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'fullyConnected':
      return weighted(layer, graph, input);
    case 'averagePool2d':
    case 'maxPool2d': {
      const { min, max } = layer.clamp;
      const clamped = (value: number) => clampTo(value, min, max);
      return { low: input.low.map(clamped), high: input.high.map(clamped) };
    }
    case 'quantize':
      return {
        low: Int32Array.from(onOnePixel(layer, graph, [input.low])),
        high: Int32Array.from(onOnePixel(layer, graph, [input.high])),
      };
    case 'lookup':
      return hull(input.low.length, (widen) => {
        for (const [channel, low] of input.low.entries()) {
          for (let value = low; value <= input.high[channel]!; value += 1) {
            const result = layer.table[value - lowestOf(from)]!;
            widen(channel, result, result);
          }
        }
      });
    case 'add':
    case 'sub':
      return addOrSub(layer, graph, [input, other]);
    case 'mul':
      return mul(layer, graph, [input, other]);
    case 'concatenation':
      return concatenation(layer, graph, inputs);
    case 'mean':
      return layer.axes.includes(last) ? anything(output) : mean(layer, graph, input);
    case 'reshape':
      return reshaped(from, output, input);
    case 'resizeNearest':
      return input;
    case 'pad': {
      if (layer.before[last] !== 0 || layer.after[last] !== 0) return anything(output);
      return hull(input.low.length, (widen) => {
        for (const [channel, low] of input.low.entries()) {
          widen(channel, low, input.high[channel]!);
          widen(channel, layer.value, layer.value);
        }
      });
    }
    case 'transpose':
      return layer.permutation[last] === last ? input : anything(output);
    case 'slice':
    case 'softmax':
    case 'batchMatMul':
      return anything(output);
  }
}

/**
 * Of every tensor of a checked graph (see checkGraph). Constants are found in profile tflite-reference and among int8 tensors; all
 * else may be anything.
 */
export function channelRanges(graph: Graph): Map<number, ChannelRanges> {
  const ranges = new Map<number, ChannelRanges>();
  for (const [id, tensor] of graph.tensors) {
    const data = graph.constants?.get(id);
    ranges.set(id, data === undefined ? anything(tensor) : ofConstant(tensor, data));
  }
  if (graph.profile !== 'tflite-reference') return ranges;
  for (const layer of graph.layers) {
    const narrow = [...inputsOf(layer), layer.output].every((id) => typeOf(graph.tensors.get(id)!) === 'int8');
    if (narrow) {
      const inputs = inputsOf(layer).map((id) => ranges.get(id)!);
      ranges.set(layer.output, layerRanges(layer, graph, inputs));
    }
  }
  return ranges;
}
