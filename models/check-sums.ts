/** Checks of layers without weights: whatever they scale must fit 32 bits on the way, beyond that TensorFlow Lite is undefined. */
import { Fault } from '../specs/fault.ts';
import { type AccumulatorRange, signedBits } from './accumulator.ts';
import type { Multiplier } from './arithmetic.ts';
import type { AddOrSub, Layer, Tensor } from './graph.ts';
import { highestOf, lowestOf, typeOf } from './tensor-type.ts';

function fault(place: string, code: string, cause: string, wayOut: string): Fault {
  return new Fault({ code, place, cause, wayOut });
}

function checkBelowOne(factor: Multiplier, what: string, place: string): void {
  const { multiplier, shift } = factor;
  const whole = Number.isInteger(multiplier) && Number.isInteger(shift);
  if (whole && multiplier >= 0 && multiplier <= 2147483647 && shift >= -31 && shift <= 0) return;
  const cause = `${what} multiplier ${multiplier} with shift ${shift}`;
  throw fault(
    place,
    'GRAPH_REQUANTIZE',
    cause,
    'a factor below 1 is needed: a multiplier of 0 or more, a shift from -31 to 0',
  );
}

/** With factors below 1 and these left shifts both addends and their sum fit 32 bits. */
export function checkAddends(layer: AddOrSub, output: Tensor, place: string): void {
  const most = typeOf(output) === 'int16' ? 15 : 20;
  if (!Number.isInteger(layer.leftShift) || layer.leftShift < 0 || layer.leftShift > most) {
    throw fault(place, 'GRAPH_REQUANTIZE', `left shift ${layer.leftShift}`, `0 to ${most} are defined`);
  }
  checkBelowOne(layer.first, 'first', place);
  checkBelowOne(layer.second, 'second', place);
  checkBelowOne(layer.rescale, 'output', place);
}

/** What an input stands for, in steps of its scale. */
function centred(tensor: Tensor): AccumulatorRange {
  return { min: lowestOf(tensor) - tensor.zeroPoint, max: highestOf(tensor) - tensor.zeroPoint };
}

function product(a: AccumulatorRange, b: AccumulatorRange): AccumulatorRange {
  const corners = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
  return { min: Math.min(...corners), max: Math.max(...corners) };
}

function repeated(range: AccumulatorRange, count: number): AccumulatorRange {
  return { min: Math.min(0, range.min * count), max: Math.max(0, range.max * count) };
}

/** The values a layer scales, or null for a layer that scales none. */
function scaledRange(layer: Layer, inputs: readonly Tensor[]): AccumulatorRange | null {
  const [first, second] = inputs;
  switch (layer.kind) {
    case 'quantize':
      return centred(first!);
    case 'mul':
      return product(centred(first!), centred(second!));
    case 'mean':
      return repeated(
        centred(first!),
        layer.axes.reduce((count, axis) => count * first!.shape[axis]!, 1),
      );
    case 'batchMatMul':
      return repeated(product(centred(first!), centred(second!)), first!.shape.at(layer.adjointFirst ? -2 : -1)!);
    default:
      return null;
  }
}

export function checkSums(layer: Layer, inputs: readonly Tensor[], place: string): void {
  const range = scaledRange(layer, inputs);
  if (range === null || !('requantize' in layer)) return;
  const shift = layer.requantize.shift[0]!;
  // Matrix products of int16 are summed in 64 bits, of which scaling takes 48.
  const wide = layer.kind === 'batchMatMul' && inputs[0]!.type === 'int16';
  const bits = signedBits(range);
  if (wide ? bits <= 48 && shift <= 7 && bits + shift <= 32 : bits + Math.max(0, shift) <= 32) return;
  const cause = `it scales values of ${range.min} to ${range.max}, ${bits} bits, with a shift of ${shift}`;
  throw fault(place, 'GRAPH_ACCUMULATOR', cause, 'at most 32 bits are defined; use other scales or smaller tensors');
}
