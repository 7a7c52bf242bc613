/** Operators that move values without computing, and the mean. */
import { meanFactor, requantizeOf } from '../../factors.ts';
import type { Layer } from '../../graph.ts';
import { highestOf, lowestOf } from '../../tensor-type.ts';
import { readInt8 } from '../flatbuffer.ts';
import { base, fault, optionsOf, type Reading } from '../reading.ts';
import { readNumbers, readPadValue, readPerDimension, resolveAxis } from './constants.ts';

const optionsType = { mean: 27, resizeNearest: 74 } as const;

export function reshape(reading: Reading): Layer {
  return { ...base(reading, 'reshape'), kind: 'reshape' };
}

/** PAD pads with the output's zero point, PADV2 with a constant. */
export function pad(reading: Reading): Layer {
  const numbers = readNumbers(reading, 1, 'paddings');
  if (numbers.length !== 2 * reading.input.shape.length || numbers.some((size) => size < 0)) {
    const cause = `paddings [${numbers.join(', ')}] for ${reading.input.shape.length} dimensions`;
    throw fault(reading, 'TFLITE_SHAPE', cause, 'two numbers of 0 or more per dimension are needed');
  }
  return {
    ...base(reading, 'pad'),
    kind: 'pad',
    before: numbers.filter((_, at) => at % 2 === 0),
    after: numbers.filter((_, at) => at % 2 === 1),
    value: reading.operator.name === 'PADV2' ? readPadValue(reading, 2) : reading.output.zeroPoint,
  };
}

export function transpose(reading: Reading): Layer {
  return { ...base(reading, 'transpose'), kind: 'transpose', permutation: readPerDimension(reading, 1, 'permutation') };
}

export function resizeNearest(reading: Reading): Layer {
  const options = optionsOf(reading, optionsType.resizeNearest);
  const size = readNumbers(reading, 1, 'size');
  const { shape } = reading.output;
  if (size.length !== 2 || size[0] !== shape[1] || size[1] !== shape[2]) {
    const cause = `size [${size.join(', ')}] with an output of [${shape.join(', ')}]`;
    throw fault(reading, 'TFLITE_SHAPE', cause, 'the height and width of the output are needed');
  }
  return {
    ...base(reading, 'resize_nearest_neighbor'),
    kind: 'resizeNearest',
    alignCorners: readInt8(options, 0, 0) !== 0,
    halfPixelCenters: readInt8(options, 1, 0) !== 0,
  };
}

/** Duplicate axes count once. */
export function mean(reading: Reading): Layer {
  optionsOf(reading, optionsType.mean);
  const { input, output } = reading;
  const rank = input.shape.length;
  const given = readNumbers(reading, 1, 'axes').map((axis) => resolveAxis(reading, axis, rank));
  const axes = [...new Set(given)].sort((a, b) => a - b);
  const count = axes.reduce((product, axis) => product * input.shape[axis]!, 1);
  const requantize = requantizeOf(meanFactor(input, output, count));
  const clamp = { min: lowestOf(output), max: highestOf(output) };
  return { ...base(reading, 'mean'), kind: 'mean', axes, requantize, clamp };
}
