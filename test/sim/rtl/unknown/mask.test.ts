import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NetNode } from '../../../../hdl-gen/ir/netlist.ts';
import { evaluateNode } from '../../../../sim/rtl/evaluate.ts';
import { maskOf, type Operand } from '../../../../sim/rtl/unknown/mask.ts';
import { pattern, wrap } from '../../../../sim/rtl/value.ts';
import { operations } from '../../../support/operations.ts';

type Op = (typeof operations)[number];

/** A node on the values of `nodes[0..2]`. */
function nodeOf(op: Op, width: number, signed: boolean, amount: number): NetNode {
  const format = { width, signed };
  switch (op) {
    case 'slice':
      return { op, ...format, args: [0], low: amount };
    case 'shl':
    case 'shr':
      return { op, ...format, args: [0], amount };
    case 'mux':
      return { op, ...format, args: [2, 0, 1] };
    case 'neg':
    case 'not':
    case 'extend':
    case 'reduceAnd':
    case 'reduceOr':
    case 'reduceXor':
      return { op, ...format, args: [0] };
    default:
      return { op, ...format, args: [0, 1] };
  }
}

function source(width: number, signed: boolean): NetNode {
  return { op: 'input', input: 0, width, signed };
}

/** All bits that two completions of the unknown bits make different. */
function differing(node: NetNode, operands: readonly Operand[]): bigint {
  const nodes = operands.map(({ width, signed }) => source(width, signed));
  const places = operands.flatMap(({ mask }, operand) =>
    [...mask.toString(2)].reverse().flatMap((digit, at) => (digit === '1' ? [{ operand, at: BigInt(at) }] : [])),
  );
  let [can0, can1] = [0n, 0n];
  for (let choice = 0; choice < 2 ** places.length; choice++) {
    const bits = operands.map(({ value, mask, width }) => BigInt.asUintN(width, value) & ~mask);
    for (const [index, { operand, at }] of places.entries()) if ((choice >> index) & 1) bits[operand]! |= 1n << at;
    const values = bits.map((value, operand) => wrap(value, operands[operand]!));
    const result = pattern(evaluateNode(node, nodes, values), node);
    can1 |= result;
    can0 |= ~result;
  }
  return pattern(can0 & can1, node);
}

const operand = (width: fc.Arbitrary<number>, signed: fc.Arbitrary<boolean>): fc.Arbitrary<Operand> =>
  fc.record({ width, signed, bits: fc.nat(255), unknown: fc.nat(255), fewer: fc.nat(255) }).map((drawn) => {
    const format = { width: drawn.width, signed: drawn.signed };
    const mask = BigInt.asUintN(drawn.width, BigInt(drawn.unknown & drawn.fewer));
    return { ...format, value: wrap(BigInt(drawn.bits), format), mask };
  });
const narrow = fc.integer({ min: 1, max: 5 });

function caseOf(op: Op) {
  const amounts = op === 'shlBy' || op === 'shrBy';
  return fc
    .record({
      a: operand(narrow, fc.boolean()),
      b: operand(narrow, amounts ? fc.constant(false) : fc.boolean()),
      condition: operand(fc.constant(1), fc.constant(false)),
      width: fc.integer({ min: 1, max: 9 }),
      signed: fc.boolean(),
      amount: fc.nat(7),
    })
    .map(({ a, b, condition, width, signed, amount }) => {
      const bitWide = op === 'eq' || op === 'lt' || op.startsWith('reduce');
      const low = op === 'slice' ? amount % a.width : amount;
      const room = op === 'slice' ? Math.min(width, a.width - low) : width;
      const node = nodeOf(op, bitWide ? 1 : op === 'cat' ? a.width + b.width : room, bitWide ? false : signed, low);
      return { node, operands: [a, b, condition] };
    });
}

/** The operands in the order in which the node reads them. */
function argsOf(node: NetNode, operands: readonly Operand[]): Operand[] {
  return 'args' in node ? node.args.map((arg) => operands[arg]!) : [];
}

const runs = process.env.JOULESMITH_EXHAUSTIVE === '1' ? 20_000 : 1500;
/** The ones whose result bits do not depend on unknown bits in a way that a bit mask cannot say. */
const sound: readonly Op[] = ['mul'];

describe('the unknown bits of a result, against every completion of those of the operands', () => {
  for (const op of operations) {
    test(`${op}: ${sound.includes(op) ? 'none is missed' : 'exactly those that can differ'}`, () => {
      let unknown = 0;
      fc.assert(
        fc.property(caseOf(op), ({ node, operands }) => {
          const expected = differing(node, operands);
          const found = maskOf(node, argsOf(node, operands));
          if (expected !== 0n) unknown += 1;
          expect(BigInt.asUintN(node.width, found)).toBe(found);
          expect(expected & ~found).toBe(0n);
          if (!sound.includes(op)) expect(found & ~expected).toBe(0n);
        }),
        { numRuns: runs, seed: 20261122 },
      );
      expect(unknown).toBeGreaterThan(runs / 20);
    });
  }
});
