import type { BinaryNode, NetNode } from '../../../hdl-gen/ir/netlist.ts';
import type { Format } from '../value.ts';
import { type ElementBits, elementOps, ltUnsigned, simd } from '../wasm/simd.ts';
import { elementBits, type Parts } from './vector-code.ts';
import type { Computed, VectorContext } from './vector-value.ts';

/** Both integers fit one element size in one reading; null for 64 unsigned bits beside a signed number. */
function commonReading(a: NetNode, b: NetNode, least: ElementBits): { bits: ElementBits; signed: boolean } | null {
  const signedWidth = Math.max(a.width + (a.signed ? 0 : 1), b.width + (b.signed ? 0 : 1));
  const unsignedWidth = a.signed || b.signed ? 65 : Math.max(a.width, b.width);
  for (const bits of [8, 16, 32, 64] as const) {
    if (bits < least) continue;
    if (signedWidth <= bits) return { bits, signed: true };
    if (unsignedWidth <= bits) return { bits, signed: false };
  }
  return null;
}

export function compare(context: VectorContext, node: BinaryNode): Computed {
  const { vector, forms, nodes } = context;
  const { code } = vector;
  const [a, b] = node.args;
  const reading = commonReading(nodes[a]!, nodes[b]!, (128 / vector.lanes) as ElementBits);
  const bits = reading?.bits ?? 64;
  const left = forms.integer(a, bits);
  const right = forms.integer(b, bits);
  const ops = elementOps[bits];
  const flip = (): void => {
    vector.constant(64, 1n << 63n);
    vector.op(simd.xor);
  };
  const parts = vector.each(left.length, (part) => {
    const unsigned64 = node.op === 'lt' && bits === 64 && reading?.signed !== true;
    code.get(left[part]!);
    if (unsigned64) flip();
    code.get(right[part]!);
    if (unsigned64) flip();
    if (node.op === 'eq') vector.op(ops.eq);
    else if (bits === 64 || reading?.signed === true) vector.op(ops.ltS);
    else vector.op(ltUnsigned[bits]);
    if (reading !== null) return;
    // One side is unsigned with 64 bits, the other signed: a negative side decides alone.
    code.get((nodes[a]!.signed ? left : right)[part]!);
    vector.shift(ops.shrS, 63);
    if (node.op === 'lt' && nodes[a]!.signed) vector.op(simd.or);
    else {
      vector.op(simd.not);
      vector.op(simd.and);
    }
  });
  return truth(context, node, bits, parts);
}

/** Masks as the value of a node, which may be wider than one bit. */
export function truth({ vector }: VectorContext, node: Format, bits: ElementBits, masks: Parts): Computed {
  if (node.width === 1) return { bits, parts: masks };
  const own = elementBits(node, vector.lanes);
  const wide = own >= bits ? vector.widen(masks, bits, own, true) : vector.narrow(masks, bits, own, true);
  const parts = vector.each(wide.length, (part) => {
    vector.code.get(wide[part]!);
    vector.constant(own, 1n);
    vector.op(simd.and);
  });
  return { bits: own, parts };
}
