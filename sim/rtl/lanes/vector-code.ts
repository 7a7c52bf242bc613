import type { Coder } from '../compile/coder.ts';
import type { Format } from '../value.ts';
import { valueType } from '../wasm/opcode.ts';
import {
  type ElementBits,
  elementOps,
  extend,
  extendedMultiply,
  multiply,
  narrowSigned,
  simd,
  simdPrefix,
  v128Type,
} from '../wasm/simd.ts';

/** Locals that together hold one value of every lane, lowest lanes first. */
export type Parts = readonly number[];

export type LaneCount = 4 | 8 | 16;

/** Elements never get so small that the lanes would not fill a vector. */
export function elementBits(format: Format, lanes: LaneCount): ElementBits {
  const least = 128 / lanes;
  const own = format.width <= 8 ? 8 : format.width <= 16 ? 16 : format.width <= 32 ? 32 : 64;
  return Math.max(least, own) as ElementBits;
}

/** Bytes of one value of every lane. */
export function vectorBytes(format: Format, lanes: LaneCount): number {
  return (lanes * elementBits(format, lanes)) / 8;
}

/** Vector instructions on top of a function's coder. */
export interface VectorCode {
  readonly code: Coder;
  readonly lanes: LaneCount;
  partsOf(bits: ElementBits): number;
  op(instruction: number): void;
  /** Every element the same constant. */
  constant(bits: ElementBits, value: bigint): void;
  /** One new local per part; `push` leaves its vector on the stack. */
  each(count: number, push: (part: number) => void): Parts;
  load(address: number, count: number): Parts;
  store(address: number, parts: Parts): void;
  widen(parts: Parts, from: ElementBits, to: ElementBits, signed: boolean): Parts;
  /** Keeps the low bits; `mask` when every element is 0 or -1. */
  narrow(parts: Parts, from: ElementBits, to: ElementBits, mask: boolean): Parts;
  multiply(bits: ElementBits, a: Parts, b: Parts): Parts;
  /** `a` and `b` have elements of half of `bits`. */
  multiplyExtended(bits: 16 | 32 | 64, a: Parts, b: Parts, signed: boolean): Parts;
  /** The shift of every element of the vector on the stack by a constant. */
  shift(instruction: number, amount: number): void;
}

export function vectorCode(code: Coder, lanes: LaneCount): VectorCode {
  const op = (instruction: number): void => {
    code.op(simdPrefix);
    code.out.unsigned(instruction);
  };
  const each: VectorCode['each'] = (count, push) =>
    Array.from({ length: count }, (_, part) => {
      push(part);
      const local = code.local(v128Type);
      code.set(local);
      return local;
    });
  const address = (at: number): void => {
    code.out.unsigned(4);
    code.out.unsigned(at);
  };
  const halves = (parts: Parts, low: number, high: number, second?: Parts): Parts =>
    each(parts.length * 2, (part) => {
      code.get(parts[part >> 1]!);
      if (second !== undefined) code.get(second[part >> 1]!);
      op(part % 2 === 0 ? low : high);
    });
  const self: VectorCode = {
    code,
    lanes,
    partsOf: (bits) => (lanes * bits) / 128,
    op,
    constant(bits, value) {
      op(simd.constant);
      const pattern = BigInt.asUintN(bits, value);
      for (let at = 0; at < 16; at++) code.out.byte(Number((pattern >> BigInt((at * 8) % bits)) & 255n));
    },
    each,
    load: (at, count) =>
      each(count, (part) => {
        code.constant(valueType.i32, 0n);
        op(simd.load);
        address(at + 16 * part);
      }),
    store(at, parts) {
      parts.forEach((local, part) => {
        code.constant(valueType.i32, 0n);
        code.get(local);
        op(simd.store);
        address(at + 16 * part);
      });
    },
    widen(parts, from, to, signed) {
      let bits = from;
      let wide = parts;
      while (bits < to) {
        bits = (bits * 2) as 16 | 32 | 64;
        const { lowS, highS, lowU, highU } = extend[bits];
        wide = halves(wide, signed ? lowS : lowU, signed ? highS : highU);
      }
      return wide;
    },
    narrow(parts, from, to, mask) {
      let bits = from;
      let few = parts;
      while (bits > to) {
        const wide = bits;
        const pairs = few;
        few = each(pairs.length / 2, (part) => {
          code.get(pairs[2 * part]!);
          code.get(pairs[2 * part + 1]!);
          if (mask && (wide === 16 || wide === 32)) {
            op(narrowSigned[wide]);
            return;
          }
          op(simd.shuffle);
          const bytes = wide / 8;
          for (let at = 0; at < 32; at += bytes) for (let k = 0; k < bytes / 2; k++) code.out.byte(at + k);
        });
        bits = (bits / 2) as ElementBits;
      }
      return few;
    },
    multiply(bits, a, b) {
      if (bits === 8) {
        const wide = self.multiply(16, self.widen(a, 8, 16, true), self.widen(b, 8, 16, true));
        return self.narrow(wide, 16, 8, false);
      }
      return each(a.length, (part) => {
        code.get(a[part]!);
        code.get(b[part]!);
        op(multiply[bits]);
      });
    },
    multiplyExtended(bits, a, b, signed) {
      const { lowS, highS, lowU, highU } = extendedMultiply[bits];
      return halves(a, signed ? lowS : lowU, signed ? highS : highU, b);
    },
    shift(instruction, amount) {
      code.constant(valueType.i32, BigInt(amount));
      op(instruction);
    },
  };
  return self;
}

/** Makes the low bits of every element on the stack canonical for a format of more than one bit. */
export function canonical(vector: VectorCode, bits: ElementBits, format: Format): void {
  if (format.width >= bits) return;
  if (!format.signed) {
    vector.constant(bits, (1n << BigInt(format.width)) - 1n);
    vector.op(simd.and);
    return;
  }
  vector.shift(elementOps[bits].shl, bits - format.width);
  vector.shift(elementOps[bits].shrS, bits - format.width);
}
