import { wrapValue } from '../../../hdl-gen/ir/fold.ts';
import type { NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { addConstant, addOperation, type NodeTable, resized } from '../../../hdl-gen/ir/simplify.ts';
import type { Format } from '../value.ts';

/** What one machine word of the compiled code holds. */
export const limbBits = 64;
export const wholeLimb: Format = { width: limbBits, signed: false };
export const bitFormat: Format = { width: 1, signed: false };

/**
 * An integer as limbs, lowest first: all but the last are unsigned and whole, the last has the rest of the width and
 * the sign. A value of at most 64 bits is one limb, the node itself.
 */
export interface Word extends Format {
  readonly limbs: readonly NodeId[];
}

export function limbFormats({ width, signed }: Format): Format[] {
  const last = Math.ceil(width / limbBits) - 1;
  return Array.from({ length: last + 1 }, (_, index) =>
    index < last ? wholeLimb : { width: width - last * limbBits, signed },
  );
}

/** The value's limbs in the order of `limbFormats`. */
export function limbValues(value: bigint, format: Format): bigint[] {
  return limbFormats(format).map(({ width, signed }, index) =>
    wrapValue(value >> BigInt(limbBits * index), width, signed),
  );
}

export function constantWord(table: NodeTable, value: bigint, format: Format): Word {
  const values = limbValues(value, format);
  const limbs = limbFormats(format).map(({ width, signed }, index) =>
    addConstant(table, values[index]!, width, signed),
  );
  return { ...format, limbs };
}

/** An unsigned bit as a word. */
export function bitWord(bit: NodeId): Word {
  return { ...bitFormat, limbs: [bit] };
}

/** One node per limb of the format. */
export function wordOf(format: Format, limb: (format: Format, index: number) => NodeId): Word {
  return { width: format.width, signed: format.signed, limbs: limbFormats(format).map(limb) };
}

/** Bits of the last limb. */
export function topWidth({ width, limbs }: Word): number {
  return width - (limbs.length - 1) * limbBits;
}

/** What all limbs behind the last one hold, in the given format: 0, or the sign repeated. */
function beyond(table: NodeTable, word: Word, { width, signed }: Format): NodeId {
  if (!word.signed) return addConstant(table, 0n, width, signed);
  return addOperation(table, { op: 'shr', width, signed, args: [word.limbs.at(-1)!], amount: topWidth(word) - 1 });
}

/** Bits from `64 * index` on of the integer, extended without end, in the given format of at most 64 bits. */
export function limbAt(table: NodeTable, word: Word, index: number, format: Format): NodeId {
  const limb = word.limbs[index];
  return limb === undefined ? beyond(table, word, format) : resized(table, limb, format.width, format.signed);
}

/** The integer divided by `2^(64 * index)`, rounded down; `index` is that of the last limb or larger. */
export function tailAt(table: NodeTable, word: Word, index: number): NodeId {
  return word.limbs[index] ?? beyond(table, word, { width: 1, signed: word.signed });
}

/** The same integer wrapped into another format. */
export function resizedWord(table: NodeTable, word: Word, format: Format): Word {
  return wordOf(format, (own, index) => limbAt(table, word, index, own));
}

/** The bits of a word read without sign. */
export function patternWord(table: NodeTable, word: Word): Word {
  return resizedWord(table, word, { width: word.width, signed: false });
}

/**
 * Bits from `from` on of the integer, extended without end, in the given format of at most 64 bits; the bits below 0
 * are 0.
 */
export function bitsFrom(table: NodeTable, word: Word, from: number, format: Format): NodeId {
  const { width } = format;
  if (from + width <= 0) return addConstant(table, 0n, width, format.signed);
  if (from < 0) {
    const low = limbAt(table, word, 0, { width: width + from, signed: false });
    return addOperation(table, { op: 'shl', ...format, args: [low], amount: -from });
  }
  const index = Math.floor(from / limbBits);
  const low = from % limbBits;
  const last = word.limbs.length - 1;
  if (low === 0 || index > last) return limbAt(table, word, index, format);
  const limb = word.limbs[index]!;
  if (index === last) return addOperation(table, { op: 'shr', ...format, args: [limb], amount: low });
  if (low + width <= limbBits) return addOperation(table, { op: 'slice', ...format, args: [limb], low });
  const rest = limbBits - low;
  const lower = addOperation(table, { op: 'shr', width: rest, signed: false, args: [limb], amount: low });
  const upper = addOperation(table, { op: 'shl', ...format, args: [word.limbs[index + 1]!], amount: rest });
  return addOperation(table, { op: 'or', ...format, args: [lower, upper] });
}
