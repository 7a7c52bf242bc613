// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are pieces of source code.
import { faultsIn, type PlantedFault } from './fault.ts';

/** Faults in the compiler from netlists to WebAssembly. */
export const simulatorFaults: readonly PlantedFault[] = [
  ...faultsIn('sim/rtl/compile/expression.ts', [
    [
      'signed comparison is unsigned',
      'else if (reading.signed) code.opFor(reading.type, opcode.i32LtS, opcode.i64LtS);',
      'else if (reading.signed) code.opFor(reading.type, opcode.i32LtU, opcode.i64LtU);',
    ],
    [
      'unsigned comparison is signed',
      'else code.opFor(reading.type, opcode.i32LtU, opcode.i64LtU);',
      'else code.opFor(reading.type, opcode.i32LtS, opcode.i64LtS);',
    ],
    [
      'equality becomes inequality',
      "if (node.op === 'eq') code.opFor(reading.type, opcode.i32Eq, opcode.i64Eq);",
      "if (node.op === 'eq') code.opFor(reading.type, opcode.i32Ne, opcode.i64Ne);",
    ],
    [
      'signed range of a comparison a bit too small',
      'const signedWidth = Math.max(a.width + (a.signed ? 0 : 1), b.width + (b.signed ? 0 : 1));',
      'const signedWidth = Math.max(a.width, b.width);',
    ],
    [
      'difference in the wrong order of ranges',
      'code.normalise(node, differenceRange(nodeRange(at(a)), nodeRange(at(b))));',
      'code.normalise(node, differenceRange(nodeRange(at(b)), nodeRange(at(a))));',
    ],
    [
      'arms of a mux swapped',
      'pushAs(a, type);\n    pushAs(b, type);\n    pushCondition(condition);',
      'pushAs(b, type);\n    pushAs(a, type);\n    pushCondition(condition);',
    ],
    [
      'arithmetic shift by a signal is logical',
      'if (value.signed) code.opFor(type, opcode.i32ShrS, opcode.i64ShrS);\n    else code.opFor(type, opcode.i32ShrU, opcode.i64ShrU);\n    if (!bounded',
      'if (value.signed) code.opFor(type, opcode.i32ShrU, opcode.i64ShrU);\n    else code.opFor(type, opcode.i32ShrU, opcode.i64ShrU);\n    if (!bounded',
    ],
    [
      'large amounts of a left shift wrap around',
      'if (!bounded) zeroUnlessBelow(bits);\n      code.normalise(node, null);',
      'code.normalise(node, null);',
    ],
    [
      'large amounts of a right shift wrap around',
      'if (!bounded) {\n      code.constant(amountType, BigInt(bits - 1));',
      'if (false) {\n      code.constant(amountType, BigInt(bits - 1));',
    ],
    [
      'full-width right shift does not reach zero',
      'if (!bounded && !value.signed && value.width === bits) zeroUnlessBelow(bits);',
      '',
    ],
    [
      'concatenation shifts by the width of the wrong half',
      'code.constant(type, BigInt(low.width));\n    code.opFor(type, opcode.i32Shl',
      'code.constant(type, BigInt(high.width));\n    code.opFor(type, opcode.i32Shl',
    ],
    ['sign bits of the lower half leak', 'if (low.signed) {', 'if (false) {'],
    [
      'reduction over all compares with the wrong pattern',
      'code.constant(argType, arg.signed ? -1n : formatRange(arg).high);',
      'code.constant(argType, formatRange(arg).high);',
    ],
    [
      'parity counts the sign bits',
      'if (arg.signed) code.normalise({ width: arg.width, signed: false }, null);\n        code.opFor(argType, opcode.i32Popcnt',
      'code.opFor(argType, opcode.i32Popcnt',
    ],
    [
      'inversion leaves bits above the width',
      'code.normalise(node, differenceRange({ low: -1n, high: -1n }, nodeRange(arg)));',
      '',
    ],
    [
      'slice of a signed value not cut',
      'if (keepSign && node.signed && node.low + node.width === arg.width) return;',
      'if (keepSign) return;',
    ],
    [
      'constant arithmetic shift is logical',
      'if (arg.signed) code.opFor(argType, opcode.i32ShrS, opcode.i64ShrS);\n    else',
      'if (false) code.opFor(argType, opcode.i32ShrS, opcode.i64ShrS);\n    else',
    ],
    [
      'long constant shift of a signed value overruns',
      'code.constant(argType, BigInt(Math.min(node.amount, bits - 1)));',
      'code.constant(argType, BigInt(node.amount));',
    ],
  ]),
  ...faultsIn('sim/rtl/compile/coder.ts', [
    [
      'widening ignores the sign',
      'else out.byte(signed ? opcode.i64ExtendI32S : opcode.i64ExtendI32U);',
      'else out.byte(opcode.i64ExtendI32U);',
    ],
    [
      'unsigned values not cut to their width',
      'self.constant(type, (1n << BigInt(format.width)) - 1n);',
      'self.constant(type, (1n << BigInt(format.width + 1)) - 1n);',
    ],
    [
      'sign not restored after cutting',
      'self.opFor(type, opcode.i32ShrS, opcode.i64ShrS);',
      'self.opFor(type, opcode.i32ShrU, opcode.i64ShrU);',
    ],
    [
      '8-bit values extended from 16 bits',
      'self.opFor(type, opcode.i32Extend8S, opcode.i64Extend8S)',
      'self.opFor(type, opcode.i32Extend16S, opcode.i64Extend16S)',
    ],
  ]),
  ...faultsIn('sim/rtl/compile/range.ts', [
    [
      'sums thought narrower than they are',
      'return { low: a.low + b.low, high: a.high + b.high };',
      'return { low: a.low, high: a.high };',
    ],
    [
      'products thought positive',
      'const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];',
      'const corners = [a.low * b.low, a.high * b.high];',
    ],
    [
      'bitwise results thought as narrow as the narrower',
      "const width = op === 'and' ? Math.min(a.width, b.width) : Math.max(a.width, b.width);",
      'const width = Math.min(a.width, b.width);',
    ],
    [
      'ranges joined to the smaller',
      'high: a.high > b.high ? a.high : b.high };',
      'high: a.high < b.high ? a.high : b.high };',
    ],
  ]),
  ...faultsIn('sim/rtl/compile/effect.ts', [
    ['enable of a register ignored', 'if (ensured > 0 || register.enable === null) return;', 'return;'],
    ['enable of a read ignored', 'if (ensured > 0 || port.enable === null) return;', 'return;'],
    [
      'enable of a write ignored',
      'if (ensured > 0) return;\n    code.constant(valueType.i32, BigInt(dropped));',
      'return;\n    code.constant(valueType.i32, BigInt(dropped));',
    ],
    [
      'an address at the depth is taken',
      'if (range.low >= 0n && range.high < BigInt(memory.depth)) {',
      'if (range.low >= 0n && range.high <= BigInt(memory.depth)) {',
    ],
    [
      'signed bytes of a memory read unsigned',
      'code.op(memory.signed ? opcode.i32Load8S : opcode.i32Load8U)',
      'code.op(opcode.i32Load8U)',
    ],
  ]),
];
