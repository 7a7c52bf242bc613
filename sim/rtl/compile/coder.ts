import type { Format } from '../value.ts';
import { type ByteWriter, byteWriter } from '../wasm/bytes.ts';
import { opcode, type ValueType, valueType } from '../wasm/opcode.ts';
import type { v128Type } from '../wasm/simd.ts';
import { fits, type Range } from './range.ts';

/** Bytes of a value in memory; 1 and 2 only for values of at most 8 and 16 bits. */
export type SlotBytes = 1 | 2 | 4 | 8;

/** What a local can hold. */
export type LocalType = ValueType | typeof v128Type;

/** Writes the instructions of one function: constants, conversions between the two integer types, wrapping, slots. */
export interface Coder {
  readonly out: ByteWriter;
  op(code: number): void;
  /** The i32 or the i64 form of an instruction. */
  opFor(type: ValueType, code32: number, code64: number): void;
  constant(type: ValueType, value: bigint): void;
  /** From one type to the other, keeping the integer (widening by its sign) or its low 32 bits. */
  convert(from: ValueType, to: ValueType, signed: boolean): void;
  /** Makes the low bits on the stack canonical for `format`; nothing when the exact result always fits. */
  normalise(format: Format, range: Range | null): void;
  local(type: LocalType): number;
  get(local: number): void;
  set(local: number): void;
  tee(local: number): void;
  /** `bytes` of memory to a value; fewer than the type has are extended by `signed`. */
  load(type: ValueType, address: number, bytes?: SlotBytes, signed?: boolean): void;
  /** `value` must push one value of the type. */
  store(type: ValueType, address: number, value: () => void, bytes?: SlotBytes): void;
  /** Body for the module: locals, code, end. */
  finish(): Uint8Array;
}

export function bitsOf(type: ValueType): 32 | 64 {
  return type === valueType.i32 ? 32 : 64;
}

export function coder(parameters: number): Coder {
  const out = byteWriter();
  /** Local declarations as runs of one type. */
  const runs: { type: LocalType; count: number }[] = [];
  let locals = parameters;
  const self: Coder = {
    out,
    op: (code) => out.byte(code),
    opFor: (type, code32, code64) => out.byte(type === valueType.i32 ? code32 : code64),
    constant(type, value) {
      if (type === valueType.i32) {
        out.byte(opcode.i32Const);
        out.signed(Number(BigInt.asIntN(32, value)));
      } else {
        out.byte(opcode.i64Const);
        out.signedBig(value);
      }
    },
    convert(from, to, signed) {
      if (from === to) return;
      if (to === valueType.i32) out.byte(opcode.i32WrapI64);
      else out.byte(signed ? opcode.i64ExtendI32S : opcode.i64ExtendI32U);
    },
    normalise(format, range) {
      const type = format.width <= 32 ? valueType.i32 : valueType.i64;
      const bits = bitsOf(type);
      if (format.width === bits || (range !== null && fits(range, format))) return;
      if (!format.signed) {
        self.constant(type, (1n << BigInt(format.width)) - 1n);
        self.opFor(type, opcode.i32And, opcode.i64And);
      } else if (format.width === 8) self.opFor(type, opcode.i32Extend8S, opcode.i64Extend8S);
      else if (format.width === 16) self.opFor(type, opcode.i32Extend16S, opcode.i64Extend16S);
      else {
        const shift = BigInt(bits - format.width);
        self.constant(type, shift);
        self.opFor(type, opcode.i32Shl, opcode.i64Shl);
        self.constant(type, shift);
        self.opFor(type, opcode.i32ShrS, opcode.i64ShrS);
      }
    },
    local(type) {
      const last = runs.at(-1);
      if (last?.type === type) last.count += 1;
      else runs.push({ type, count: 1 });
      locals += 1;
      return locals - 1;
    },
    get(local) {
      out.byte(opcode.localGet);
      out.unsigned(local);
    },
    set(local) {
      out.byte(opcode.localSet);
      out.unsigned(local);
    },
    tee(local) {
      out.byte(opcode.localTee);
      out.unsigned(local);
    },
    load(type, address, bytes = type === valueType.i32 ? 4 : 8, signed = false) {
      self.constant(valueType.i32, 0n);
      if (bytes === 1) out.byte(signed ? opcode.i32Load8S : opcode.i32Load8U);
      else if (bytes === 2) out.byte(signed ? opcode.i32Load16S : opcode.i32Load16U);
      else self.opFor(type, opcode.i32Load, opcode.i64Load);
      out.unsigned(Math.log2(bytes));
      out.unsigned(address);
    },
    store(type, address, value, bytes = type === valueType.i32 ? 4 : 8) {
      self.constant(valueType.i32, 0n);
      value();
      if (bytes === 1) out.byte(opcode.i32Store8);
      else if (bytes === 2) out.byte(opcode.i32Store16);
      else self.opFor(type, opcode.i32Store, opcode.i64Store);
      out.unsigned(Math.log2(bytes));
      out.unsigned(address);
    },
    finish() {
      const body = byteWriter();
      body.unsigned(runs.length);
      for (const { type, count } of runs) {
        body.unsigned(count);
        body.byte(type);
      }
      body.bytes(out.finish());
      body.byte(opcode.end);
      return body.finish();
    },
  };
  return self;
}
