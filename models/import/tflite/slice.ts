/** SLICE, STRIDED_SLICE and the splits: all become slices of their input, and a reshape where dimensions are left out. */
import type { Layer, Tensor } from '../../graph.ts';
import { readInt8, readInt32 } from '../flatbuffer.ts';
import { base, fault, optionsOf, type Reading } from '../reading.ts';
import { resolveSlice } from '../strided-slice.ts';
import { readNumbers, readPerDimension, resolveAxis } from './constants.ts';

const stridedSliceOptions = 32;

/** The layers of one operator, and the tensors between them. */
export interface Parts {
  readonly layers: readonly Layer[];
  readonly tensors: readonly Tensor[];
}

export function slice(reading: Reading): Layer {
  const begin = readPerDimension(reading, 1, 'begin');
  const size = readPerDimension(reading, 2, 'size');
  const { shape } = reading.input;
  for (const [axis, start] of begin.entries()) {
    // -1 takes the rest of the dimension.
    const extent = size[axis] === -1 ? shape[axis]! - start : size[axis];
    if (start >= 0 && extent === reading.output.shape[axis]) continue;
    const cause = `begin ${start} and size ${size[axis]} along dimension ${axis} of [${shape.join(', ')}]`;
    const wayOut = `they must give the output's shape [${reading.output.shape.join(', ')}]`;
    throw fault(reading, 'TFLITE_SHAPE', cause, wayOut);
  }
  return { ...base(reading, 'slice'), kind: 'slice', begin, step: begin.map(() => 1) };
}

function refuseMask(reading: Reading, what: string, mask: number): void {
  if (mask === 0) return;
  throw fault(reading, 'TFLITE_OPTION', `${what} ${mask}`, 'only begin, end and shrink axis masks are supported');
}

export function stridedSlice(reading: Reading, nextId: () => number): Parts {
  const options = optionsOf(reading, stridedSliceOptions);
  refuseMask(reading, 'ellipsis mask', readInt32(options, 2, 0));
  refuseMask(reading, 'new axis mask', readInt32(options, 3, 0));
  refuseMask(reading, 'offset', readInt8(options, 5, 0));
  const { input, output } = reading;
  const strides = readPerDimension(reading, 3, 'strides');
  if (strides.includes(0)) throw fault(reading, 'TFLITE_OPTION', `strides [${strides.join(', ')}]`, '0 moves nowhere');
  const { begin, step, extent, shape } = resolveSlice(
    {
      begin: readPerDimension(reading, 1, 'begin'),
      end: readPerDimension(reading, 2, 'end'),
      strides,
      beginMask: readInt32(options, 0, 0),
      endMask: readInt32(options, 1, 0),
      shrinkMask: readInt32(options, 4, 0),
    },
    input.shape,
  );
  if (shape.join() !== output.shape.join()) {
    const cause = `a slice of [${shape.join(', ')}] for an output of [${output.shape.join(', ')}]`;
    throw fault(reading, 'TFLITE_SHAPE', cause, 'begin, end and strides must give the shape of the output');
  }
  const ends = base(reading, 'strided_slice');
  if (shape.length === extent.length) return { layers: [{ ...ends, kind: 'slice', begin, step }], tensors: [] };
  const whole: Tensor = { ...output, id: nextId(), shape: extent };
  return {
    layers: [
      { ...ends, kind: 'slice', begin, step, output: whole.id },
      { name: `${ends.name}_shape`, kind: 'reshape', input: whole.id, output: output.id },
    ],
    tensors: [whole],
  };
}

/** SPLIT into equal parts, SPLIT_V into parts of given sizes (one of them may be -1: the rest). */
export function split(reading: Reading): Parts {
  const even = reading.operator.name === 'SPLIT';
  const { input, outputs, operator } = reading;
  const rank = input.shape.length;
  const [given = 0] = readNumbers(reading, even ? 0 : 2, 'axis');
  const axis = resolveAxis(reading, given, rank);
  const total = input.shape[axis]!;
  const stated = even ? outputs.map(() => total / outputs.length) : readNumbers(reading, 1, 'sizes');
  const rest = total - stated.reduce((sum, size) => sum + Math.max(0, size), 0);
  const sizes = stated.map((size) => (size === -1 ? rest : size));
  const fits =
    sizes.length === outputs.length &&
    sizes.every((size, at) => Number.isInteger(size) && size > 0 && size === outputs[at]!.shape[axis]) &&
    sizes.reduce((sum, size) => sum + size, 0) === total;
  if (!fits) {
    const cause = `sizes [${sizes.join(', ')}] along dimension ${axis} of [${input.shape.join(', ')}] for ${outputs.length} outputs`;
    throw fault(reading, 'TFLITE_SHAPE', cause, 'each output needs its size, and all together that of the input');
  }
  let start = 0;
  const layers = outputs.map((output, at): Layer => {
    const begin = input.shape.map((_, dimension) => (dimension === axis ? start : 0));
    start += sizes[at]!;
    const name = `${even ? 'split' : 'split_v'}_${operator.index}_${at}`;
    return { name, kind: 'slice', input: input.id, output: output.id, begin, step: begin.map(() => 1) };
  });
  return { layers, tensors: [] };
}
