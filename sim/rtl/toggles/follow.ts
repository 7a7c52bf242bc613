import { type Coder, coder } from '../compile/coder.ts';
import { type VectorCode, vectorCode } from '../lanes/vector-code.ts';
import type { WasmFunction } from '../wasm/module.ts';
import { emptyBlock, opcode, valueType } from '../wasm/opcode.ts';
import { type ElementBits, elementOps, extendPairs, simd } from '../wasm/simd.ts';
import { copyStep, keptClocks, mostPending, type ToggleArea, type ToggleLayout } from './plan.ts';

type Vectors = NonNullable<ToggleLayout['vectors']>;

/** Functions that follow the vectors of the state from clock to clock, and their places in the module. */
export interface Follower {
  readonly functions: readonly WasmFunction[];
  /** To be emitted behind the work of every clock. */
  afterClock(code: Coder): void;
}

/**
 * `first`: place of the first function in the module. Exports `flush()`, which brings the totals up to date, and
 * `follow()`, from which on differences count: to be called whenever the state is changed from outside, behind a flush.
 */
export function follower(vectors: Vectors, first: number): Follower {
  const { rows, stride, clock } = vectors;
  const [copy, compare, total] = [first, first + 1, first + 2];
  const call = (code: Coder, index: number): void => {
    code.op(opcode.call);
    code.out.unsigned(index);
  };
  /** Pushes the address of the row whose number is in `local`. */
  const pushRow = (code: Coder, local: number): void => {
    code.get(local);
    code.constant(valueType.i32, BigInt(stride));
    code.op(opcode.i32Mul);
    code.constant(valueType.i32, BigInt(rows));
    code.op(opcode.i32Add);
  };
  const flush = (): Uint8Array => {
    // The clocks that are missing change nothing.
    const code = coder(0);
    const row = code.local(valueType.i32);
    code.load(valueType.i32, clock);
    code.set(row);
    repeat(code, () => {
      pushRow(code, row);
      call(code, copy);
      increment(code, row, 1);
      code.constant(valueType.i32, BigInt(keptClocks));
      code.op(opcode.i32Ne);
    });
    call(code, compare);
    call(code, total);
    return code.finish();
  };
  const follow = (): Uint8Array => {
    const code = coder(0);
    code.constant(valueType.i32, BigInt(rows));
    call(code, copy);
    code.store(valueType.i32, clock, () => code.constant(valueType.i32, 0n));
    return code.finish();
  };
  return {
    functions: [
      { parameters: 1, body: copyBody(vectors), exported: null },
      { parameters: 0, body: compareBody(vectors, (code) => call(code, total)), exported: null },
      { parameters: 0, body: totalBody(vectors), exported: null },
      { parameters: 0, body: flush(), exported: 'flush' },
      { parameters: 0, body: follow(), exported: 'follow' },
    ],
    afterClock(code) {
      const now = code.local(valueType.i32);
      code.load(valueType.i32, clock);
      code.set(now);
      increment(code, now, 1);
      code.constant(valueType.i32, BigInt(keptClocks));
      code.op(opcode.i32Eq);
      code.op(opcode.if);
      code.op(emptyBlock);
      call(code, compare);
      code.op(opcode.else);
      pushRow(code, now);
      call(code, copy);
      code.store(valueType.i32, clock, () => code.get(now));
      code.op(opcode.end);
    },
  };
}

/** A loop that goes on while `body` leaves something other than 0 on the stack. */
function repeat(code: Coder, body: () => void): void {
  code.op(opcode.loop);
  code.op(emptyBlock);
  body();
  code.op(opcode.brIf);
  code.out.unsigned(0);
  code.op(opcode.end);
}

/** Adds to a local and pushes the result. */
function increment(code: Coder, local: number, amount: number): void {
  code.get(local);
  code.constant(valueType.i32, BigInt(amount));
  code.op(opcode.i32Add);
  code.tee(local);
}

/** A load or a store at the address on the stack plus `offset`. */
function access(vector: VectorCode, instruction: number, offset: number): void {
  vector.op(instruction);
  vector.code.out.unsigned(4);
  vector.code.out.unsigned(offset);
}

/** Copies the state to the address in the parameter. */
function copyBody({ state, bytes }: Vectors): Uint8Array {
  const code = coder(1);
  const vector = vectorCode(code, 16);
  const at = code.local(valueType.i32);
  repeat(code, () => {
    for (let offset = 0; offset < copyStep; offset += 16) {
      code.get(0);
      code.get(at);
      access(vector, simd.load, state + offset);
      access(vector, simd.store, offset);
    }
    increment(code, 0, copyStep);
    code.op(opcode.drop);
    increment(code, at, copyStep);
    code.constant(valueType.i32, BigInt(bytes));
    code.op(opcode.i32Ne);
  });
  return code.finish();
}

/** Counts the differences between the rows, and between the last one and the state, which becomes the first row. */
function compareBody(
  { state, bytes, rows, stride, planes, pending, masks, clock, rounds }: Vectors,
  total: (code: Coder) => void,
): Uint8Array {
  const code = coder(0);
  const vector = vectorCode(code, 16);
  const at = code.local(valueType.i32);
  const make = (push: () => void): number => vector.each(1, push)[0]!;
  const load = (base: number): number =>
    make(() => {
      code.get(at);
      access(vector, simd.load, base);
    });
  const store = (base: number, value: number): void => {
    code.get(at);
    code.get(value);
    access(vector, simd.store, base);
  };
  const both = (a: number, b: number, instruction: number): number =>
    make(() => {
      code.get(a);
      code.get(b);
      vector.op(instruction);
    });
  /** Adds bits of equal weight: their sum, and what has twice the weight. */
  const add = (a: number, b: number, c: number): readonly [number, number] => {
    const half = both(a, b, simd.xor);
    return [both(half, c, simd.xor), both(both(a, b, simd.and), both(half, c, simd.and), simd.or)];
  };
  repeat(code, () => {
    const states = Array.from({ length: keptClocks }, (_, row) => load(rows + row * stride));
    states.push(load(state));
    store(rows, states.at(-1)!);
    let terms = states.slice(1).map((now, row) => both(states[row]!, now, simd.xor));
    for (const plane of planes) {
      let sum = load(plane);
      const carries: number[] = [];
      for (let term = 0; term < terms.length; term += 2) {
        const [low, high] = add(sum, terms[term]!, terms[term + 1]!);
        sum = low;
        carries.push(high);
      }
      store(plane, sum);
      terms = carries;
    }
    const eights = make(() => {
      code.get(load(masks));
      code.get(terms[0]!);
      vector.op(simd.and);
      vector.op(simd.popcount);
    });
    store(pending, both(load(pending), eights, elementOps[8].add));
    increment(code, at, 16);
    code.constant(valueType.i32, BigInt(bytes));
    code.op(opcode.i32Ne);
  });
  code.store(valueType.i32, clock, () => code.constant(valueType.i32, 0n));
  const count = code.local(valueType.i32);
  code.store(valueType.i32, rounds, () => {
    code.load(valueType.i32, rounds);
    code.constant(valueType.i32, 1n);
    code.op(opcode.i32Add);
    code.tee(count);
  });
  code.get(count);
  code.constant(valueType.i32, BigInt(mostPending));
  code.op(opcode.i32Eq);
  code.op(opcode.if);
  code.op(emptyBlock);
  total(code);
  code.op(opcode.end);
  return code.finish();
}

/** Adds planes and byte counters to the totals and clears them. */
function totalBody(vectors: Vectors): Uint8Array {
  const code = coder(0);
  for (const area of vectors.areas) addArea(code, vectors, area);
  code.store(valueType.i32, vectors.rounds, () => code.constant(valueType.i32, 0n));
  return code.finish();
}

function addArea(
  code: Coder,
  { planes, pending, masks }: Vectors,
  { bits, offset, vectors, totals }: ToggleArea,
): void {
  const vector = vectorCode(code, 16);
  const from = code.local(valueType.i32);
  const to = code.local(valueType.i32);
  const load = (base: number): void => {
    code.get(from);
    access(vector, simd.load, base);
  };
  const clear = (base: number): void => {
    code.get(from);
    vector.constant(8, 0n);
    access(vector, simd.store, base);
  };
  code.constant(valueType.i32, BigInt(offset));
  code.set(from);
  code.constant(valueType.i32, BigInt(totals));
  code.set(to);
  repeat(code, () => {
    const [ones] = vector.each(1, () => {
      // By Horner's rule, from the heaviest plane.
      planes.toReversed().forEach((plane, index) => {
        if (index > 0) vector.shift(elementOps[8].shl, 1);
        load(plane);
        load(masks);
        vector.op(simd.and);
        vector.op(simd.popcount);
        if (index > 0) vector.op(elementOps[8].add);
      });
    });
    const [eights] = vector.each(1, () => load(pending));
    for (const base of [...planes, pending]) clear(base);
    const light = elementSums(vector, bits, ones!);
    const heavy = elementSums(vector, bits, eights!);
    light.forEach((sum, part) => {
      code.get(to);
      code.get(to);
      access(vector, simd.load, 16 * part);
      code.get(sum);
      vector.op(elementOps[64].add);
      code.get(heavy[part]!);
      vector.shift(elementOps[64].shl, 3);
      vector.op(elementOps[64].add);
      access(vector, simd.store, 16 * part);
    });
    increment(code, to, 16 * light.length);
    code.op(opcode.drop);
    increment(code, from, 16);
    code.constant(valueType.i32, BigInt(offset + 16 * vectors));
    code.op(opcode.i32Ne);
  });
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
