import type { NetNode, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { fits, nodeRange, type Range } from '../compile/range.ts';
import type { Format } from '../value.ts';
import { type ElementBits, elementOps, simd } from '../wasm/simd.ts';
import type { Forms } from './forms.ts';
import { canonical, elementBits, type Parts, type VectorCode } from './vector-code.ts';

export interface Computed {
  readonly bits: ElementBits;
  readonly parts: Parts;
}

export interface VectorContext {
  readonly vector: VectorCode;
  readonly forms: Forms;
  readonly nodes: readonly NetNode[];
  readonly varies: (id: NodeId) => boolean;
}

/**
 * One new vector per part, canonical for `format`: `push` leaves the exact result modulo 2^bits on the stack. A format
 * of one bit becomes a mask.
 */
export function result(
  vector: VectorCode,
  bits: ElementBits,
  format: Format,
  range: Range | null,
  count: number,
  push: (part: number) => void,
): Parts {
  return vector.each(count, (part) => {
    push(part);
    if (format.width === 1) {
      if (range !== null && range.low >= -1n && range.high <= 0n) return;
      if (range === null || range.low < 0n || range.high > 1n) {
        vector.constant(bits, 1n);
        vector.op(simd.and);
      }
      vector.op(elementOps[bits].neg);
    } else if (range === null || !fits(range, format)) canonical(vector, bits, format);
  });
}

/** A node's value in another format: what wrapping it into the format gives, masks for one bit. */
export function valueAs({ vector, forms, nodes }: VectorContext, id: NodeId, format: Format): Computed {
  const bits = elementBits(format, vector.lanes);
  const node = nodes[id]!;
  if (format.width === 1 && node.width === 1) return { bits, parts: forms.form(id, bits) };
  const parts = forms.integer(id, bits);
  const range = nodeRange(node);
  if (format.width > 1 && fits(range, format)) return { bits, parts };
  return { bits, parts: result(vector, bits, format, range, parts.length, (part) => vector.code.get(parts[part]!)) };
}

/** A value in one element size, wrapped into a format. */
export function wrapped(
  vector: VectorCode,
  value: Parts,
  from: ElementBits,
  signed: boolean,
  format: Format,
  range: Range | null,
): Computed {
  const bits = elementBits(format, vector.lanes);
  const moved = bits >= from ? vector.widen(value, from, bits, signed) : vector.narrow(value, from, bits, false);
  const parts = result(vector, bits, format, range, moved.length, (part) => vector.code.get(moved[part]!));
  return { bits, parts };
}
