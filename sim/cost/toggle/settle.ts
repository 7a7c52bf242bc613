import { type BitProgram, bitOp } from './bit-program.ts';

// Looked up once, not at every node.
const { source: sourceOp, and: andOp, xor: xorOp, majority: majorityOp, andOr: andOrOp } = bitOp;

/** 32 results of one operation at once. */
function bitResult(op: number, x: number, y: number, z: number): number {
  switch (op) {
    case andOp:
      return x & y;
    case xorOp:
      return x ^ y;
    case majorityOp:
      return (x & y) | (z & (x | y));
    case andOrOp:
      return (x & y) | z;
    default:
      return (x & y) | (~x & z);
  }
}

/** Computes all nodes from the sources, which `values` holds already: 32 clocks in the bits of every word. */
export function settle({ op, a, b, c }: BitProgram, values: Int32Array): void {
  for (let node = 1; node < op.length; node++) {
    const own = op[node]!;
    if (own === sourceOp) continue;
    const [x, y, z] = [a[node]!, b[node]!, c[node]!];
    values[node] = bitResult(own, values[x >> 1]! ^ -(x & 1), values[y >> 1]! ^ -(y & 1), values[z >> 1]! ^ -(z & 1));
  }
}
