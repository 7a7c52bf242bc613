/** Checks of one layer's own fields: ranks, types, table lengths, ranges. */
import { Fault } from '../specs/fault.ts';
import { checkAddends, checkSums } from './check-sums.ts';
import { checkAccumulators, checkWeights } from './check-weighted.ts';
import type { Clamp, Extent, Layer, Lookup, Padding, Requantize, Softmax, Tensor } from './graph.ts';
import { highestOf, holds, lowestOf, typeOf } from './tensor-type.ts';

function fault(place: string, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place, cause, wayOut });
}

function checkClamp(clamp: Clamp, output: Tensor, place: string): void {
  const { min, max } = clamp;
  const [lowest, highest] = [lowestOf(output), highestOf(output)];
  if (Number.isInteger(min) && Number.isInteger(max) && min >= lowest && max <= highest && min <= max) return;
  const wayOut = `whole numbers inside ${lowest} to ${highest} are needed, min first`;
  throw fault(place, 'GRAPH_CLAMP', `clamp ${min} to ${max}`, wayOut);
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

/** The sum of exponentials is Q12.19 in 32 bits: 4096 equal inputs overflow it. */
const softmaxLimit = 4095;

function checkSoftmax(layer: Softmax, input: Tensor, place: string): void {
  if (typeOf(input) !== 'int8') {
    const wayOut = 'only that of int8 is computed; leave the softmax to the host or put a quantize layer before it';
    throw fault(place, 'GRAPH_TYPE', `softmax of ${typeOf(input)} values`, wayOut);
  }
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

function checkTable(layer: Lookup, input: Tensor, output: Tensor, place: string): void {
  const entries = highestOf(input) - lowestOf(input) + 1;
  if (holds(output, layer.table) && layer.table.length === entries) return;
  const cause = `a table of ${layer.table.length} entries of ${layer.table.BYTES_PER_ELEMENT} bytes`;
  throw fault(place, 'GRAPH_TABLE', cause, `${entries} entries of ${typeOf(output)} are needed`);
}

const wholeList = (list: readonly number[], rank: number, fine: (value: number) => boolean): boolean =>
  list.length === rank && list.every((value) => Number.isInteger(value) && fine(value));

/** Fields that speak of dimensions: one entry per dimension, each inside it. */
function checkDimensions(layer: Layer, input: Tensor, output: Tensor, place: string): void {
  const { shape } = input;
  const rank = shape.length;
  const refuse = (cause: string, wayOut: string): Fault => fault(place, 'GRAPH_DIMENSIONS', cause, wayOut);
  switch (layer.kind) {
    case 'pad':
      if (!wholeList(layer.before, rank, (n) => n >= 0) || !wholeList(layer.after, rank, (n) => n >= 0)) {
        const cause = `padding [${layer.before.join(', ')}] before and [${layer.after.join(', ')}] after`;
        throw refuse(cause, `${rank} whole numbers of 0 or more are needed for each`);
      }
      if (!Number.isInteger(layer.value) || layer.value < lowestOf(output) || layer.value > highestOf(output)) {
        throw refuse(`padding with ${layer.value}`, `a value of ${typeOf(output)} is needed`);
      }
      return;
    case 'concatenation':
      if (wholeList([layer.axis], 1, (n) => n >= 0 && n < rank)) return;
      throw refuse(`axis ${layer.axis} of ${rank} dimensions`, `0 to ${rank - 1} are possible`);
    case 'mean': {
      const rising = layer.axes.every((axis, at) => at === 0 || axis > layer.axes[at - 1]!);
      if (rising && wholeList(layer.axes, layer.axes.length, (n) => n >= 0 && n < rank)) return;
      throw refuse(
        `axes [${layer.axes.join(', ')}] of ${rank} dimensions`,
        'they must exist and stand in rising order',
      );
    }
    case 'slice': {
      const sizes = output.shape;
      const inside = (at: number, axis: number): boolean => at >= 0 && at < shape[axis]!;
      const last = (axis: number): number => layer.begin[axis]! + (sizes[axis]! - 1) * layer.step[axis]!;
      const fine =
        wholeList(layer.begin, rank, Number.isInteger) &&
        wholeList(layer.step, rank, (n) => n !== 0) &&
        sizes.length === rank &&
        sizes.every((_, axis) => inside(layer.begin[axis]!, axis) && inside(last(axis), axis));
      if (fine) return;
      const cause = `a slice from [${layer.begin.join(', ')}] by [${layer.step.join(', ')}] to [${sizes.join(', ')}]`;
      throw refuse(cause, `every element must lie in the input of [${shape.join(', ')}]`);
    }
    case 'transpose': {
      const once = new Set(layer.permutation).size === rank;
      if (once && wholeList(layer.permutation, rank, (n) => n >= 0 && n < rank)) return;
      throw refuse(`permutation [${layer.permutation.join(', ')}]`, `each of 0 to ${rank - 1} must stand there once`);
    }
    default:
      return;
  }
}

const four = 'a batch of 1, height, width and channels are needed; export with batch 1';

/** Throws a Fault unless the layer has as many inputs as it needs, each with as many dimensions. */
export function checkRanks(layer: Layer, inputs: readonly Tensor[], place: string): void {
  const shapes = inputs.map((tensor) => tensor.shape);
  const listed = shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ');
  const refuse = (wayOut: string): Fault => fault(place, 'GRAPH_SHAPE', `input shape ${listed}`, wayOut);
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'averagePool2d':
    case 'maxPool2d':
      if (shapes[0]!.length !== 4 || shapes[0]![0] !== 1) throw refuse(four);
      return;
    case 'resizeNearest':
      if (shapes[0]!.length !== 4) throw refuse('batch, height, width and channels are needed');
      return;
    case 'softmax':
      if (shapes[0]!.length === 0)
        throw fault(place, 'GRAPH_SHAPE', 'softmax of a scalar', 'at least one dimension is needed');
      return;
    case 'add':
    case 'sub':
    case 'mul':
    case 'batchMatMul':
      if (inputs.length !== 2) throw fault(place, 'GRAPH_OPERANDS', `${inputs.length} inputs`, '2 are needed');
      if (layer.kind === 'batchMatMul' && shapes.some((shape) => shape.length < 2)) {
        throw refuse('two dimensions or more are needed');
      }
      return;
    case 'concatenation':
      if (inputs.length === 0) throw fault(place, 'GRAPH_OPERANDS', '0 inputs', '1 or more are needed');
      return;
    default:
      return;
  }
}

function checkTypes(layer: Layer, inputs: readonly Tensor[], output: Tensor, place: string): void {
  const types = inputs.map(typeOf);
  if (layer.kind === 'quantize' || types.every((type) => type === typeOf(output))) return;
  const cause = `${types.join(' and ')} in and ${typeOf(output)} out`;
  throw fault(place, 'GRAPH_TYPE', cause, 'this layer keeps the type; insert a quantize layer');
}

/** Throws a Fault when a field of the layer contradicts another, its inputs or its output. Ranks must be right (checkRanks). */
export function checkLayer(layer: Layer, inputs: readonly Tensor[], output: Tensor, place: string): void {
  const input = inputs[0]!;
  checkTypes(layer, inputs, output, place);
  checkDimensions(layer, input, output, place);
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
      checkExtent(layer.kernel, 1, 'kernel', place);
      checkExtent(layer.stride, 1, 'stride', place);
      checkExtent(layer.dilation, 1, 'dilation', place);
      checkPadding(layer.padding, layer.kernel, layer.dilation, place);
      break;
    case 'averagePool2d':
    case 'maxPool2d':
      checkExtent(layer.kernel, 1, 'window', place);
      checkExtent(layer.stride, 1, 'stride', place);
      checkPadding(layer.padding, layer.kernel, { height: 1, width: 1 }, place);
      break;
    case 'fullyConnected':
      if (!Number.isInteger(layer.weightZeroPoint) || layer.weightZeroPoint < -128 || layer.weightZeroPoint > 127) {
        const cause = `weight zero point ${layer.weightZeroPoint}`;
        throw fault(place, 'GRAPH_ZERO_POINT', cause, 'a whole number from -128 to 127 is needed');
      }
      break;
    case 'softmax':
      checkSoftmax(layer, input, place);
      break;
    case 'lookup':
      checkTable(layer, input, output, place);
      break;
    case 'add':
    case 'sub':
      checkAddends(layer, output, place);
      break;
    default:
      break;
  }
  const weighted = 'weights' in layer;
  if (weighted) checkWeights(layer, input, place);
  if ('requantize' in layer) checkRequantize(layer.requantize, weighted ? layer.bias.length : 1, place);
  if ('clamp' in layer) checkClamp(layer.clamp, output, place);
  if (weighted) checkAccumulators(layer, input, place);
  else checkSums(layer, inputs, place);
}
