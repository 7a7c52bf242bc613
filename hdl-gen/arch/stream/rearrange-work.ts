import { broadcastStrides, stridesOf } from '../../../models/broadcast.ts';
import type { Pad, ResizeNearest, Shape, Slice, Tensor, TensorData, Transpose } from '../../../models/graph.ts';
import { resizeSource } from '../../../models/resize-source.ts';
import { tensorElements } from '../../../models/shape.ts';
import { allocate } from '../../../models/tensor-type.ts';
import type { Inserted, MapShape, RearrangeKind } from '../architecture.ts';
import { simplifiedInsertion } from './rearrange.ts';
import { simplified, stepped } from './walk.ts';
import type { RearrangeWork } from './work.ts';

type Rearranged = Omit<RearrangeWork, 'name' | 'layers' | 'sources' | 'outputTensor' | 'inputBits' | 'outputBits'>;

/** A tensor of any rank as a map: one line of pixels along its last dimension. */
export function lineOf(shape: Shape): MapShape {
  const [channels = 1] = [...shape].reverse();
  return { height: 1, width: tensorElements(shape) / channels, channels };
}

function moved(kind: RearrangeKind, input: Shape, output: Shape, walk: readonly Int32Array[]): Rearranged {
  const maps = { input: lineOf(input), output: lineOf(output) };
  return { form: 'rearrange', kind, ...maps, macs: 0, walk: simplified(walk), inserted: null };
}

/** All input bytes in their order with others between them. */
function withInserted(kind: RearrangeKind, input: Shape, output: Shape, inserted: Inserted): Rearranged {
  const elements = tensorElements(input);
  const straight = moved(kind, input, output, [stepped(elements, 1)]);
  return elements === tensorElements(output) ? straight : { ...straight, inserted: simplifiedInsertion(inserted) };
}

export function pad({ before, after, value }: Pad, input: Tensor, output: Tensor): Rearranged {
  const inserted = { sizes: output.shape, before, after, values: allocate(output, 1).fill(value) };
  return withInserted('pad', input.shape, output.shape, inserted);
}

/** A tensor between constants along `axis`; `values` are theirs in the order of the result. */
export function insertion(
  input: Shape,
  axis: number,
  before: number,
  after: number,
  values: TensorData,
): Rearranged & { readonly shape: Shape } {
  const shape = input.map((size, d) => (d === axis ? before + size + after : size));
  const along = (count: number) => shape.map((_, d) => (d === axis ? count : 0));
  const inserted = { sizes: shape, before: along(before), after: along(after), values };
  return { ...withInserted('insert', input, shape, inserted), shape };
}

export function slice({ begin, step }: Slice, input: Tensor, output: Tensor): Rearranged {
  const strides = stridesOf(input.shape);
  const walk = output.shape.map((size, d) => stepped(size, step[d]! * strides[d]!, begin[d]! * strides[d]!));
  return moved('slice', input.shape, output.shape, walk);
}

export function transpose({ permutation }: Pick<Transpose, 'permutation'>, input: Shape): Rearranged {
  const strides = stridesOf(input);
  const output = permutation.map((from) => input[from]!);
  const walk = permutation.map((from) => stepped(input[from]!, strides[from]!));
  return moved('transpose', input, output, walk);
}

export function resizeNearest(layer: ResizeNearest, input: Tensor, output: Tensor): Rearranged {
  const strides = stridesOf(input.shape);
  const walk = output.shape.map((size, d) => {
    if (d !== 1 && d !== 2) return stepped(size, strides[d]!);
    return Int32Array.from(
      { length: size },
      (_, index) => resizeSource(index, input.shape[d]!, size, layer) * strides[d]!,
    );
  });
  return moved('resize', input.shape, output.shape, walk);
}

/** An operand repeated over a larger shape. */
export function repeated(own: Shape, output: Shape): Rearranged {
  const strides = broadcastStrides(own, output);
  const walk = output.map((size, d) => stepped(size, strides[d]!));
  return moved('repeat', own, output, walk);
}
