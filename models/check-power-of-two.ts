/** What profile power-of-two asks of a layer beyond what every profile asks. */
import { Fault } from '../specs/fault.ts';
import type { Multiplier } from './arithmetic.ts';
import type { Layer, Tensor } from './graph.ts';
import { typeOf } from './tensor-type.ts';

/** A half, as the multipliers of graphs stand for it: the only one that a power of two has. */
export const halfMultiplier = 1073741824;

function checkFactor({ multiplier, shift }: Multiplier, what: string, place: string): void {
  if (multiplier === halfMultiplier && shift <= 1) return;
  throw new Fault({
    code: 'GRAPH_REQUANTIZE',
    place,
    cause: `${what} multiplier ${multiplier} with shift ${shift} in profile power-of-two`,
    wayOut: 'only right shifts are defined: multiplier 2^30 = 1073741824 and a shift of at most 1',
  });
}

/** An operand of add or sub must reach the common scale without losing a bit. */
function checkOperand(factor: Multiplier, leftShift: number, what: string, place: string): void {
  checkFactor(factor, what, place);
  if (leftShift + factor.shift >= 1) return;
  throw new Fault({
    code: 'GRAPH_REQUANTIZE',
    place,
    cause: `${what} shift ${factor.shift} after a left shift by ${leftShift} loses bits in profile power-of-two`,
    wayOut: 'only the sum may be rounded: the two must add up to 1 or more',
  });
}

/** Throws a Fault unless every tensor is int8 and every factor a power of two that shifts right. */
export function checkPowerOfTwo(layer: Layer, inputs: readonly Tensor[], output: Tensor, place: string): void {
  const wide = [...inputs, output].find((tensor) => typeOf(tensor) !== 'int8');
  if (wide !== undefined) {
    throw new Fault({
      code: 'GRAPH_TYPE',
      place,
      cause: `tensor ${wide.id} of ${typeOf(wide)} in profile power-of-two`,
      wayOut: 'the profile is defined for int8',
    });
  }
  if (layer.kind === 'add' || layer.kind === 'sub') {
    checkOperand(layer.first, layer.leftShift, 'first', place);
    checkOperand(layer.second, layer.leftShift, 'second', place);
    checkFactor(layer.rescale, 'output', place);
  }
  if (!('requantize' in layer)) return;
  const { multiplier, shift } = layer.requantize;
  for (const [channel, value] of multiplier.entries()) {
    checkFactor({ multiplier: value, shift: shift[channel]! }, `channel ${channel}:`, place);
  }
}
