import type { BinaryNode } from '../../../hdl-gen/ir/netlist.ts';
import { nodeRange, union } from '../compile/range.ts';
import { type ElementBits, elementOps, ltUnsigned, simd } from '../wasm/simd.ts';
import { elementBits, type Parts } from './vector-code.ts';
import { type Computed, result, type VectorContext, wrapped } from './vector-value.ts';

/**
 * WebAssembly shifts every lane by the same amount, so a shift by a node is a ladder: one selected shift per bit of the
 * amount. An amount at or beyond the element size (a negative one counts as huge) leaves 0 or the sign.
 */
export function shiftByNode(context: VectorContext, node: BinaryNode): Computed {
  const { vector, forms, nodes } = context;
  const { code } = vector;
  const [a, k] = node.args;
  const arg = nodes[a]!;
  const amount = nodes[k]!;
  const left = node.op === 'shlBy';
  const bits = elementBits(left ? node : arg, vector.lanes);
  const ops = elementOps[bits];
  const step = left ? ops.shl : arg.signed ? ops.shrS : ops.shrU;
  const range = nodeRange(amount);
  const finish = (parts: Parts): Computed => {
    if (!left) return wrapped(vector, parts, bits, arg.signed, node, union(nodeRange(arg), { low: 0n, high: 0n }));
    return { bits, parts: result(vector, bits, node, null, parts.length, (part) => code.get(parts[part]!)) };
  };
  if (!context.varies(k) && range.low >= 0n && range.high < BigInt(bits)) {
    const distance = forms.scalar(k);
    const before = forms.integer(a, bits);
    return finish(
      vector.each(before.length, (part) => {
        code.get(before[part]!);
        code.get(distance);
        vector.op(step);
      }),
    );
  }
  const amountBits = elementBits(amount, vector.lanes);
  const amounts = forms.integer(k, amountBits);

  /** Masks in elements of the shifted value from masks in elements of the amount. */
  const masks = (push: (part: number) => void): Parts => {
    const own = vector.each(amounts.length, push);
    return bits >= amountBits ? vector.widen(own, amountBits, bits, true) : vector.narrow(own, amountBits, bits, true);
  };
  let value = forms.integer(a, bits);
  for (
    let distance = 1;
    distance < bits && BigInt(distance) <= (range.low < 0n ? BigInt(bits) : range.high);
    distance *= 2
  ) {
    // Beyond the pattern of the amount a signed one may still repeat its sign; the test below takes those lanes out.
    const chosen = masks((part) => {
      code.get(amounts[part]!);
      vector.constant(amountBits, BigInt(distance));
      vector.op(simd.and);
      vector.constant(amountBits, 0n);
      vector.op(elementOps[amountBits].ne);
    });
    const before = value;
    value = vector.each(before.length, (part) => {
      code.get(before[part]!);
      vector.shift(step, distance);
      code.get(before[part]!);
      code.get(chosen[part]!);
      vector.op(simd.select);
    });
  }
  if (range.low < 0n || range.high >= BigInt(bits)) {
    const inside = masks((part) => below(context, amounts[part]!, amountBits, bits));
    const near = value;
    const whole = forms.integer(a, bits);
    value = vector.each(near.length, (part) => {
      code.get(near[part]!);
      if (!left && arg.signed) {
        code.get(whole[part]!);
        vector.shift(ops.shrS, bits - 1);
      } else vector.constant(bits, 0n);
      code.get(inside[part]!);
      vector.op(simd.select);
    });
  }
  return finish(value);
}

/** Mask of the elements below `limit`, read as unsigned. */
function below({ vector }: VectorContext, local: number, bits: ElementBits, limit: number): void {
  vector.code.get(local);
  if (bits === 64) {
    // The limit is small: no sign bit, and nothing left above it.
    vector.constant(64, -BigInt(limit));
    vector.op(simd.and);
    vector.constant(64, 0n);
    vector.op(elementOps[64].eq);
    return;
  }
  vector.constant(bits, BigInt(limit));
  vector.op(ltUnsigned[bits]);
}
