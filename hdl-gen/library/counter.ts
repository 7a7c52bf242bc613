import { lit, mux } from '../lang/combine.ts';
import { when } from '../lang/control.ts';
import type { Bool, UInt } from '../lang/signal.ts';
import { reg } from '../lang/state.ts';
import { uint } from '../lang/types.ts';

/** Bits that hold every whole number from 0 to `largest`; at least 1. */
export function bitsFor(largest: number): number {
  return Math.max(1, Math.ceil(Math.log2(largest + 1)));
}

/** Bits that hold every signed number from `low` to `high`. */
export function signedBitsFor(low: number, high: number): number {
  let bits = 1;
  while (-(2 ** (bits - 1)) > low || 2 ** (bits - 1) - 1 < high) bits++;
  return bits;
}

/** The number after `count` in 0..size-1, back to 0 after the last. */
export function nextCount(count: UInt, size: number): UInt {
  if (size === 2 ** count.width) return count.addWrap(1);
  return mux(count.eq(size - 1), lit(uint(count.width), 0), count.addWrap(1));
}

/** An address in 0..size-1 that goes round. */
export interface Pointer {
  readonly at: UInt;
  /** To the next one at the coming edge. */
  readonly advance: () => void;
}

/** With a single address there is nothing to keep, and no register. */
export function pointer(name: string, size: number): Pointer {
  if (size === 1) return { at: lit(uint(1), 0), advance: () => {} };
  const at = reg(name, uint(bitsFor(size - 1)));
  return {
    at,
    advance: () => {
      at.next = nextCount(at, size);
    },
  };
}

/** (address + step) modulo size, for an address in 0..size-1. */
export function advanceModulo(address: UInt, step: number, size: number): UInt {
  const forward = ((step % size) + size) % size;
  if (forward === 0) return address;
  if (size === 2 ** address.width) return address.addWrap(forward);
  return mux(address.ge(size - forward), address.subWrap(size - forward), address.addWrap(forward));
}

/** Counts 0..size-1 in the clocks where `advance` is 1, then starts over. */
export interface Counter {
  /** Null when there is nothing to count. */
  readonly value: UInt | null;
  /** The count stands at its last value; null when it always does. */
  readonly atLast: Bool | null;
}

/** All of them, where null stands for "always". */
export function allOf(first: Bool, ...others: readonly (Bool | null)[]): Bool {
  return others.reduce<Bool>((all, signal) => (signal === null ? all : all.and(signal)), first);
}

/** Not the last value of any of the loops, in the clocks where `step` is 1. */
export function notAtEnd(step: Bool, ...loops: readonly (Bool | null)[]): Bool {
  const [last, ...others] = loops.filter((signal) => signal !== null);
  return last === undefined ? step : step.and(allOf(last, ...others).not());
}

export function counter(name: string, size: number, advance: Bool): Counter {
  if (size === 1) return { value: null, atLast: null };
  const value = reg(name, uint(bitsFor(size - 1)));
  when(advance, () => {
    value.next = nextCount(value, size);
  });
  return { value, atLast: value.eq(size - 1).as(`${name}_at_last`) };
}
