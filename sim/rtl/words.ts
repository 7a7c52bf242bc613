import type { NetMemory } from '../../hdl-gen/ir/netlist.ts';
import type { SlotBytes } from './compile/coder.ts';
import { wordBytes } from './compile/layout.ts';
import type { Reading } from './reading.ts';
import { type Format, wrap } from './value.ts';

export interface Slot extends Reading {
  readonly read: () => number;
  readonly write: (value: number) => void;
  readonly readBig: () => bigint;
  readonly writeBig: (value: bigint) => void;
}

/** All of a linear memory by the size of its words. Made once: values are many. */
export interface WordViews {
  readonly bytes1: Int8Array;
  readonly bytes2: Int16Array;
  readonly bytes4: Int32Array;
  readonly bytes8: BigInt64Array;
}

export function wordViews(buffer: ArrayBuffer): WordViews {
  return {
    bytes1: new Int8Array(buffer),
    bytes2: new Int16Array(buffer),
    bytes4: new Int32Array(buffer),
    bytes8: new BigInt64Array(buffer),
  };
}

/** Access to one value in linear memory, in the canonical form that the compiled code relies on. */
export function scalarSlot(views: WordViews, address: number, format: Format, bytes: SlotBytes): Slot {
  const { width, signed } = format;
  if (width > 32) {
    const large = views.bytes8;
    const at = address >> 3;
    const readBig = signed ? () => large[at]! : () => BigInt.asUintN(64, large[at]!);
    const writeBig = (value: bigint): void => {
      large[at] = wrap(value, format);
    };
    return { read: () => Number(readBig()), readBig, writeBig, write: (value) => writeBig(BigInt(value)) };
  }
  const small = bytes === 1 ? views.bytes1 : bytes === 2 ? views.bytes2 : views.bytes4;
  const at = address / bytes;
  const mask = 0xffffffff >>> (32 - width);
  const unused = 32 - width;
  const read = signed ? () => small[at]! : () => (small[at]! & mask) >>> 0;
  const write = signed
    ? (value: number): void => {
        small[at] = (value << unused) >> unused;
      }
    : (value: number): void => {
        small[at] = (value << unused) >>> unused;
      };
  return {
    read,
    write,
    readBig: () => BigInt(read()),
    writeBig: (value) => write(Number(BigInt.asIntN(32, value))),
  };
}

/** Initial words as they lie in linear memory. */
export function writeInitialWords(buffer: ArrayBuffer, base: number, memory: NetMemory): void {
  if (memory.init === null) return;
  const bytes = wordBytes(memory);
  const words = Math.min(memory.depth, memory.init.length);
  if (bytes === 8) {
    const view = new BigInt64Array(buffer, base, words);
    for (let i = 0; i < words; i += 1) view[i] = wrap(BigInt(memory.init[i]!), memory);
    return;
  }
  const unused = 32 - memory.width;
  const narrow = (word: number): number => (memory.signed ? (word << unused) >> unused : (word << unused) >>> unused);
  const view =
    bytes === 1
      ? new Int8Array(buffer, base, words)
      : bytes === 2
        ? new Int16Array(buffer, base, words)
        : new Int32Array(buffer, base, words);
  for (let i = 0; i < words; i += 1) {
    const word = memory.init[i]!;
    view[i] = narrow(typeof word === 'number' ? word : Number(BigInt.asIntN(32, word)));
  }
}
