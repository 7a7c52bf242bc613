import { type Coder, coder } from '../compile/coder.ts';
import { type VectorCode, vectorCode } from '../lanes/vector-code.ts';
import type { Format } from '../value.ts';
import { emptyBlock, opcode, valueType } from '../wasm/opcode.ts';
import { type ElementBits, elementOps, extendPairs, simd, v128Type } from '../wasm/simd.ts';
import type { ToggleArea, ToggleLayout } from './plan.ts';

/** Adds the bits that change to the pending bytes at `counter`: `pushOld` pushes what the vector in `next` replaces. */
export function countVector(
  vector: VectorCode,
  bits: ElementBits,
  format: Format,
  counter: number,
  pushOld: () => void,
  next: number,
): void {
  const { code } = vector;
  const [pending] = vector.load(counter, 1);
  const [sum] = vector.each(1, () => {
    code.get(pending!);
    pushOld();
    code.get(next);
    vector.op(simd.xor);
    // Sign bits above the declared width would count several times, and so would the bits of a mask.
    if (format.width < bits && (format.signed || format.width === 1)) {
      vector.constant(bits, (1n << BigInt(format.width)) - 1n);
      vector.op(simd.and);
    }
    if (format.width > 1) vector.op(simd.popcount);
    vector.op(elementOps[8].add);
  });
  vector.store(counter, [sum!]);
}

/** Adds the bits that change to a 64-bit counter: `pushOld` pushes the canonical value that the one in `next` replaces. */
export function countScalar(code: Coder, format: Format, counter: number, pushOld: () => void, next: number): void {
  const type = format.width <= 32 ? valueType.i32 : valueType.i64;
  code.store(valueType.i64, counter, () => {
    code.load(valueType.i64, counter);
    pushOld();
    code.get(next);
    code.opFor(type, opcode.i32Xor, opcode.i64Xor);
    // Sign bits above the declared width would count several times.
    if (format.signed) code.normalise({ width: format.width, signed: false }, null);
    code.opFor(type, opcode.i32Popcnt, opcode.i64Popcnt);
    code.convert(type, valueType.i64, false);
    code.op(opcode.i64Add);
  });
}

/** Body of the function that adds all pending bytes to their totals and clears them. */
export function flushBody({ areas, clock }: ToggleLayout): Uint8Array {
  const code = coder(0);
  for (const area of areas) flushArea(code, area);
  code.store(valueType.i32, clock, () => code.constant(valueType.i32, 0n));
  return code.finish();
}

function flushArea(code: Coder, { bits, pending, totals, vectors }: ToggleArea): void {
  const vector = vectorCode(code, 16);
  const from = code.local(valueType.i32);
  const to = code.local(valueType.i32);
  const start = (local: number, address: number): void => {
    code.constant(valueType.i32, BigInt(address));
    code.set(local);
  };
  const advance = (local: number, bytes: number): void => {
    code.get(local);
    code.constant(valueType.i32, BigInt(bytes));
    code.op(opcode.i32Add);
    code.set(local);
  };
  const access = (instruction: number, offset: number): void => {
    vector.op(instruction);
    code.out.unsigned(3);
    code.out.unsigned(offset);
  };
  start(from, pending);
  start(to, totals);
  code.op(opcode.loop);
  code.op(emptyBlock);
  const bytes = code.local(v128Type);
  code.get(from);
  access(simd.load, 0);
  code.set(bytes);
  code.get(from);
  vector.constant(8, 0n);
  access(simd.store, 0);
  elementSums(vector, bits, bytes).forEach((sum, part) => {
    code.get(to);
    code.get(to);
    access(simd.load, 16 * part);
    code.get(sum);
    vector.op(elementOps[64].add);
    access(simd.store, 16 * part);
  });
  advance(to, (8 * 128) / bits);
  advance(from, 16);
  code.get(from);
  code.constant(valueType.i32, BigInt(pending + 16 * vectors));
  code.op(opcode.i32Ne);
  code.op(opcode.brIf);
  code.out.unsigned(0);
  code.op(opcode.end);
}

/** Sums of the bytes of every element, in elements of 64 bits. */
function elementSums(vector: VectorCode, bits: ElementBits, bytes: number): readonly number[] {
  const { code } = vector;
  const pairs = (parts: readonly number[], to: 16 | 32): readonly number[] =>
    vector.each(parts.length, (part) => {
      code.get(parts[part]!);
      vector.op(extendPairs[to]);
    });
  if (bits === 8) return vector.widen([bytes], 8, 64, false);
  const halves = pairs([bytes], 16);
  if (bits === 16) return vector.widen(halves, 16, 64, false);
  const words = pairs(halves, 32);
  if (bits === 32) return vector.widen(words, 32, 64, false);
  return vector.each(1, () => {
    code.get(words[0]!);
    vector.shift(elementOps[64].shrU, 32);
    code.get(words[0]!);
    vector.constant(64, 0xffffffffn);
    vector.op(simd.and);
    vector.op(elementOps[64].add);
  });
}
