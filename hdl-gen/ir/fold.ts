import type { NetNode } from './netlist.ts';

/** The integer that `width` bits hold when read with or without sign. */
export function wrapValue(value: bigint, width: number, signed: boolean): bigint {
  return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
}

export function minimumOf(width: number, signed: boolean): bigint {
  return signed ? -(1n << BigInt(width - 1)) : 0n;
}

export function maximumOf(width: number, signed: boolean): bigint {
  return (1n << BigInt(signed ? width - 1 : width)) - 1n;
}

/** Bits needed to hold the value: at least 1, and for a signed type at least the sign. */
export function widthOf(value: bigint, signed: boolean): number {
  if (!signed) return value === 0n ? 1 : value.toString(2).length;
  return (
    (value < 0n
      ? value + 1n === 0n
        ? 0
        : (-value - 1n).toString(2).length
      : value === 0n
        ? 0
        : value.toString(2).length) + 1
  );
}

/** Any shape of operation: what the netlist and the design share. */
export interface Operation {
  readonly op: Exclude<NetNode['op'], 'input' | 'register' | 'memoryRead' | 'const'>;
  readonly width: number;
  readonly signed: boolean;
  readonly amount?: number;
  readonly low?: number;
}
/** An argument: its value and the width it was declared with. */
export interface Operand {
  readonly value: bigint;
  readonly width: number;
}

/** The exact meaning of every operation on integers: reference for all other forms. */
export function evaluateOperation(operation: Operation, args: readonly Operand[]): bigint {
  return wrapValue(exactValue(operation, args), operation.width, operation.signed);
}

function exactValue(operation: Operation, args: readonly Operand[]): bigint {
  const a = args[0]!.value;
  const b = args[1]?.value ?? 0n;
  switch (operation.op) {
    case 'neg':
      return -a;
    case 'not':
      return ~a;
    case 'extend':
      return a;
    case 'reduceAnd':
      return BigInt.asUintN(args[0]!.width, ~a) === 0n ? 1n : 0n;
    case 'reduceOr':
      return a === 0n ? 0n : 1n;
    case 'reduceXor':
      return parity(BigInt.asUintN(args[0]!.width, a));
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'eq':
      return a === b ? 1n : 0n;
    case 'lt':
      return a < b ? 1n : 0n;
    case 'shlBy':
      return a << b;
    case 'shrBy':
      return a >> b;
    case 'cat':
      return (BigInt.asUintN(args[0]!.width, a) << BigInt(args[1]!.width)) | BigInt.asUintN(args[1]!.width, b);
    case 'shl':
      return a << BigInt(operation.amount ?? 0);
    case 'shr':
      return a >> BigInt(operation.amount ?? 0);
    case 'slice':
      return BigInt.asUintN(args[0]!.width, a) >> BigInt(operation.low ?? 0);
    case 'mux':
      return a === 1n ? b : args[2]!.value;
  }
}

function parity(pattern: bigint): bigint {
  let rest = pattern;
  let ones = 0;
  while (rest !== 0n) {
    rest &= rest - 1n;
    ones ^= 1;
  }
  return BigInt(ones);
}
