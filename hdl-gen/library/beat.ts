import { cat } from '../lang/combine.ts';
import type { SInt, UInt } from '../lang/signal.ts';

/** Numbers of equal width side by side, the first in the lowest bits: how several travel on one port. */
export function packSigned(values: readonly SInt[]): SInt {
  return values.length === 1 ? values[0]! : cat(...[...values].reverse()).asSInt();
}

export function packUnsigned(values: readonly UInt[]): UInt {
  return values.length === 1 ? values[0]! : cat(...[...values].reverse());
}

const slices = (packed: SInt | UInt, count: number): UInt[] => {
  const bits = packed.width / count;
  return Array.from({ length: count }, (_, index) => packed.bits((index + 1) * bits - 1, index * bits));
};

/** The `count` numbers that were packed. */
export function unpackSigned(packed: SInt, count: number): SInt[] {
  return count === 1 ? [packed] : slices(packed, count).map((slice) => slice.asSInt());
}

export function unpackUnsigned(packed: UInt, count: number): UInt[] {
  return count === 1 ? [packed] : slices(packed, count);
}
