import type { NetNode, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import type { Expressions } from '../compile/expression.ts';
import { nodeRange } from '../compile/range.ts';
import { opcode, valueType } from '../wasm/opcode.ts';
import { type ElementBits, elementOps, simd } from '../wasm/simd.ts';
import { elementBits, type Parts, type VectorCode } from './vector-code.ts';

/** The vectors that a function has at hand, each node in the element sizes in which somebody asked for it. */
export interface Forms {
  /**
   * A node's integer in elements of `bits` (its low bits where that is too small). A node of one bit counts as -1 or 0
   * here, whatever its sign: a mask.
   */
  form(id: NodeId, bits: ElementBits): Parts;
  /** As `form`, but a node of one unsigned bit counts as 1 or 0. */
  integer(id: NodeId, bits: ElementBits): Parts;
  /** Element size in which a node is at hand, its own where it is not. */
  available(id: NodeId): ElementBits;
  /** An i32 local with a node that is the same in every lane. */
  scalar(id: NodeId): number;
  define(id: NodeId, bits: ElementBits, parts: Parts): void;
  /** Forms made after `open` are forgotten at `close`. */
  open(): void;
  close(): void;
}

export interface FormSource {
  readonly nodes: readonly NetNode[];
  /** Differs between lanes. */
  readonly varies: (id: NodeId) => boolean;
  /** Vectors of a varying node that is not computed in this function, in its own element size. */
  readonly fetch: (id: NodeId) => Parts;
  /** Pushes nodes that are the same in every lane. */
  readonly expressions: Pick<Expressions, 'pushAs'>;
  /** Vectors of nodes that are the same in every lane outlive `close`: nothing is emitted under a branch. */
  readonly keepUniform: boolean;
}

export function forms(vector: VectorCode, source: FormSource): Forms {
  const { nodes, varies, fetch, expressions } = source;
  const known = new Map<NodeId, Map<ElementBits, Parts>>();
  const integers = new Map<NodeId, Map<ElementBits, Parts>>();
  const scalars = new Map<NodeId, number>();
  const scopes: (() => void)[][] = [];

  const remember = (table: Map<NodeId, Map<ElementBits, Parts>>, id: NodeId, bits: ElementBits, parts: Parts): void => {
    let own = table.get(id);
    if (own === undefined) {
      own = new Map();
      table.set(id, own);
    }
    own.set(bits, parts);
    if (source.keepUniform && !varies(id)) return;
    scopes.at(-1)?.push(() => own.delete(bits));
  };

  const splat = (id: NodeId, bits: ElementBits): Parts => {
    const node = nodes[id]!;
    const mask = node.width === 1 && !node.signed;
    const { code } = vector;
    const [local] = vector.each(1, () => {
      if (node.op === 'const') {
        const { low } = nodeRange(node);
        vector.constant(bits, mask ? -low : low);
        return;
      }
      const type = bits === 64 ? valueType.i64 : valueType.i32;
      if (mask) code.constant(type, 0n);
      expressions.pushAs(id, type);
      if (mask) code.opFor(type, opcode.i32Sub, opcode.i64Sub);
      vector.op(elementOps[bits].splat);
    });
    return new Array<number>(vector.partsOf(bits)).fill(local!);
  };

  const available = (id: NodeId): ElementBits => {
    const own = elementBits(nodes[id]!, vector.lanes);
    const have = known.get(id);
    if (have === undefined || have.size === 0 || have.has(own)) return own;
    return [...have.keys()][0]!;
  };

  const self: Forms = {
    available,
    form(id, bits) {
      const ready = known.get(id)?.get(bits);
      if (ready !== undefined) return ready;
      const node = nodes[id]!;
      let parts: Parts;
      if (!varies(id)) parts = splat(id, bits);
      else {
        const from = available(id);
        let base = known.get(id)?.get(from);
        if (base === undefined) {
          base = fetch(id);
          if (from !== bits) remember(known, id, from, base);
        }
        const mask = node.width === 1;
        if (bits > from) parts = vector.widen(base, from, bits, node.signed || mask);
        else parts = bits < from ? vector.narrow(base, from, bits, mask) : base;
      }
      remember(known, id, bits, parts);
      return parts;
    },
    integer(id, bits) {
      const node = nodes[id]!;
      if (node.width > 1 || node.signed) return self.form(id, bits);
      const ready = integers.get(id)?.get(bits);
      if (ready !== undefined) return ready;
      const mask = self.form(id, bits);
      const parts = vector.each(mask.length, (part) => {
        vector.code.get(mask[part]!);
        vector.constant(bits, 1n);
        vector.op(simd.and);
      });
      remember(integers, id, bits, parts);
      return parts;
    },
    scalar(id) {
      const ready = scalars.get(id);
      if (ready !== undefined) return ready;
      expressions.pushAs(id, valueType.i32);
      const local = vector.code.local(valueType.i32);
      vector.code.set(local);
      scalars.set(id, local);
      if (!source.keepUniform) scopes.at(-1)?.push(() => scalars.delete(id));
      return local;
    },
    define: (id, bits, parts) => remember(known, id, bits, parts),
    open: () => {
      scopes.push([]);
    },
    close() {
      for (const forget of scopes.pop() ?? []) forget();
    },
  };
  return self;
}
