import type { Coder } from '../compile/coder.ts';
import type { Format } from '../value.ts';
import { opcode, valueType } from '../wasm/opcode.ts';

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
