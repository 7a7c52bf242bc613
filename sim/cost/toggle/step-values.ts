import { bitOp } from './bit-program.ts';
import type { TogglePlan } from './toggle-plan.ts';

// Looked up once: an imported object in the loops below would be looked up at every node.
const { and: andOp, xor: xorOp, majority: majorityOp, andOr: andOrOp } = bitOp;

/** Writes what a node is at each of its moments, 32 clocks in every word, from the words of its arguments. */
export function stepValues({ program, row, start, a, b, c }: TogglePlan, values: Int32Array, node: number): void {
  const flipA = -(program.a[node]! & 1);
  const flipB = -(program.b[node]! & 1);
  const flipC = -(program.c[node]! & 1);
  const end = start[node + 1]!;
  let place = row[node]! + 1;
  // A loop for each operation: what it does is decided once, not in every step.
  switch (program.op[node]!) {
    case andOp:
      for (let step = start[node]!; step < end; step++) {
        values[place++] = (values[a[step]!]! ^ flipA) & (values[b[step]!]! ^ flipB);
      }
      return;
    case xorOp:
      for (let step = start[node]!; step < end; step++) {
        values[place++] = values[a[step]!]! ^ flipA ^ values[b[step]!]! ^ flipB;
      }
      return;
    case majorityOp:
      for (let step = start[node]!; step < end; step++) {
        const [x, y] = [values[a[step]!]! ^ flipA, values[b[step]!]! ^ flipB];
        values[place++] = (x & y) | ((values[c[step]!]! ^ flipC) & (x | y));
      }
      return;
    case andOrOp:
      for (let step = start[node]!; step < end; step++) {
        values[place++] = ((values[a[step]!]! ^ flipA) & (values[b[step]!]! ^ flipB)) | (values[c[step]!]! ^ flipC);
      }
      return;
    default:
      for (let step = start[node]!; step < end; step++) {
        const x = values[a[step]!]! ^ flipA;
        values[place++] = (x & (values[b[step]!]! ^ flipB)) | (~x & (values[c[step]!]! ^ flipC));
      }
  }
}
