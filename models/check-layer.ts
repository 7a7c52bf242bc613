/** Checks of one layer's own fields: table lengths, ranges, and that 32-bit accumulators suffice. */
import { Fault } from '../specs/fault.ts';
import { accumulatorRanges, signedBits, type WeightedLayer } from './accumulator.ts';
import type { Clamp, Extent, Layer, Padding, Requantize, Softmax, Tensor } from './graph.ts';

function fault(place: string, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place, cause, wayOut });
}

function checkClamp(clamp: Clamp, place: string): void {
  const { min, max } = clamp;
  if (Number.isInteger(min) && Number.isInteger(max) && min >= -128 && max <= 127 && min <= max) return;
  throw fault(place, 'GRAPH_CLAMP', `clamp ${min} to ${max}`, 'whole numbers inside -128 to 127 are needed, min first');
}

function checkRequantize(requantize: Requantize, channels: number, place: string): void {
  const { multiplier, shift } = requantize;
  if (multiplier.length !== shift.length || (multiplier.length !== 1 && multiplier.length !== channels)) {
    const cause = `${multiplier.length} multipliers and ${shift.length} shifts for ${channels} channels`;
    throw fault(place, 'GRAPH_REQUANTIZE', cause, 'one of each, or one of each per output channel, is needed');
  }
  for (let channel = 0; channel < multiplier.length; channel += 1) {
    if (multiplier[channel]! < 0 || shift[channel]! < -31 || shift[channel]! > 30) {
      const cause = `multiplier ${multiplier[channel]} with shift ${shift[channel]} in channel ${channel}`;
      throw fault(place, 'GRAPH_REQUANTIZE', cause, 'a multiplier of 0 or more and a shift from -31 to 30 are needed');
    }
  }
}

function checkExtent(extent: Extent, least: number, what: string, place: string): void {
  const fine = (size: number): boolean => Number.isInteger(size) && size >= least && size <= 2147483647;
  if (fine(extent.height) && fine(extent.width)) return;
  const cause = `${what} ${extent.height} x ${extent.width}`;
  throw fault(place, 'GRAPH_WINDOW', cause, `whole numbers of ${least} or more are needed`);
}

function checkPadding(padding: Padding, kernel: Extent, dilation: Extent, place: string): void {
  const extents = {
    height: (kernel.height - 1) * dilation.height + 1,
    width: (kernel.width - 1) * dilation.width + 1,
  };
  const fine = (pad: number, extent: number): boolean => Number.isInteger(pad) && pad >= 0 && pad < extent;
  const { top, left, bottom, right } = padding;
  if (
    fine(top, extents.height) &&
    fine(bottom, extents.height) &&
    fine(left, extents.width) &&
    fine(right, extents.width)
  ) {
    return;
  }
  const cause = `padding top ${top}, left ${left}, bottom ${bottom}, right ${right} with a window of ${extents.height} x ${extents.width}`;
  throw fault(place, 'GRAPH_WINDOW', cause, 'each must be 0 or more and smaller than the window');
}

function checkLength(found: number, expected: number, what: string, place: string): void {
  if (found === expected) return;
  throw fault(place, 'GRAPH_TABLE', `${found} ${what}`, `${expected} are needed`);
}

function weightCount(layer: WeightedLayer, input: Tensor, place: string): number {
  const channels = layer.bias.length;
  const elements = input.shape.reduce((product, size) => product * size, 1);
  if (layer.kind === 'fullyConnected') return elements * channels;
  const inputChannels = input.shape[3]!;
  const taps = layer.kernel.height * layer.kernel.width;
  if (layer.kind === 'depthwiseConv2d') {
    checkLength(channels, inputChannels * layer.depthMultiplier, 'bias values', place);
    return taps * channels;
  }
  const { groups } = layer;
  if (!Number.isInteger(groups) || groups < 1 || inputChannels % groups !== 0 || channels % groups !== 0) {
    const cause = `${groups} groups for ${inputChannels} input and ${channels} output channels`;
    throw fault(place, 'GRAPH_GROUPS', cause, 'the groups must divide both');
  }
  return (channels * taps * inputChannels) / groups;
}

/** TensorFlow Lite adds in 32 bits; beyond that its result is undefined and no hardware can equal it. */
function checkAccumulators(layer: WeightedLayer, input: Tensor, place: string): void {
  const { shift } = layer.requantize;
  for (const [channel, range] of accumulatorRanges(layer, input.zeroPoint).entries()) {
    const left = Math.max(0, shift[shift.length === 1 ? 0 : channel]!);
    const bits = signedBits(range) + left;
    if (bits > 32) {
      const shifted = left > 0 ? ` after the left shift by ${left}` : '';
      const cause = `channel ${channel} can reach ${range.min} to ${range.max}, ${bits} bits${shifted}`;
      throw fault(place, 'GRAPH_ACCUMULATOR', cause, 'at most 32 bits are defined; use smaller biases or fewer inputs');
    }
  }
}

function checkWeighted(layer: WeightedLayer, input: Tensor, place: string): void {
  if (layer.bias.length === 0) throw fault(place, 'GRAPH_TABLE', 'no bias values', 'one per output channel is needed');
  checkLength(layer.weights.length, weightCount(layer, input, place), 'weights', place);
  checkRequantize(layer.requantize, layer.bias.length, place);
  checkClamp(layer.clamp, place);
  checkAccumulators(layer, input, place);
}

/** The sum of exponentials is Q12.19 in 32 bits: 4096 equal inputs overflow it. */
const softmaxLimit = 4095;

function checkSoftmax(layer: Softmax, input: Tensor, place: string): void {
  const depth = input.shape[input.shape.length - 1] ?? 0;
  if (depth > softmaxLimit) {
    throw fault(place, 'GRAPH_SOFTMAX', `softmax over ${depth} values`, `at most ${softmaxLimit} are defined`);
  }
  const { multiplier, leftShift, diffMin } = layer;
  if (multiplier < 0 || leftShift < 0 || leftShift > 31 || diffMin > 0 || diffMin * 2 ** leftShift < -2147483648) {
    const cause = `multiplier ${multiplier}, left shift ${leftShift}, smallest difference ${diffMin}`;
    throw fault(place, 'GRAPH_SOFTMAX', cause, 'derive them from beta and the input scale (softmaxScaling)');
  }
}

/** Throws a Fault when a field of the layer contradicts another or its input. */
export function checkLayer(layer: Layer, input: Tensor, place: string): void {
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
      checkExtent(layer.kernel, 1, 'kernel', place);
      checkExtent(layer.stride, 1, 'stride', place);
      checkExtent(layer.dilation, 1, 'dilation', place);
      checkPadding(layer.padding, layer.kernel, layer.dilation, place);
      checkWeighted(layer, input, place);
      return;
    case 'averagePool2d':
      checkExtent(layer.kernel, 1, 'window', place);
      checkExtent(layer.stride, 1, 'stride', place);
      checkPadding(layer.padding, layer.kernel, { height: 1, width: 1 }, place);
      checkClamp(layer.clamp, place);
      return;
    case 'fullyConnected':
      if (!Number.isInteger(layer.weightZeroPoint) || layer.weightZeroPoint < -128 || layer.weightZeroPoint > 127) {
        const cause = `weight zero point ${layer.weightZeroPoint}`;
        throw fault(place, 'GRAPH_ZERO_POINT', cause, 'a whole number from -128 to 127 is needed');
      }
      checkWeighted(layer, input, place);
      return;
    case 'quantize':
      checkRequantize(layer.requantize, 1, place);
      checkClamp(layer.clamp, place);
      return;
    case 'softmax':
      checkSoftmax(layer, input, place);
      return;
    case 'reshape':
      return;
  }
}
