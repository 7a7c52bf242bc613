/** Checks of layers with weights: table lengths, and that the accumulators which the profile defines suffice. */
import { Fault } from '../specs/fault.ts';
import { accumulatorRanges, signedBits, type WeightedLayer } from './accumulator.ts';
import type { Tensor } from './graph.ts';
import { tensorElements } from './shape.ts';

function fault(place: string, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place, cause, wayOut });
}

function checkLength(found: number, expected: number, what: string, place: string): void {
  if (found === expected) return;
  throw fault(place, 'GRAPH_TABLE', `${found} ${what}`, `${expected} are needed`);
}

function weightCount(layer: WeightedLayer, input: Tensor, place: string): number {
  const channels = layer.bias.length;
  if (layer.kind === 'fullyConnected') {
    const depth = layer.weights.length / channels;
    const elements = tensorElements(input.shape);
    // Rows of the input; a depth that does not divide it is told against the whole input as one row.
    return Number.isInteger(depth) && depth > 0 && elements % depth === 0 ? depth * channels : elements * channels;
  }
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

/** The 64-bit kernel for int16 activations takes sums below 2^47 and multiplies them by 16 bits. */
const wideBits = 48;

/** TensorFlow Lite adds in 32 bits (in 64 with a wide bias); beyond that its result is undefined and no hardware can equal it. */
export function checkAccumulators(layer: WeightedLayer, input: Tensor, place: string): void {
  const { shift } = layer.requantize;
  const wide = layer.bias instanceof Float64Array;
  for (const [channel, range] of accumulatorRanges(layer, input).entries()) {
    const places = shift[shift.length === 1 ? 0 : channel]!;
    const bits = signedBits(range);
    if (wide) {
      // After scaling the sum must fit 32 bits, too.
      if (bits <= wideBits && bits + places <= 32 && places <= 7) continue;
      const cause = `channel ${channel} can reach ${range.min} to ${range.max}, ${bits} bits, with shift ${places}`;
      const wayOut = `at most ${wideBits} bits, at most 32 after the shift and a shift of at most 7 are defined`;
      throw fault(place, 'GRAPH_ACCUMULATOR', cause, `${wayOut}; use smaller biases or fewer inputs`);
    }
    const left = Math.max(0, places);
    if (bits + left > 32) {
      const shifted = left > 0 ? ` after the left shift by ${left}` : '';
      const cause = `channel ${channel} can reach ${range.min} to ${range.max}, ${bits + left} bits${shifted}`;
      throw fault(place, 'GRAPH_ACCUMULATOR', cause, 'at most 32 bits are defined; use smaller biases or fewer inputs');
    }
  }
}

function checkBias(layer: WeightedLayer, input: Tensor, place: string): void {
  const { bias } = layer;
  if (bias.length === 0) throw fault(place, 'GRAPH_TABLE', 'no bias values', 'one per output channel is needed');
  if (bias instanceof Int32Array) return;
  if (input.type !== 'int16') {
    throw fault(place, 'GRAPH_TABLE', 'a bias of 64 bits', 'only int16 activations take one; give an Int32Array');
  }
  const odd = bias.find((value) => !Number.isSafeInteger(value));
  if (odd !== undefined) {
    throw fault(place, 'GRAPH_TABLE', `bias value ${odd}`, 'whole numbers below 2^53 are needed');
  }
}

function checkNarrow(layer: WeightedLayer, place: string): void {
  if (layer.weightBits !== 4) return;
  const wide = layer.weights.find((weight) => weight < -8 || weight > 7);
  if (wide !== undefined) throw fault(place, 'GRAPH_TABLE', `weight ${wide} of 4 bits`, '-8 to 7 is the range');
}

/** Lengths and types of weights and biases. */
export function checkWeights(layer: WeightedLayer, input: Tensor, place: string): void {
  checkBias(layer, input, place);
  checkLength(layer.weights.length, weightCount(layer, input, place), 'weights', place);
  checkNarrow(layer, place);
  if (layer.kind === 'fullyConnected' && layer.weightBits === 4 && layer.weightZeroPoint !== 0) {
    const cause = `weight zero point ${layer.weightZeroPoint} of 4-bit weights`;
    throw fault(place, 'GRAPH_ZERO_POINT', cause, 'weights of 4 bits have zero point 0');
  }
}
