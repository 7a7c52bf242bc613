import type { OperationExpr } from './design.ts';
import type { BinaryOp, UnaryOp } from './netlist.ts';
import type { WordReader } from './text.ts';

const unary: readonly UnaryOp[] = ['neg', 'not', 'extend', 'reduceAnd', 'reduceOr', 'reduceXor'];
const binary: readonly BinaryOp[] = ['add', 'sub', 'mul', 'and', 'or', 'xor', 'eq', 'lt', 'shlBy', 'shrBy', 'cat'];

/** An operation with its arguments as designs and netlists print it; constants of it follow the arguments. */
export function operationOf(
  op: string,
  type: { readonly width: number; readonly signed: boolean },
  reader: WordReader,
): OperationExpr {
  const one = unary.find((known) => known === op);
  if (one !== undefined) return { op: one, ...type, args: [reader.reference()] };
  const two = binary.find((known) => known === op);
  if (two !== undefined) return { op: two, ...type, args: [reader.reference(), reader.reference()] };
  switch (op) {
    case 'shl':
    case 'shr':
      return { op, ...type, args: [reader.reference()], amount: reader.integer('an amount') };
    case 'slice':
      return { op, ...type, args: [reader.reference()], low: reader.integer('the lowest bit') };
    case 'mux':
      return { op, ...type, args: [reader.reference(), reader.reference(), reader.reference()] };
    default:
      return reader.refuse(`'${op}' is no operation`);
  }
}
