import { bitOp } from './bit-program.ts';
import type { TogglePlan } from './toggle-plan.ts';

// Looked up once: an imported object in the loops below would be looked up at every node.
const { and: andOp, xor: xorOp, majority: majorityOp, andOr: andOrOp } = bitOp;

/** Writes what a node is at each of its moments, 32 clocks in every word, from the words of its arguments. */
export function stepValues({ program, row, steps }: TogglePlan, values: Int32Array, node: number): void {
  const [a, b, c] = [program.a[node]!, program.b[node]!, program.c[node]!];
  const [flipA, flipB, flipC] = [-(a & 1), -(b & 1), -(c & 1)];
  // Each argument's word of the moment.
  let atA = row[a >> 1]!;
  let atB = row[b >> 1]!;
  let atC = row[c >> 1]!;
  const end = row[node + 1]!;
  let place = row[node]! + 1;
  // A loop for each operation: what it does is decided once, not in every step.
  switch (program.op[node]!) {
    case andOp:
      for (; place < end; place++) {
        const moved = steps[place]!;
        atA += moved & 1;
        atB += (moved >> 1) & 1;
        values[place] = (values[atA]! ^ flipA) & (values[atB]! ^ flipB);
      }
      return;
    case xorOp:
      for (; place < end; place++) {
        const moved = steps[place]!;
        atA += moved & 1;
        atB += (moved >> 1) & 1;
        values[place] = values[atA]! ^ flipA ^ values[atB]! ^ flipB;
      }
      return;
    case majorityOp:
      for (; place < end; place++) {
        const moved = steps[place]!;
        atA += moved & 1;
        atB += (moved >> 1) & 1;
        atC += (moved >> 2) & 1;
        const x = values[atA]! ^ flipA;
        const y = values[atB]! ^ flipB;
        values[place] = (x & y) | ((values[atC]! ^ flipC) & (x | y));
      }
      return;
    case andOrOp:
      for (; place < end; place++) {
        const moved = steps[place]!;
        atA += moved & 1;
        atB += (moved >> 1) & 1;
        atC += (moved >> 2) & 1;
        values[place] = ((values[atA]! ^ flipA) & (values[atB]! ^ flipB)) | (values[atC]! ^ flipC);
      }
      return;
    default:
      for (; place < end; place++) {
        const moved = steps[place]!;
        atA += moved & 1;
        atB += (moved >> 1) & 1;
        atC += (moved >> 2) & 1;
        const x = values[atA]! ^ flipA;
        values[place] = (x & (values[atB]! ^ flipB)) | (~x & (values[atC]! ^ flipC));
      }
  }
}
