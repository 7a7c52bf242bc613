import type {
  BinaryNode,
  MuxNode,
  NetNode,
  NodeId,
  ShiftNode,
  SliceNode,
  UnaryNode,
} from '../../../hdl-gen/ir/netlist.ts';
import type { Format } from '../value.ts';
import { opcode, type ValueType, valueType } from '../wasm/opcode.ts';
import { bitsOf, type Coder } from './coder.ts';
import { typeOf } from './layout.ts';
import { bitwiseRange, differenceRange, formatRange, nodeRange, productRange, sumRange, union } from './range.ts';

/** Pushes operations of the netlist; `push` leaves a node's canonical value on the stack, in the node's own type. */
export interface Expressions {
  /** Pushes the value of an operation, its arguments through `push`. */
  operation(node: NetNode): void;
  /** Pushes a node's integer as `type` (its low 32 bits when i32 is too small). */
  pushAs(id: NodeId, type: ValueType): void;
  /** Pushes an i32 that is not 0 exactly when the node is not 0. */
  pushCondition(id: NodeId): void;
}

export function expressions(nodes: readonly NetNode[], code: Coder, push: (id: NodeId) => void): Expressions {
  const at = (id: NodeId): NetNode => nodes[id]!;

  const pushAs = (id: NodeId, type: ValueType): void => {
    const node = at(id);
    if (node.op === 'const') {
      code.constant(type, nodeRange(node).low);
      return;
    }
    push(id);
    code.convert(typeOf(node), type, node.signed);
  };

  const pushCondition = (id: NodeId): void => {
    push(id);
    if (typeOf(at(id)) === valueType.i32) return;
    code.constant(valueType.i64, 0n);
    code.op(opcode.i64Ne);
  };

  /** An i32 that is 0 or 1 becomes the node's value. */
  const truth = (node: Format): void => {
    code.convert(valueType.i32, typeOf(node), false);
    code.normalise(node, { low: 0n, high: 1n });
  };

  const unary = (node: UnaryNode): void => {
    const [a] = node.args;
    const arg = at(a);
    const argType = typeOf(arg);
    const type = typeOf(node);
    switch (node.op) {
      case 'neg':
        code.constant(type, 0n);
        pushAs(a, type);
        code.opFor(type, opcode.i32Sub, opcode.i64Sub);
        code.normalise(node, differenceRange({ low: 0n, high: 0n }, nodeRange(arg)));
        return;
      case 'not':
        pushAs(a, type);
        code.constant(type, -1n);
        code.opFor(type, opcode.i32Xor, opcode.i64Xor);
        code.normalise(node, differenceRange({ low: -1n, high: -1n }, nodeRange(arg)));
        return;
      case 'extend':
        pushAs(a, type);
        code.normalise(node, nodeRange(arg));
        return;
      case 'reduceAnd':
        push(a);
        code.constant(argType, arg.signed ? -1n : formatRange(arg).high);
        code.opFor(argType, opcode.i32Eq, opcode.i64Eq);
        truth(node);
        return;
      case 'reduceOr':
        push(a);
        code.constant(argType, 0n);
        code.opFor(argType, opcode.i32Ne, opcode.i64Ne);
        truth(node);
        return;
      case 'reduceXor':
        push(a);
        if (arg.signed) code.normalise({ width: arg.width, signed: false }, null);
        code.opFor(argType, opcode.i32Popcnt, opcode.i64Popcnt);
        code.convert(argType, valueType.i32, false);
        code.constant(valueType.i32, 1n);
        code.op(opcode.i32And);
        truth(node);
    }
  };

  /** Both integers fit one type in one reading: the type, and whether it is read signed; null when none does. */
  const commonReading = (a: NetNode, b: NetNode): { type: ValueType; signed: boolean } | null => {
    const signedWidth = Math.max(a.width + (a.signed ? 0 : 1), b.width + (b.signed ? 0 : 1));
    if (signedWidth <= 32) return { type: valueType.i32, signed: true };
    const unsigned = !a.signed && !b.signed;
    if (unsigned && Math.max(a.width, b.width) <= 32) return { type: valueType.i32, signed: false };
    if (signedWidth <= 64) return { type: valueType.i64, signed: true };
    return unsigned ? { type: valueType.i64, signed: false } : null;
  };

  const compare = (node: BinaryNode): void => {
    const [a, b] = node.args;
    const reading = commonReading(at(a), at(b));
    if (reading !== null) {
      pushAs(a, reading.type);
      pushAs(b, reading.type);
      if (node.op === 'eq') code.opFor(reading.type, opcode.i32Eq, opcode.i64Eq);
      else if (reading.signed) code.opFor(reading.type, opcode.i32LtS, opcode.i64LtS);
      else code.opFor(reading.type, opcode.i32LtU, opcode.i64LtU);
      truth(node);
      return;
    }
    // One side is unsigned with 64 bits, the other signed: a negative side decides alone.
    const left = code.local(valueType.i64);
    const right = code.local(valueType.i64);
    pushAs(a, valueType.i64);
    code.set(left);
    pushAs(b, valueType.i64);
    code.set(right);
    code.get(left);
    code.get(right);
    code.op(node.op === 'eq' ? opcode.i64Eq : opcode.i64LtU);
    const signedSide = at(a).signed ? left : right;
    code.get(signedSide);
    code.constant(valueType.i64, 0n);
    if (node.op === 'lt' && at(a).signed) {
      code.op(opcode.i64LtS);
      code.op(opcode.i32Or);
    } else {
      code.op(opcode.i64GeS);
      code.op(opcode.i32And);
    }
    truth(node);
  };

  const shiftByNode = (node: BinaryNode): void => {
    const [a, k] = node.args;
    const left = node.op === 'shlBy';
    const value = at(a);
    const type = left ? typeOf(node) : typeOf(value);
    const bits = bitsOf(type);
    const amount = at(k);
    const amountType = typeOf(amount);
    const amounts = nodeRange(amount);
    const bounded = amounts.low >= 0n && amounts.high < BigInt(bits);
    const temporary = bounded ? -1 : code.local(amountType);
    /** i32: amount below `limit`, a negative amount counting as huge. */
    const below = (limit: number): void => {
      code.get(temporary);
      code.constant(amountType, BigInt(limit));
      code.opFor(amountType, opcode.i32LtU, opcode.i64LtU);
    };
    const zeroUnlessBelow = (limit: number): void => {
      code.constant(type, 0n);
      below(limit);
      code.op(opcode.select);
    };
    pushAs(a, type);
    push(k);
    if (!bounded) code.tee(temporary);
    if (left) {
      code.convert(amountType, type, false);
      code.opFor(type, opcode.i32Shl, opcode.i64Shl);
      if (!bounded) zeroUnlessBelow(bits);
      code.normalise(node, null);
      return;
    }
    if (!bounded) {
      code.constant(amountType, BigInt(bits - 1));
      below(bits - 1);
      code.op(opcode.select);
    }
    code.convert(amountType, type, false);
    if (value.signed) code.opFor(type, opcode.i32ShrS, opcode.i64ShrS);
    else code.opFor(type, opcode.i32ShrU, opcode.i64ShrU);
    if (!bounded && !value.signed && value.width === bits) zeroUnlessBelow(bits);
    code.convert(type, typeOf(node), value.signed);
    code.normalise(node, union(nodeRange(value), { low: 0n, high: 0n }));
  };

  const concatenate = (node: BinaryNode): void => {
    const [a, b] = node.args;
    const high = at(a);
    const low = at(b);
    const type = typeOf(node);
    const total = high.width + low.width;
    if (low.width >= bitsOf(type)) {
      pushAs(b, type);
      code.normalise(node, null);
      return;
    }
    pushAs(a, type);
    // Sign bits above the pattern are cut off with the result's own wrap, unless the result is wider than both.
    if (high.signed && node.width > total) {
      code.constant(type, (1n << BigInt(high.width)) - 1n);
      code.opFor(type, opcode.i32And, opcode.i64And);
    }
    code.constant(type, BigInt(low.width));
    code.opFor(type, opcode.i32Shl, opcode.i64Shl);
    pushAs(b, type);
    if (low.signed) {
      code.constant(type, (1n << BigInt(low.width)) - 1n);
      code.opFor(type, opcode.i32And, opcode.i64And);
    }
    code.opFor(type, opcode.i32Or, opcode.i64Or);
    if (high.signed && node.signed && node.width === total) return;
    const clean = !high.signed || node.width > total;
    code.normalise(node, clean ? formatRange({ width: total, signed: false }) : null);
  };

  const binary = (node: BinaryNode): void => {
    const [a, b] = node.args;
    const type = typeOf(node);
    const both = (code32: number, code64: number): void => {
      pushAs(a, type);
      pushAs(b, type);
      code.opFor(type, code32, code64);
    };
    switch (node.op) {
      case 'add':
        both(opcode.i32Add, opcode.i64Add);
        code.normalise(node, sumRange(nodeRange(at(a)), nodeRange(at(b))));
        return;
      case 'sub':
        both(opcode.i32Sub, opcode.i64Sub);
        code.normalise(node, differenceRange(nodeRange(at(a)), nodeRange(at(b))));
        return;
      case 'mul':
        both(opcode.i32Mul, opcode.i64Mul);
        code.normalise(node, productRange(nodeRange(at(a)), nodeRange(at(b))));
        return;
      case 'and':
        both(opcode.i32And, opcode.i64And);
        code.normalise(node, bitwiseRange('and', at(a), at(b)));
        return;
      case 'or':
        both(opcode.i32Or, opcode.i64Or);
        code.normalise(node, bitwiseRange('or', at(a), at(b)));
        return;
      case 'xor':
        both(opcode.i32Xor, opcode.i64Xor);
        code.normalise(node, bitwiseRange('xor', at(a), at(b)));
        return;
      case 'eq':
      case 'lt':
        compare(node);
        return;
      case 'shlBy':
      case 'shrBy':
        shiftByNode(node);
        return;
      case 'cat':
        concatenate(node);
    }
  };

  const shift = (node: ShiftNode): void => {
    const [a] = node.args;
    const arg = at(a);
    const range = nodeRange(arg);
    const type = typeOf(node);
    const amount = BigInt(node.amount);
    if (node.op === 'shl') {
      if (node.amount >= node.width) {
        code.constant(type, 0n);
        return;
      }
      pushAs(a, type);
      code.constant(type, amount);
      code.opFor(type, opcode.i32Shl, opcode.i64Shl);
      code.normalise(node, { low: range.low << amount, high: range.high << amount });
      return;
    }
    const argType = typeOf(arg);
    const bits = bitsOf(argType);
    if (!arg.signed && node.amount >= bits) {
      code.constant(type, 0n);
      return;
    }
    pushAs(a, argType);
    code.constant(argType, BigInt(Math.min(node.amount, bits - 1)));
    if (arg.signed) code.opFor(argType, opcode.i32ShrS, opcode.i64ShrS);
    else code.opFor(argType, opcode.i32ShrU, opcode.i64ShrU);
    code.convert(argType, type, arg.signed);
    code.normalise(node, { low: range.low >> amount, high: range.high >> amount });
  };

  const slice = (node: SliceNode): void => {
    const [a] = node.args;
    const arg = at(a);
    const argType = typeOf(arg);
    const type = typeOf(node);
    if (node.low >= arg.width) {
      code.constant(type, 0n);
      return;
    }
    pushAs(a, argType);
    // Inside the pattern the sign bits above it never reach the result; beyond it they must read as 0.
    const inside = node.low + node.width <= arg.width;
    const keepSign = arg.signed && inside;
    if (arg.signed && !inside) code.normalise({ width: arg.width, signed: false }, null);
    if (node.low > 0) {
      code.constant(argType, BigInt(node.low));
      if (keepSign) code.opFor(argType, opcode.i32ShrS, opcode.i64ShrS);
      else code.opFor(argType, opcode.i32ShrU, opcode.i64ShrU);
    }
    code.convert(argType, type, keepSign);
    if (keepSign && node.signed && node.low + node.width === arg.width) return;
    const pattern = formatRange({ width: arg.width - node.low, signed: false });
    code.normalise(node, keepSign ? null : pattern);
  };

  const mux = (node: MuxNode): void => {
    const [condition, a, b] = node.args;
    const type = typeOf(node);
    pushAs(a, type);
    pushAs(b, type);
    pushCondition(condition);
    code.op(opcode.select);
    code.normalise(node, union(nodeRange(at(a)), nodeRange(at(b))));
  };

  const operation = (node: NetNode): void => {
    switch (node.op) {
      case 'input':
      case 'register':
      case 'memoryRead':
      case 'const':
        throw new RangeError(`a source node (${node.op}) is not an operation`);
      case 'mux':
        mux(node);
        return;
      case 'shl':
      case 'shr':
        shift(node);
        return;
      case 'slice':
        slice(node);
        return;
      case 'neg':
      case 'not':
      case 'extend':
      case 'reduceAnd':
      case 'reduceOr':
      case 'reduceXor':
        unary(node);
        return;
      default:
        binary(node);
    }
  };

  return { operation, pushAs, pushCondition };
}
