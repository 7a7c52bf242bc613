import type { BinaryNode, NetNode, ShiftNode, SliceNode, UnaryNode } from '../../../hdl-gen/ir/netlist.ts';
import {
  bitwiseRange,
  differenceRange,
  formatRange,
  nodeRange,
  productRange,
  type Range,
  sumRange,
  union,
} from '../compile/range.ts';
import type { Format } from '../value.ts';
import { type ElementBits, elementOps, simd } from '../wasm/simd.ts';
import { canonical, elementBits, type Parts } from './vector-code.ts';
import { compare, truth } from './vector-compare.ts';
import { shiftByNode } from './vector-shift.ts';
import { type Computed, result, type VectorContext, valueAs, wrapped } from './vector-value.ts';

function unary(context: VectorContext, node: UnaryNode): Computed {
  const { vector, forms, nodes } = context;
  const { code } = vector;
  const [a] = node.args;
  const arg = nodes[a]!;
  const bits = elementBits(node, vector.lanes);
  const argBits = elementBits(arg, vector.lanes);
  const range = nodeRange(arg);
  switch (node.op) {
    case 'extend':
      return valueAs(context, a, node);
    case 'neg': {
      const value = forms.integer(a, bits);
      const negated = differenceRange({ low: 0n, high: 0n }, range);
      const push = (part: number): void => {
        code.get(value[part]!);
        vector.op(elementOps[bits].neg);
      };
      return { bits, parts: result(vector, bits, node, negated, value.length, push) };
    }
    case 'not': {
      if (node.width === 1 && arg.width === 1) {
        const at = forms.available(a);
        const value = forms.form(a, at);
        const parts = vector.each(value.length, (part) => {
          code.get(value[part]!);
          vector.op(simd.not);
        });
        return { bits: at, parts };
      }
      const value = forms.integer(a, bits);
      const push = (part: number): void => {
        code.get(value[part]!);
        vector.op(simd.not);
      };
      const inverted = differenceRange({ low: -1n, high: -1n }, range);
      return { bits, parts: result(vector, bits, node, inverted, value.length, push) };
    }
    case 'reduceAnd':
    case 'reduceOr': {
      if (arg.width === 1) {
        const at = forms.available(a);
        return truth(context, node, at, forms.form(a, at));
      }
      const value = forms.integer(a, argBits);
      const masks = vector.each(value.length, (part) => {
        code.get(value[part]!);
        if (node.op === 'reduceOr') vector.constant(argBits, 0n);
        else vector.constant(argBits, arg.signed ? -1n : formatRange(arg).high);
        vector.op(node.op === 'reduceOr' ? elementOps[argBits].ne : elementOps[argBits].eq);
      });
      return truth(context, node, argBits, masks);
    }
    case 'reduceXor': {
      let value = forms.integer(a, argBits);
      if (arg.signed) {
        const signed = value;
        value = vector.each(signed.length, (part) => {
          code.get(signed[part]!);
          canonical(vector, argBits, { width: arg.width, signed: false });
        });
      }
      for (let distance = argBits / 2; distance > 0; distance >>= 1) {
        const folded = value;
        value = vector.each(folded.length, (part) => {
          code.get(folded[part]!);
          code.get(folded[part]!);
          vector.shift(elementOps[argBits].shrU, distance);
          vector.op(simd.xor);
        });
      }
      const masks = vector.each(value.length, (part) => {
        code.get(value[part]!);
        vector.constant(argBits, 1n);
        vector.op(simd.and);
        vector.op(elementOps[argBits].neg);
      });
      return truth(context, node, argBits, masks);
    }
  }
}

function multiplication(context: VectorContext, node: BinaryNode): Computed {
  const { vector, forms, nodes } = context;
  const { lanes } = vector;
  const [a, b] = node.args;
  const [left, right] = [nodes[a]!, nodes[b]!];
  const bits = elementBits(node, lanes);
  const range = productRange(nodeRange(left), nodeRange(right));
  const finish = (parts: Parts): Computed => ({
    bits,
    parts: result(vector, bits, node, range, parts.length, (part) => vector.code.get(parts[part]!)),
  });
  const exact: Format = { width: left.width + right.width, signed: left.signed || right.signed };
  if (exact.width <= 64) {
    const least = elementBits(exact, lanes);
    const half = least / 2;
    const signedFit = (node: NetNode): boolean => node.width + (node.signed ? 0 : 1) <= half;
    const unsignedFit = (node: NetNode): boolean => !node.signed && node.width <= half;
    const signed = signedFit(left) && signedFit(right);
    if (half * lanes >= 128 && least !== 8 && bits >= least && (signed || (unsignedFit(left) && unsignedFit(right)))) {
      const factors = [a, b].map((id) => forms.integer(id, half as ElementBits));
      const product = vector.multiplyExtended(least, factors[0]!, factors[1]!, signed);
      return finish(vector.widen(product, least, bits, signed && exact.signed));
    }
  }
  return finish(vector.multiply(bits, forms.integer(a, bits), forms.integer(b, bits)));
}

function binary(context: VectorContext, node: BinaryNode): Computed {
  const { vector, forms, nodes } = context;
  const { code } = vector;
  const [a, b] = node.args;
  const [left, right] = [nodes[a]!, nodes[b]!];
  const bits = elementBits(node, vector.lanes);
  const both = (instruction: number, range: Range | null): Computed => {
    const x = forms.integer(a, bits);
    const y = forms.integer(b, bits);
    const push = (part: number): void => {
      code.get(x[part]!);
      code.get(y[part]!);
      vector.op(instruction);
    };
    return { bits, parts: result(vector, bits, node, range, x.length, push) };
  };
  switch (node.op) {
    case 'add':
      return both(elementOps[bits].add, sumRange(nodeRange(left), nodeRange(right)));
    case 'sub':
      return both(elementOps[bits].sub, differenceRange(nodeRange(left), nodeRange(right)));
    case 'mul':
      return multiplication(context, node);
    case 'and':
    case 'or':
    case 'xor': {
      const instruction = simd[node.op];
      if (node.width > 1 || left.width > 1 || right.width > 1) {
        return both(instruction, bitwiseRange(node.op, left, right));
      }
      const at = context.varies(a) ? forms.available(a) : forms.available(b);
      const x = forms.form(a, at);
      const y = forms.form(b, at);
      const parts = vector.each(x.length, (part) => {
        code.get(x[part]!);
        code.get(y[part]!);
        vector.op(instruction);
      });
      return { bits: at, parts };
    }
    case 'eq':
    case 'lt':
      return compare(context, node);
    case 'shlBy':
    case 'shrBy':
      return shiftByNode(context, node);
    case 'cat':
      return concatenate(context, node);
  }
}

function concatenate({ vector, forms, nodes }: VectorContext, node: BinaryNode): Computed {
  const { code } = vector;
  const [a, b] = node.args;
  const [high, low] = [nodes[a]!, nodes[b]!];
  const bits = elementBits(node, vector.lanes);
  const lower = forms.integer(b, bits);
  const upper = low.width < bits ? forms.integer(a, bits) : null;
  const push = (part: number): void => {
    code.get(lower[part]!);
    if (low.signed && low.width < bits) {
      vector.constant(bits, (1n << BigInt(low.width)) - 1n);
      vector.op(simd.and);
    }
    if (upper === null) return;
    code.get(upper[part]!);
    if (high.signed && high.width < bits) {
      vector.constant(bits, (1n << BigInt(high.width)) - 1n);
      vector.op(simd.and);
    }
    vector.shift(elementOps[bits].shl, low.width);
    vector.op(simd.or);
  };
  const range = formatRange({ width: high.width + low.width, signed: false });
  return { bits, parts: result(vector, bits, node, range, lower.length, push) };
}

function shift({ vector, forms, nodes }: VectorContext, node: ShiftNode): Computed {
  const { code } = vector;
  const [a] = node.args;
  const arg = nodes[a]!;
  const range = nodeRange(arg);
  const amount = BigInt(node.amount);
  const bits = elementBits(node, vector.lanes);
  if (node.op === 'shl') {
    const zero = node.amount >= node.width;
    const value = zero ? [] : forms.integer(a, bits);
    const push = (part: number): void => {
      if (zero) {
        vector.constant(bits, 0n);
        return;
      }
      code.get(value[part]!);
      vector.shift(elementOps[bits].shl, node.amount);
    };
    const moved = zero ? { low: 0n, high: 0n } : { low: range.low << amount, high: range.high << amount };
    return { bits, parts: result(vector, bits, node, moved, vector.partsOf(bits), push) };
  }
  const argBits = elementBits(arg, vector.lanes);
  const value = forms.integer(a, argBits);
  const shifted = vector.each(value.length, (part) => {
    if (!arg.signed && node.amount >= argBits) {
      vector.constant(argBits, 0n);
      return;
    }
    code.get(value[part]!);
    const { shrS, shrU } = elementOps[argBits];
    vector.shift(arg.signed ? shrS : shrU, Math.min(node.amount, argBits - 1));
  });
  return wrapped(vector, shifted, argBits, arg.signed, node, { low: range.low >> amount, high: range.high >> amount });
}

function slice(context: VectorContext, node: SliceNode): Computed {
  const { vector, forms, nodes } = context;
  const { code } = vector;
  const [a] = node.args;
  const arg = nodes[a]!;
  const argBits = elementBits(arg, vector.lanes);
  if (node.low >= arg.width) {
    const bits = elementBits(node, vector.lanes);
    return { bits, parts: vector.each(vector.partsOf(bits), () => vector.constant(bits, 0n)) };
  }
  const value = forms.integer(a, argBits);
  if (node.width === 1) {
    const masks = vector.each(value.length, (part) => {
      code.get(value[part]!);
      vector.constant(argBits, 1n << BigInt(node.low));
      vector.op(simd.and);
      vector.constant(argBits, 0n);
      vector.op(elementOps[argBits].ne);
    });
    return { bits: argBits, parts: masks };
  }
  const pattern = { width: arg.width, signed: false };
  const moved = vector.each(value.length, (part) => {
    code.get(value[part]!);
    if (arg.signed) canonical(vector, argBits, pattern);
    if (node.low > 0) vector.shift(elementOps[argBits].shrU, node.low);
  });
  return wrapped(vector, moved, argBits, false, node, formatRange({ width: arg.width - node.low, signed: false }));
}

/** Computes an operation of the netlist in every lane. */
export function vectorOperation(context: VectorContext, node: NetNode): Computed {
  const { vector, forms, nodes } = context;
  switch (node.op) {
    case 'input':
    case 'register':
    case 'memoryRead':
    case 'const':
      throw new RangeError(`a source node (${node.op}) is not an operation`);
    case 'mux': {
      const [condition, a, b] = node.args;
      const [whenTrue, whenFalse] = [nodes[a]!, nodes[b]!];
      const masks = node.width === 1 && whenTrue.width === 1 && whenFalse.width === 1;
      const bits = masks && context.varies(condition) ? forms.available(condition) : elementBits(node, vector.lanes);
      const x = masks ? forms.form(a, bits) : forms.integer(a, bits);
      const y = masks ? forms.form(b, bits) : forms.integer(b, bits);
      const mask = forms.form(condition, bits);
      const range = masks ? { low: -1n, high: 0n } : union(nodeRange(whenTrue), nodeRange(whenFalse));
      const push = (part: number): void => {
        vector.code.get(x[part]!);
        vector.code.get(y[part]!);
        vector.code.get(mask[part]!);
        vector.op(simd.select);
      };
      return { bits, parts: result(vector, bits, node, range, x.length, push) };
    }
    case 'shl':
    case 'shr':
      return shift(context, node);
    case 'slice':
      return slice(context, node);
    case 'neg':
    case 'not':
    case 'extend':
    case 'reduceAnd':
    case 'reduceOr':
    case 'reduceXor':
      return unary(context, node);
    default:
      return binary(context, node);
  }
}
