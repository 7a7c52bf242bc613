import { type Format, wrap } from '../value.ts';
import type { Slot } from '../words.ts';
import { limbBits } from './word.ts';

/** A value from its limbs, lowest first. */
export function joinLimbs(limbs: readonly bigint[], format: Format): bigint {
  const joined = limbs.reduceRight((value, limb) => (value << BigInt(limbBits)) | BigInt.asUintN(limbBits, limb), 0n);
  return wrap(joined, format);
}

/** What each limb of a value gets; every slot wraps its own. */
export function limbOf(value: bigint, index: number): bigint {
  return value >> BigInt(limbBits * index);
}

/** One count per original register: the sum over its limbs, given where they stand among the counts. */
export function joinCounts(counts: Float64Array, places: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(places, (limbs) => limbs.reduce((sum, place) => sum + counts[place]!, 0));
}

/** Access to a value that lies in several slots, lowest limb first; that of a single slot is the slot. */
export function joinedSlot(slots: readonly Slot[], format: Format): Slot {
  if (slots.length === 1) return slots[0]!;
  const readBig = (): bigint =>
    joinLimbs(
      slots.map((slot) => slot.readBig()),
      format,
    );
  const writeBig = (value: bigint): void => {
    for (const [index, slot] of slots.entries()) slot.writeBig(limbOf(value, index));
  };
  return { readBig, writeBig, read: () => Number(readBig()), write: (value) => writeBig(BigInt(value)) };
}
